#!/bin/sh
# An Incr-Sync that is Debezium Server with a PostgreSQL connector: its state by /q/health, its position by the slot.
#   debezium-server.sh service=shop SLOT FOLDER DEBEZIUM_HOME PORT
# DEBEZIUM_HOME has run.sh and conf/application.properties with debezium.source.slot.name=SLOT; passwords belong there. FOLDER keeps
# Debezium's offsets, on a disk that each host of the task sees; PORT is where its health is asked, on this host alone.
# https://debezium.io/documentation/reference/stable/operations/debezium-server.html, https://quarkus.io/guides/smallrye-health
set -u
connection=$1 slot=$2 sink=$3 home=$4 port=$5
. "$(dirname "$0")/slot.sh"
case $slot in *[!a-z0-9_]* | '') end 1 "a slot's name has small letters, digits and underscores, not '$slot'" ;; esac
[ -x "$home/run.sh" ] || end 1 "$home/run.sh cannot be run"

raise_fence
take_slot
(
    cd "$home" && DEBEZIUM_SOURCE_OFFSET_STORAGE_FILE_FILENAME="$sink/offsets.dat" QUARKUS_HTTP_HOST=127.0.0.1 QUARKUS_HTTP_PORT="$port" \
        exec ./run.sh
) &
child=$!
trap 'kill -TERM "$child" 2>/dev/null; wait "$child"; say Running ""; exit 143' TERM

say Starting ""
while kill -0 "$child" 2>/dev/null; do
    if is_fenced; then
        kill -TERM "$child"
        break
    fi
    # 200 and "UP", or 503 and "DOWN"; whoever does not answer is not known to be well.
    health=$(curl -s --max-time 2 "http://127.0.0.1:$port/q/health" | tr -d ' \n') || health=
    case $health in
        '{"status":"UP"'*) look ;;
        '{"status":"DOWN"'*) say Abnormal "Debezium says that it is down: $health" ;;
        *)
            why="Debezium does not answer at port $port"
            if [ -n "$checkpoint" ]; then look "$why"; else say Starting "$why"; fi
            ;;
    esac
    sleep 1 &
    wait $!
done
wait "$child"
code=$?
! is_fenced || end 3 "the sink has seen a higher epoch than $HOLDFAST_EPOCH"
end 1 "Debezium Server ended with $code"
