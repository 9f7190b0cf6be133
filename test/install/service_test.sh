#!/bin/bash
# The installed unit under a real systemd: service_trial.sh, see machine.sh. Usage: service_test.sh BUILD_DIRECTORY
set -euo pipefail
here=$(dirname "$(realpath "$0")")
exec "$here/machine.sh" "$here/service_trial.sh" \
    bash -c 'DESTDIR=$ROOT exec cmake --install "$1" --prefix /usr' bash "$(realpath "$1")"
