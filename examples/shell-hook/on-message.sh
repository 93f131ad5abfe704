#!/bin/sh
# A hook that answers questions from the mesh: decides whether a message is to be answered, has a responder answer it, and publishes
# the answer. Every message that it passes over is one line on stderr and exit 0; exit 1 or 75 means: try again later. README.md lists
# the variables.
set -eu
umask 077

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
: "${HOOK_RESPONDER:=$here/respond.mjs}"
: "${HOOK_FILTER_TYPES:=query}"
: "${HOOK_ALLOW_DIRECTIVES:=false}"
: "${HOOK_RATE_LIMIT:=5}"
: "${HOOK_COOLDOWN_MS:=30000}"
: "${HOOK_STATE_DIR:=$HOME/.egregore-hook-state}"
: "${HOOK_LOCK_WAIT_SECS:=20}"
: "${ALLOWLIST_FILE:=$HOME/.egregore-allowlist}"
: "${REPLY_LOG_FILE:=$HOME/.egregore-replied}"
: "${REPLY_MAX_AGE_SECS:=3600}"

skip() {
  echo "skipped $(printf %.12s "$EGREGORE_HASH"): $1" >&2
  exit 0
}

fail() {
  echo "$2" >&2
  exit "$1"
}

is_count() {
  case $1 in '' | *[!0-9]*) return 1 ;; esac
}

for limit in "$HOOK_RATE_LIMIT" "$HOOK_COOLDOWN_MS" "$HOOK_LOCK_WAIT_SECS" "$REPLY_MAX_AGE_SECS"; do
  is_count "$limit" || fail 1 "'$limit' is no whole number; see the limits in README.md"
done

# Who said it, and what kind of thing: the node has told, without anything a peer could smuggle in.
[ "$EGREGORE_AUTHOR" != "$EGREGORE_IDENTITY" ] || skip 'our own'
case ",$HOOK_FILTER_TYPES," in
  *",${EGREGORE_CONTENT_TYPE:-},"*) ;;
  *) skip 'not of a type that is answered' ;;
esac
if [ -e "$ALLOWLIST_FILE" ]; then
  grep -Fxq -- "$EGREGORE_AUTHOR" "$ALLOWLIST_FILE" || skip "author not allowed: $(printf %.12s "$EGREGORE_AUTHOR")..."
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
node "$here/mesh.mjs" read >"$work/facts" || fail 1 'the message on standard input cannot be read'
{
  read -r age
  read -r context
  cat >"$work/question"
} <"$work/facts"

if [ "$context" = approved_directive ] && [ "$HOOK_ALLOW_DIRECTIVES" != true ]; then
  skip 'a directive, and HOOK_ALLOW_DIRECTIVES is not true'
fi
if [ "$REPLY_MAX_AGE_SECS" -gt 0 ] && [ "$age" -gt "$REPLY_MAX_AGE_SECS" ]; then skip "$age s old"; fi
[ -s "$work/question" ] || skip 'no text'
node "$here/mesh.mjs" holds "$EGREGORE_HASH" || skip 'not in the store any more'

# From here on one at a time: what one run decides, the next one sees. The kernel gives the lock back however a run ends.
mkdir -p "$HOOK_STATE_DIR"
exec 9>>"$HOOK_STATE_DIR/lock"
flock -w "$HOOK_LOCK_WAIT_SECS" 9 || fail 75 'another run is still answering'

! grep -Fxq -- "$EGREGORE_HASH" "$REPLY_LOG_FILE" 2>/dev/null || skip 'answered already'

now=$(date +%s)
last_reply=$(cat "$HOOK_STATE_DIR/last_reply_epoch" 2>/dev/null || echo 0)
is_count "$last_reply" || last_reply=0
[ $(((now - last_reply) * 1000)) -ge "$HOOK_COOLDOWN_MS" ] || skip 'cooling down after an answer'

if [ "$HOOK_RATE_LIMIT" -gt 0 ]; then
  rate_file=$HOOK_STATE_DIR/rate-$(printf %s "$EGREGORE_AUTHOR" | tr / _)
  awk -v now="$now" '$1 ~ /^[0-9]+$/ && now - $1 < 60' "$rate_file" 2>/dev/null >"$work/rate" || :
  [ "$(wc -l <"$work/rate")" -lt "$HOOK_RATE_LIMIT" ] || skip "$HOOK_RATE_LIMIT messages of this author within a minute"
  echo "$now" >>"$work/rate"
  cp "$work/rate" "$rate_file"
fi

# The responder gets the question on standard input and nothing of ours but the environment; it does not hold the lock.
"$HOOK_RESPONDER" <"$work/question" >"$work/answer" 9>&- || fail 1 "the responder failed with $?"
grep -q '[^[:space:]]' "$work/answer" || skip 'the responder had nothing to say'
node "$here/mesh.mjs" reply "$EGREGORE_HASH" <"$work/answer" || fail 1 'the answer could not be published'

mkdir -p "$(dirname -- "$REPLY_LOG_FILE")"
echo "$EGREGORE_HASH" >>"$REPLY_LOG_FILE"
date +%s >"$HOOK_STATE_DIR/last_reply_epoch"
