#!/usr/bin/env bash
# Makes every image that docker-compose.yml names, in the engine of DOCKER_HOST, where no image registry can be asked:
# base images from Debian packages (debootstrap) and the installed .NET SDK, tagged with the names that the files use, then
# the project's own from its Dockerfile. What is there already is left as it is.
#   images.sh WORK_DIR
set -euo pipefail
work=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
debian=${HOLDFAST_TEST_DEBIAN:-bookworm}
base=holdfast-test/debian
packages=ca-certificates,curl,gettext-base,gcc,iproute2,iptables,libc6-dev,libicu72,librdkafka1,libsqlite3-0,nginx-light,postgresql,procps,rabbitmq-server

has() { docker image inspect "$1" >/dev/null 2>&1; }
default_of() { sed -n "s/^ARG $1=//p" "$root/Dockerfile"; }                     # of an argument of the Dockerfile
image_of() { sed -n "s/^ *image: \${$1:-\([^}]*\)}.*/\1/p" "$root"/docker-compose*.yml | head -n 1; }  # of a service that is not ours

make_base() {
    has $base && return
    debootstrap --variant=minbase --include="$packages" "$debian" "$work/rootfs" >"$work/debootstrap.log" 2>&1 \
        || { tail -n 20 "$work/debootstrap.log" >&2; return 1; }
    # What this machine trusts: its way to the package registries may go past an authority of its own.
    cp -aL /etc/ssl/certs/ca-certificates.crt "$work/rootfs/etc/ssl/certs/"
    tar -C "$work/rootfs" --exclude=./var/cache/apt/archives/* -c . | docker import --change 'CMD ["bash"]' - $base >/dev/null
    rm -rf "$work/rootfs"
}

make_dotnet() { # from the SDK of this machine
    local sdk runtime dotnet context="$work/dotnet"
    sdk=$(default_of SDK_IMAGE) runtime=$(default_of RUNTIME_IMAGE)
    dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
    rm -rf "$context"
    mkdir -p "$context/runtime" "$context/sdk"
    cp -a "$dotnet/dotnet" "$dotnet/host" "$dotnet/shared" "$context/runtime/"
    has "$runtime" || printf 'FROM %s\nCOPY runtime /usr/share/dotnet\nRUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet\n' $base \
        | docker build -q -t "$runtime" -f - "$context" >/dev/null
    has "$sdk" && return
    cp -a "$dotnet/sdk" "$context/sdk/"
    if [ -d "$dotnet/packs" ]; then cp -a "$dotnet/packs" "$context/sdk/"; fi
    printf 'FROM %s\nCOPY sdk /usr/share/dotnet\n' "$runtime" | docker build -q -t "$sdk" -f - "$context" >/dev/null
    rm -rf "$context"
}

make_server() { # a server from its Debian package, behaving as the image that the compose file means
    local name=$1 image
    image=$(image_of "$2")
    [ -z "$image" ] || has "$image" || docker build -q --build-arg BASE=$base -t "$image" "$here/images/$name" >/dev/null
}

make_ours() {
    local target
    for target in $(sed -n 's/^FROM base AS //p' "$root/Dockerfile"); do
        docker build -q --network host --target "$target" -t "holdfast/$target" "$root" >>"$work/build.log" 2>&1 \
            || { tail -n 40 "$work/build.log" >&2; return 1; }
    done
}

make_base
make_dotnet
make_server rabbitmq RABBITMQ_IMAGE
make_server postgres POSTGRES_IMAGE
make_server nginx NGINX_IMAGE
make_ours
