#!/usr/bin/env bash
# One user of RabbitMQ for each service: it says its own messages, hears those that are for it, and has its own queues, nothing else.
# Prints definitions that a broker takes: load_definitions = FILE in its configuration, or rabbitmqctl import_definitions FILE.
#   printf '%s\n' 'heartbeat PASSWORD' 'ha-scheduler PASSWORD' … | broker.sh >definitions.json
# A line for each user; `subscriber` may hear what is public, on queues whose names begin with "subscriber."; `holdfast` may do everything
# and is no service's. A user that is not named is not made and not changed.
set -euo pipefail

# Service: what it says | what it hears. As contracts/README.md has it; every service raises alerts and says that it lives.
rights() {
    case $1 in
        heartbeat) echo "HeartbeatReported | BatchesHeard ComponentPlaced HaConfigChanged HostAdmitted HostForgotten" ;;
        ha-scheduler) echo "BatchesHeard ComponentPlaced ConfiguredStoreRequested HaConfigChanged HostAdmitted HostDown HostForgotten" \
            "HostRecovered HostsAvoided SchedulerStateChanged StoreRequested StoreSuspected | HaConfigAsked HaConfigChanged" \
            "HeartbeatReported SchedulerStateChanged StorePlaced SubtopicsDecided ThresholdsChanged" ;;
        store-manager) echo "ComponentPlaced HaConfigAsked StorePlaced SubtopicsChanged SubtopicsDecided | ConfiguredStoreRequested" \
            "HaConfigChanged HeartbeatReported HostDown HostForgotten HostRecovered HostsAvoided StoreRequested" \
            "StoreSuspected SubtopicsChanged" ;;
        alerting) echo "AlertSent ThresholdsChanged | AlertRaised ServiceBeat ThresholdsChanged" ;;
        console) echo "| AlertRaised HostDown HostRecovered" ;;
        *) return 1 ;;
    esac
}

# Exchanges of these messages, as a part of a regular expression that JSON takes.
exchanges() { printf 'Holdfast\\\\.Contracts:(%s)$' "$(printf '%s\n' "$@" | sort -u | paste -sd '|')"; }

user() { printf '{"name":"%s","password":"%s","tags":"%s"}' "$1" "$2" "$3"; }

permission() { # USER CONFIGURE WRITE READ
    printf '{"user":"%s","vhost":"/","configure":"%s","write":"%s","read":"%s"}' "$1" "$2" "$3" "$4"
}

users='' permissions=''
while read -r name password; do
    case $password in
        '' | *[!A-Za-z0-9._~-]*) echo "broker: the password of $name may have letters, digits and . _ ~ - only" >&2; exit 1 ;;
    esac
    tag=''
    # Of every service: what MassTransit says of a message that failed, and the message by which it finds out whether the broker answers.
    own="$name\\\\." common='MassTransit:(Receive)?Fault|Holdfast\\.Platform\\.Bus:BusProbed$'
    case $name in
        holdfast) tag=administrator rule=$(permission "$name" '.*' '.*' '.*') ;;
        subscriber)
            public=$(exchanges AlertRaised AlertSent HeartbeatReported HostDown HostRecovered StoreRequested)
            rule=$(permission "$name" "^$own" "^$own" "^($own|$public)") ;;
        *)
            both=$(rights "$name") || { echo "broker: there is no service '$name'" >&2; exit 1; }
            read -r -a says <<<"${both%%|*} AlertRaised ServiceBeat"
            read -r -a hears <<<"${both##*|}"
            rule=$(permission "$name" "^($own|$common|$(exchanges "${says[@]}" "${hears[@]}"))" \
                "^($own|$common|$(exchanges "${says[@]}"))" "^($own|$(exchanges "${hears[@]}"))") ;;
    esac
    users="${users:+$users,}$(user "$name" "$password" "$tag")"
    permissions="${permissions:+$permissions,}$rule"
done
printf '{"vhosts":[{"name":"/"}],"users":[%s],"permissions":[%s]}\n' "$users" "$permissions"
