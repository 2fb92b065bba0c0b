# The gateway's start command in a container. It fills in the template, and has nginx read it again when the replicas of a service
# have other addresses than before. They have others after a container was started anew, or a service was scaled.
#   DOOR_TLS_CERT, DOOR_TLS_KEY: PEM files, read again when they change; both: HTTPS, neither: HTTP
#   DOOR_PROXIES: addresses and networks of proxies before the gateway whose X-Forwarded-For is believed, with spaces between them
#   DOOR_LISTEN, DOOR_DIR, DOOR_STATIC as in nginx.conf; DOOR_SERVICES: NAME:PORT of each service, as NAME is in upstreams
set -eu

# What stands between "server" and " max_fails=0;" in the template: an address, or several. While there is none, one that
# refuses at once: nginx does not start with a name that it cannot look up.
servers() {
    all=''
    for address in $(getent ahostsv4 "${1%:*}" | awk '{print $1}' | sort -u); do
        all="${all:+$all max_fails=0; server }$address:${1##*:}"
    done
    echo "${all:-127.0.0.1:9}"
}

listen=$DOOR_LISTEN
believed=''
for proxy in ${DOOR_PROXIES:-}; do
    believed="${believed}set_real_ip_from $proxy; "
done
export DOOR_PROXIES="$believed"

fill() {
    variables='$DOOR_LISTEN $DOOR_TLS $DOOR_PROXIES $DOOR_DIR $DOOR_STATIC'
    export DOOR_TLS='' DOOR_LISTEN="$listen"
    if [ -n "${DOOR_TLS_CERT:-}" ]; then
        # Their sum makes another file of the template when they change.
        sum=$(cat "$DOOR_TLS_CERT" "$DOOR_TLS_KEY" | cksum)
        DOOR_TLS="ssl_certificate \"$DOOR_TLS_CERT\"; ssl_certificate_key \"$DOOR_TLS_KEY\"; # $sum"
        DOOR_LISTEN="$listen ssl"
    fi
    for service in $DOOR_SERVICES; do
        variable=DOOR_$(echo "${service%:*}" | tr 'a-z-' 'A-Z_')
        export "$variable=$(servers "$service")"
        variables="$variables \$$variable"
    done
    envsubst "$variables" <"$DOOR_STATIC/nginx.conf"
}

config=$DOOR_DIR/nginx.conf
fill >"$config"
nginx -c "$config" -e stderr -g 'daemon off;' &
nginx=$!
trap 'kill -QUIT $nginx; wait $nginx; exit 0' TERM INT QUIT
while kill -0 $nginx 2>/dev/null; do
    sleep 2 &
    wait $! || true
    fill >"$config.new"
    if ! cmp -s "$config.new" "$config"; then
        mv "$config.new" "$config"
        nginx -c "$config" -e stderr -s reload || true
    fi
done
wait $nginx
