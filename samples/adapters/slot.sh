# shellcheck shell=sh
# What the adapters here share: one replication slot of PostgreSQL, read by one program at a time, and a folder that it writes to.
# Sourced with $connection (libpq's words, such as service=shop; a password belongs in ~/.pgpass), $slot and $sink set. What it needs of
# the server: SELECT on pg_replication_slots, and pg_terminate_backend for the sessions of the same user.

# Answers of the server, one value a line; fails when it does not answer.
ask() { # SQL
    PGCONNECT_TIMEOUT=3 psql -XAtq -v ON_ERROR_STOP=1 -d "$connection" -c "SET statement_timeout = '3s'" -c "$1" 2>>"$HOLDFAST_DIR/psql.err"
}

# A sentence becomes JSON.
quoted() { printf '"%s"' "$(printf '%s' "$1" | tr -d '\000-\037' | sed 's/[\\"]/\\&/g' | cut -c1-900)"; }

checkpoint='' position='' pending_lsn='' pending_time=''

say() { # state error
    now=$(date +%s)
    {
        printf '{"state":"%s"' "$1"
        [ -z "$checkpoint" ] || printf ',"checkpoint":%s,"delaySeconds":%s' "$checkpoint" "$((now - checkpoint))"
        [ -z "$position" ] || printf ',"positionEnd":"%s"' "$position"
        [ -z "$2" ] || printf ',"error":%s' "$(quoted "$2")"
        printf '}\n'
    } >"$HOLDFAST_DIR/status.json.new" && mv "$HOLDFAST_DIR/status.json.new" "$HOLDFAST_DIR/status.json"
}

end() { # code sentence
    say Abnormal "$2"
    echo "$2" >&2
    exit "$1"
}

# Whoever comes with a lower epoch than the sink has seen writes nothing. The sizes of the files of those before are noted: what one of
# them, woken up, may still put behind its end is void.
raise_fence() {
    mkdir -p "$sink"
    (
        flock 9
        seen=$(cat "$sink/epoch" 2>/dev/null || echo 0)
        [ "$seen" -le "$HOLDFAST_EPOCH" ] || exit 3
        if [ "$seen" -lt "$HOLDFAST_EPOCH" ]; then
            for file in "$sink"/changes.*; do
                case $file in *'*' | *.size) continue ;; esac
                [ -e "$file.size" ] || wc -c <"$file" >"$file.size"
            done
        fi
        echo "$HOLDFAST_EPOCH" >"$sink/epoch.new" && mv "$sink/epoch.new" "$sink/epoch"
    ) 9>"$sink/lock"
    case $? in
        0) ;;
        3) end 3 "the sink has seen a higher epoch than $HOLDFAST_EPOCH" ;;
        *) end 1 "the folder $sink cannot be written" ;;
    esac
}

is_fenced() { [ "$(cat "$sink/epoch" 2>/dev/null || echo 0)" -gt "$HOLDFAST_EPOCH" ]; }

# The server lets one session read a slot. One that still does is of an earlier epoch: it is ended, and does not come again.
take_slot() {
    tries=0
    while :; do
        holder=$(ask "SELECT coalesce(active_pid::text, '') FROM pg_replication_slots WHERE slot_name = '$slot'") \
            || end 1 "the server does not answer: $(tail -n 1 "$HOLDFAST_DIR/psql.err")"
        [ -n "$holder" ] || return 0
        [ "$tries" -lt 20 ] || end 1 "slot $slot stays in use by process $holder of the server"
        ask "SELECT pg_terminate_backend($holder)" >/dev/null || true
        tries=$((tries + 1))
        sleep 0.5
    done
}

# Position, checkpoint and delay, by the server's own books. The checkpoint is the time at which the server's log ended where the slot
# has come to by now. A moment and the end of the log at that moment are noted, and the next ones once the slot has passed these.
look() {
    if ! answer=$(ask "SELECT confirmed_flush_lsn, pg_current_wal_lsn(), floor(extract(epoch FROM clock_timestamp()))::bigint,
            CASE WHEN '$pending_lsn' = '' THEN true ELSE confirmed_flush_lsn >= nullif('$pending_lsn', '')::pg_lsn END
            FROM pg_replication_slots WHERE slot_name = '$slot'"); then
        say Running "the server does not say where the slot is: $(tail -n 1 "$HOLDFAST_DIR/psql.err")"
        return
    fi
    [ -n "$answer" ] || { say Running "slot $slot is gone from the server"; return; }
    position=${answer%%|*}
    rest=${answer#*|} # end of the log|time|passed
    passed=${rest##*|}
    times=${rest#*|}
    if [ "$passed" = t ]; then
        [ -z "$pending_time" ] || checkpoint=$pending_time
        pending_lsn=${rest%%|*} pending_time=${times%%|*}
    fi
    say Running "${1:-}"
}
