#!/usr/bin/env bash
# Makes every image that the Dockerfile and the compose files name, in the engine of DOCKER_HOST, where no image registry can be
# asked. Base images come from Debian packages (debootstrap) and the installed .NET SDK, tagged with the names that the files use. Then
# come the project's own from its Dockerfile. An image that is there already is left as it is; the project's own are always made anew.
#   images.sh WORK_DIR CACHE_DIR     the unpacked packages are kept in CACHE_DIR for the next time
set -euo pipefail
work=$1 cache=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
debian=${HOLDFAST_TEST_DEBIAN:-bookworm}
packages=ca-certificates,curl,gcc,gettext-base,kafkacat,libc6-dev,libicu72,nginx-light,postgresql,rabbitmq-server
# Made anew when other packages are asked for.
base=holdfast-test/debian:$(printf '%s %s' "$debian" "$packages" | sha256sum | cut -c 1-12)

has() { docker image inspect "$1" >/dev/null 2>&1; }
said() { printf '%s s: %s\n' "$SECONDS" "$1"; }
default_of() { sed -n "s/^ARG $1=//p" "$root/Dockerfile"; } # of an argument of the Dockerfile
image_of() { sed -n "s/^ *image: \${$1:-\([^}]*\)}.*/\1/p" "$root"/docker-compose*.yml | head -n 1; } # of a service that is not ours

make_base() {
    has "$base" && return
    local tar="$cache/${base##*:}.tar" rootfs="$work/rootfs"
    if [ ! -s "$tar" ]; then
        debootstrap --variant=minbase --include="$packages" "$debian" "$rootfs" >"$work/debootstrap.log" 2>&1 \
            || { tail -n 20 "$work/debootstrap.log" >&2; return 1; }
        mkdir -p "$cache"
        rm -f "$cache"/*.tar
        tar -C "$rootfs" --exclude='./var/cache/apt/*' --exclude='./var/lib/apt/lists/*' --exclude='./usr/share/doc/*' -cf "$tar.new" .
        mv "$tar.new" "$tar"
        rm -rf "$rootfs"
    fi
    docker import --change 'CMD ["bash"]' "$tar" holdfast-test/unpacked >/dev/null
    # What this machine trusts: its way to the package registries may go past an authority of its own.
    mkdir -p "$work/base"
    cp -L /etc/ssl/certs/ca-certificates.crt "$work/base/"
    printf 'FROM holdfast-test/unpacked\nCOPY ca-certificates.crt /etc/ssl/certs/\n' \
        | build -t "$base" -f - "$work/base"
    said "base image from Debian packages"
}

build() { # the engine's own builder: no plugin is needed
    DOCKER_BUILDKIT=0 docker build -q "$@" >>"$work/build.log" 2>&1 || { tail -n 40 "$work/build.log" >&2; return 1; }
}

make_dotnet() { # from the SDK of this machine
    local sdk runtime dotnet context="$work/dotnet"
    sdk=$(default_of SDK_IMAGE) runtime=$(default_of RUNTIME_IMAGE)
    has "$sdk" && has "$runtime" && return
    dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
    rm -rf "$context"
    mkdir -p "$context/runtime" "$context/sdk"
    cp -a "$dotnet/dotnet" "$dotnet/host" "$dotnet/shared" "$context/runtime/"
    cp -a "$dotnet/sdk" "$dotnet/packs" "$context/sdk/"
    printf 'FROM %s\nCOPY runtime /usr/share/dotnet\nRUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet\n' "$base" \
        | build -t "$runtime" -f - "$context"
    printf 'FROM %s\nCOPY sdk /usr/share/dotnet\nENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1\n' "$runtime" \
        | build -t "$sdk" -f - "$context"
    rm -rf "$context"
    said "images of the .NET SDK and runtime"
}

make_server() { # a server from its Debian package, behaving as the image that is named
    local name=$1 image=$2
    [ -n "$image" ] || { echo "no file names an image for $name" >&2; return 1; }
    has "$image" || build --build-arg BASE="$base" -t "$image" "$here/images/$name"
}

make_ours() {
    local target projects="services/heartbeat services/ha-scheduler services/store-manager services/alerting services/console"
    projects+=" agents/supervisor components/data components/sample"
    for target in $(sed -n 's/^FROM .* AS //p' "$root/Dockerfile" | grep -vxE 'build|base|holdfast'); do
        build --network host --build-arg PROJECTS="$projects" --target "$target" \
            -t "holdfast/$target" "$root"
        said "image holdfast/$target"
    done
}

make_base
make_dotnet
make_server rabbitmq "$(image_of RABBITMQ_IMAGE)"
make_server postgres "$(image_of POSTGRES_IMAGE)"
make_server kafka "$(image_of KAFKA_IMAGE)"
make_server nginx "$(default_of NGINX_IMAGE)"
make_ours
