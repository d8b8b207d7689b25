#!/usr/bin/env bash
# Name the programs that the slow tests use and this machine lacks; with --install, install them (Debian, as root).
set -euo pipefail

missing=()
want() { # want PACKAGE PROGRAM…: the package is missing when none of the programs is there
    local package=$1
    shift
    for program in "$@"; do
        if command -v "$program" >/dev/null 2>&1 || compgen -G "$program" >/dev/null; then return; fi
    done
    missing+=("$package")
}

want postgresql initdb '/usr/lib/postgresql/*/bin/initdb' '/usr/local/pgsql/bin/initdb'
want redis-server redis-server
want chromium chromium chromium-browser google-chrome
# Mesa draws the phone app's window in memory.
want libgl1 '/usr/lib/*/libGL.so.1' '/usr/lib64/libGL.so.1'
want libegl1 '/usr/lib/*/libEGL.so.1' '/usr/lib64/libEGL.so.1'
want libgl1-mesa-dri '/usr/lib/*/dri/swrast_dri.so' '/usr/lib64/dri/swrast_dri.so'

if [ "${#missing[@]}" = 0 ]; then exit 0; fi
if [ "${1:-}" != --install ]; then
    echo "Tests that need what is not on this machine will be skipped; to run them: apt-get install ${missing[*]}"
    exit 0
fi
export DEBIAN_FRONTEND=noninteractive
sudo=$([ "$(id -u)" = 0 ] || echo sudo)
# A PostgreSQL of the system's own would only take memory: the tests start private ones.
if [[ " ${missing[*]} " == *" postgresql "* ]] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    $sudo mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | $sudo tee /etc/postgresql-common/createcluster.conf >/dev/null
fi
$sudo apt-get -qq update </dev/null
$sudo apt-get -qq install -y --no-install-recommends "${missing[@]}" </dev/null >/dev/null
