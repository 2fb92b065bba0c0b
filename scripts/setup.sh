# Sourced by run, holdfast and test: what must be there before anything is built, and the build.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
app="$root/apps/holdfast/bin/Release/net10.0/holdfast.dll"

# Debian packages, each with a file that it brings.
build_packages=(gcc:/usr/bin/cc libc6-dev:/usr/include/stdio.h)
services_packages=(rabbitmq-server:/usr/lib/rabbitmq/bin/rabbitmq-server nginx-light:/usr/sbin/nginx)
# Of ./run --demo shop: one of them is enough for a part of it.
shop_packages=(postgresql:/usr/bin/pg_ctlcluster mariadb-server:/usr/sbin/mariadbd)
test_packages=(kafkacat:/usr/bin/kcat chromium:/usr/bin/chromium prometheus:/usr/bin/promtool mariadb-server:/usr/sbin/mariadbd)
# Tests that need these are skipped, with the reason, where they cannot be had.
wanted_packages=(postgresql:/usr/bin/pg_ctlcluster kubernetes-client:/usr/bin/kubectl systemd:/usr/bin/systemd-analyze
    docker-compose:/usr/bin/docker-compose python3-aiosmtpd:/usr/lib/python3/dist-packages/aiosmtpd/__init__.py)
# An engine for ./test containers, what its images are made with, and what disturbs its networks.
container_packages=(docker.io:/usr/sbin/dockerd docker-compose:/usr/bin/docker-compose debootstrap:/usr/sbin/debootstrap
    iptables:/usr/sbin/iptables iproute2:/usr/sbin/tc)

# Without ICU (a bare Debian) the SDK does not even say its version; nothing here needs a culture.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT="${DOTNET_SYSTEM_GLOBALIZATION_INVARIANT:-1}"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

# New objects up to so many bytes (8 MiB) before they are collected. The runtime takes as much as the processor's whole cache,
# which each of the processes of a small fleet would have for itself. A user's own value stays.
# shellcheck disable=SC2034 # run and holdfast use it
small_heap="${DOTNET_GCgen0size:-0x800000}"

refuse() { printf '%s\n' "$@" >&2; exit 2; }

missing_of() { # package:file … → the packages whose file is not there
    local entry
    for entry in "$@"; do
        [ -e "${entry#*:}" ] || printf '%s\n' "${entry%%:*}"
    done
}

# Installs what is missing (as root), else says what is. Servers that come with it are not started: not now, not at boot.
need_packages() {
    local missing
    mapfile -t missing < <(missing_of "$@")
    [ ${#missing[@]} -eq 0 ] && return 0
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        refuse "Missing: ${missing[*]}" "  What to do: as root, apt-get install --no-install-recommends ${missing[*]}"
    fi
    echo "installing ${missing[*]}"
    with_servers_held_back install_packages "${missing[@]}" || refuse "apt-get could not install ${missing[*]}"
    mapfile -t missing < <(missing_of "$@")
    [ ${#missing[@]} -eq 0 ] || refuse "Still missing after the installation: ${missing[*]}"
}

install_packages() {
    if [ -z "${apt_updated:-}" ]; then
        apt-get update -qq || return
        apt_updated=1
    fi
    DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# A policy file that says no to every start of a service; one that is there already stays.
with_servers_held_back() {
    local policy=/usr/sbin/policy-rc.d made='' status=0
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy && made=1
    fi
    "$@" || status=$?
    [ -z "$made" ] || rm -f $policy
    if [ $status -eq 0 ] && command -v systemctl >/dev/null && [ -d /run/systemd/system ]; then
        local server
        for server in rabbitmq-server nginx postgresql mariadb etcd docker prometheus; do
            case " $* " in *" $server"*) systemctl disable --quiet "$server" 2>/dev/null || true ;; esac
        done
    fi
    return $status
}

need_sdk() {
    command -v dotnet >/dev/null || refuse "Missing: the .NET 10 SDK" "  What to do: install the SDK that global.json names."
    (cd "$root" && dotnet --version >/dev/null 2>&1) \
        || refuse "The .NET SDK does not fit: $(tr -d '\n' <"$root/global.json") is wanted, there are:" "$(dotnet --list-sdks)"
}

# Installs what the sample shop lacks (as root). Without that the run says what it shows with the one server that is there.
need_shop_packages() {
    local missing
    mapfile -t missing < <(missing_of "${shop_packages[@]}")
    if [ ${#missing[@]} -eq ${#shop_packages[@]} ] || [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        need_packages "${shop_packages[@]}"
    fi
}

need_to_run() {
    need_sdk
    need_packages "${build_packages[@]}"
}

# Where no compiler is to stay behind (UseSharedCompilation=false), one serves all projects of this build and ends with it: one for each
# project would cost several times the CPU. Analyzers take as long as the compiler: they look where somebody asks for it
# (with_analyzers=true).
compile() { # project or solution, file for its output
    local mark="holdfast-$$-$RANDOM" shared=() status=0 cmdline
    [ "${UseSharedCompilation:-}" != false ] || shared=(-p:UseSharedCompilation=true "-p:SharedCompilationId=$mark")
    dotnet build "$1" -c Release -m -nologo -v quiet "-p:RunAnalyzers=${with_analyzers:-false}" "${shared[@]}" >"$2" 2>&1 || status=$?
    [ ${#shared[@]} -eq 0 ] || for cmdline in /proc/[0-9]*/cmdline; do
        if grep -qzFx -e "-pipename:$mark" "$cmdline" 2>/dev/null; then
            kill "$(basename "$(dirname "$cmdline")")" 2>/dev/null || true
        fi
    done
    return $status
}

# Builds what run needs, unless nothing that it is made of is newer than the last build.
build_app() {
    local stamp="$root/artifacts/app.built"
    if [ -f "$app" ] && [ -f "$stamp" ] && [ -z "$(changed_since "$stamp")" ]; then
        return 0
    fi
    mkdir -p "$root/artifacts"
    local log="$root/artifacts/build.log" began
    began=$(mktemp "$root/artifacts/began.XXXXXX")
    echo "building …"
    if ! compile "$root/apps/holdfast/Holdfast.App.csproj" "$log"; then
        rm -f "$began"
        grep -E 'error' "$log" | sort -u | head -20 >&2
        refuse "The build failed; all of its output is in $log"
    fi
    # The moment when it began, so that what was changed meanwhile is built by the next run.
    mv "$began" "$stamp"
}

changed_since() { # deleted files count too: their folder is newer
    local parts=(apps services rules stores platform contracts fleet agents components samples/kafka samples/shop deploy docs/openapi.json)
    local tops=(Directory.Build.props Directory.Build.targets Directory.Packages.props BannedSymbols.txt global.json .editorconfig)
    (cd "$root" && find "${parts[@]}" "${tops[@]}" \( -name bin -o -name obj \) -prune -o -newer "$1" -print -quit 2>/dev/null)
}
