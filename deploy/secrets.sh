#!/usr/bin/env bash
# Makes what docker-compose.yml reads from files: the token, and RabbitMQ's and the database's passwords with the addresses that
# hold them. What is there stays; the folder can be entered by its owner only, the files are read in containers by other users.
#   deploy/secrets.sh [DIR]      ./secrets
set -euo pipefail
dir=${1:-"$(dirname "${BASH_SOURCE[0]}")/../secrets"}
if [ -e "$dir/services.json" ]; then
    echo "$dir has them already; remove it for new ones (and the volumes, which know the old passwords)"
    exit 0
fi
mkdir -p "$dir"
chmod 700 "$dir"
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
put() { printf '%s\n' "$2" >"$dir/$1" && chmod 644 "$dir/$1"; }
[ -e "$dir/token" ] || put token "$(random)"
broker=$(random) database=$(random)
put rabbitmq.conf "default_user = holdfast
default_pass = $broker"
put database "$database"
services() { # the store's address
    printf '{"rabbitmq": "amqp://holdfast:%s@rabbitmq:5672/", "store": "%s"}' "$broker" "$1"
}
put services.postgres.json "$(services "postgres://holdfast:$database@database:5432/holdfast")"
put services.json "$(services "mongodb://holdfast:$database@database:27017/holdfast?authSource=admin")"
echo "made in $dir: token database rabbitmq.conf services.json services.postgres.json"
