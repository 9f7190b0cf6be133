#!/bin/bash
# The installed service through outages under a real systemd: outages_trial.sh, see machine.sh.
# Usage: outages_test.sh BUILD_DIRECTORY SOURCE_DIRECTORY
set -euo pipefail
here=$(dirname "$(realpath "$0")")
command -v mariadbd mariadb-install-db curl openssl > /dev/null ||
    { echo "SKIPPED: no database server or no curl here"; exit 77; }
exec "$here/machine.sh" "$here/outages_trial.sh" bash -ec '
    DESTDIR=$ROOT cmake --install "$1" --prefix /usr
    mkdir "$ROOT/mautic"
    cp "$2/test/support/mautic5.sql" "$ROOT/mautic"' bash "$(realpath "$1")" "$(realpath "$2")"
