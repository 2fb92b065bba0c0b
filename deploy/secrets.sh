#!/usr/bin/env bash
# Makes the secrets that the containers of docker-compose.yml read: the token and the servers' passwords, and the files that hold
# an address or a login with them. The service `secrets` runs it before all others; it can be run as often as one likes.
#   secrets.sh DIR [GIVEN]
# DIR    a folder for each reader: each service (heartbeat ha-scheduler store-manager alerting console), each host (host1 host2 host3),
#        each server (rabbitmq database kafka prometheus grafana).
# GIVEN  secrets of your own: any of the files token rabbitmq database kafka grafana, rabbitmq-SERVICE and rabbitmq-subscriber, token-HOST
#        (h1 h2 h3), secrets-key. The last has a line for each key, the one in use first. All files are taken as they are and never
#        changed; what is missing there is made once and kept.
#   STORE_SERVER=mongodb|postgres   whose address the services get
set -euo pipefail
umask 077
dir=${1:?usage: secrets.sh DIR [GIVEN]} given=${2:-}

refuse() { printf '%s\n' "secrets: $1" >&2; exit 1; }

# As small as its reader allows: a file in a folder of one's own group is for oneself; in one of another group, for that too.
put() { # READER/NAME, text
    local file="$dir/$1" folder="$dir/${1%/*}" mode=600
    if [ -d "$folder" ]; then
        [ "$(stat -c %g "$folder")" = "$(id -g)" ] || mode=640
    else
        mkdir -p "$folder"
    fi
    if [ -f "$file" ] && [ "$(cat "$file")" = "$2" ]; then return; fi
    # In one step: who reads it meanwhile gets the old one or the new one.
    printf '%s\n' "$2" >"$file.new"
    chgrp "$(stat -c %g "$folder")" "$file.new"
    chmod "$mode" "$file.new"
    mv "$file.new" "$file"
    made="$made $1"
}

# A given one first, then the one that was made before, then a new one.
secret() { # NAME, READER/FILE [BYTES]: sets $value
    local from="$given/$1"
    if [ -n "$given" ] && [ -e "$from" ]; then
        value=$(cat "$from") || refuse "$from cannot be read by user $(id -u): chown $(id -u) $from"
        [ -n "$value" ] || refuse "$from is empty: write the secret into it, or remove it and one is made"
    elif [ -e "$dir/$2" ]; then
        value=$(cat "$dir/$2")
    else
        value=$(od -An -v -w64 -N"${3:-24}" -tx1 /dev/urandom | tr -d ' \n')
    fi
}

# It stands in an address, in RabbitMQ's file and in Java's, each of which would read other signs in its own way.
password() { # NAME [READER/FILE]
    secret "$1" "${2:-$1/password}"
    case $value in
        *[!A-Za-z0-9._~-]*) refuse "$given/$1 may have letters, digits and . _ ~ - only, in one line" ;;
    esac
    put "${2:-$1/password}" "$value"
}

if [ -n "$given" ] && [ -e "$given" ] && ! ls "$given" >/dev/null 2>&1; then
    refuse "$given cannot be read by user $(id -u): chown -R $(id -u) the folder"
fi
made=''
services='heartbeat ha-scheduler store-manager alerting console'
secret token console/token
for reader in prometheus $services; do put "$reader/token" "$value"; done

# What services keep in the store for channels and sources is sealed with it.
secret secrets-key console/secrets-key 32
for reader in $services; do put "$reader/secrets-key" "$value"; done

# Each host has its own, which reports for it and does nothing else; heartbeat knows them by what cannot be turned back into them.
known='# Hosts, and the SHA-256 of each of their tokens.'
for host in h1 h2 h3; do
    secret "token-$host" "host${host#h}/token"
    put "host${host#h}/token" "$value"
    while read -r line; do
        known="$known
$host $(printf '%s' "$line" | sha256sum | cut -d ' ' -f 1)"
    done <<<"$value"
done
put heartbeat/host-tokens "$known"

# Its administrator, and a user for each service and for outside subscribers.
password rabbitmq
users="holdfast $value"
for user in $services subscriber; do
    password "rabbitmq-$user" "rabbitmq/$user"
    users="$users
$user $value"
done
put rabbitmq/definitions.json "$(bash "$(dirname "$0")/broker.sh" <<<"$users")"
put rabbitmq/rabbitmq.conf "load_definitions = /run/secrets/definitions.json"

password kafka
put kafka/jaas.conf "KafkaServer {
    org.apache.kafka.common.security.plain.PlainLoginModule required
    username=\"holdfast\" password=\"$value\" user_holdfast=\"$value\";
};"
# For the settings of a channel of kind kafka.
put alerting/kafka "$value"

password grafana

# A given one only: the console's at the provider where people sign in, which made it.
if [ -n "$given" ] && [ -e "$given/oidc" ]; then
    secret oidc console/oidc
    put console/oidc "$value"
fi

password database
case ${STORE_SERVER:-mongodb} in
    mongodb) store="mongodb://holdfast:$value@database:27017/holdfast?authSource=admin" ;;
    postgres) store="postgres://holdfast:$value@database:5432/holdfast" ;;
    *) refuse "STORE_SERVER is mongodb or postgres, not $STORE_SERVER" ;;
esac
for service in $services; do
    put "$service/service.json" "{\"rabbitmq\": \"amqp://$service:$(cat "$dir/rabbitmq/$service")@rabbitmq:5672/\", \"store\": \"$store\"}"
done
if [ -n "$made" ]; then echo "secrets: written$made"; else echo "secrets: all of them are there"; fi
