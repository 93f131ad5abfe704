#!/bin/sh
# For cron: what has arrived since the last run is given to a command, or to Claude. One run at a time; README.md has the rest.
set -eu
umask 077
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
: "${EGREGORE_WATCH_DIR:=$HOME/.egregore/watch}"
export EGREGORE_WATCH_DIR
mkdir -p "$EGREGORE_WATCH_DIR"
exec 9>>"$EGREGORE_WATCH_DIR/lock"
flock -n 9 || {
  echo 'skipped: the run before this one is still at work'
  exit 0
}
# Not exec, and not handed on: the lock is this script's, and goes with it.
node "$here/watch.mjs" "$@" 9>&-
