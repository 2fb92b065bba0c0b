#!/bin/sh
# An Incr-Sync that is pg_recvlogical: what a slot decodes goes to files in a folder, one for each epoch.
#   recvlogical.sh service=shop SLOT FOLDER [PLUGIN]        PLUGIN: test_decoding, wal2json …, for a slot that is not there yet.
# At least once: a later epoch begins at what the server was told is on the disk. So transactions may stand at the end of one file and at
# the beginning of the next. The plugin test_decoding gives each its number (BEGIN 733). Of a file that has a .size beside it that many
# bytes count.
set -u
connection=$1 slot=$2 sink=$3 plugin=${4:-test_decoding}
. "$(dirname "$0")/slot.sh"
case $slot in *[!a-z0-9_]* | '') end 1 "a slot's name has small letters, digits and underscores, not '$slot'" ;; esac

raise_fence
take_slot
pg_recvlogical -d "$connection" --slot "$slot" --create-slot --if-not-exists -P "$plugin" 2>"$HOLDFAST_DIR/child.err" \
    || end 1 "the slot cannot be made: $(tail -n 1 "$HOLDFAST_DIR/child.err")"
# Without --no-loop it would come again after its session was ended in favour of a successor.
pg_recvlogical -d "$connection" --slot "$slot" --start --no-loop --fsync-interval=1 --status-interval=1 \
    -f "$sink/changes.$HOLDFAST_EPOCH" 2>"$HOLDFAST_DIR/child.err" &
child=$!
trap 'kill -INT "$child" 2>/dev/null; wait "$child"; say Running ""; exit 143' TERM

while kill -0 "$child" 2>/dev/null; do
    if is_fenced; then
        kill -TERM "$child"
        break
    fi
    look
    sleep 1 &
    wait $! # a signal ends this wait at once
done
wait "$child"
code=$?
! is_fenced || end 3 "the sink has seen a higher epoch than $HOLDFAST_EPOCH"
end 1 "pg_recvlogical ended with $code: $(tail -n 1 "$HOLDFAST_DIR/child.err")"
