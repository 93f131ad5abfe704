#!/bin/sh
# The policies of shell-hook, with Claude as the one who answers.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
HOOK_RESPONDER=$here/respond.sh
export HOOK_RESPONDER
exec "$here/../shell-hook/on-message.sh"
