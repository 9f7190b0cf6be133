#!/bin/bash
# Many instances under a real systemd: instances_trial.sh, see machine.sh.
# Usage: instances_test.sh BUILD_DIRECTORY SOURCE_DIRECTORY [NUMBER]
set -euo pipefail
here=$(dirname "$(realpath "$0")")
command -v mariadbd mariadb-install-db curl openssl > /dev/null ||
    { echo "SKIPPED: no database server or no curl here"; exit 77; }
exec "$here/machine.sh" "$here/instances_trial.sh" bash -ec '
    DESTDIR=$ROOT cmake --install "$1" --prefix /usr
    mkdir "$ROOT/mautic"
    cp "$2/test/support/mautic5.sql" "$ROOT/mautic"
    echo "$3" > "$ROOT/instances"' bash "$(realpath "$1")" "$(realpath "$2")" "${3:-50}"
