#!/bin/bash
# From the installed program to the first erased contact under a real systemd: first_erasure_trial.sh, see machine.sh.
# Usage: first_erasure_test.sh BUILD_DIRECTORY SOURCE_DIRECTORY; what is built is installed. "" in place of it: the
# program is installed already, by its package.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
command -v mariadbd mariadb-install-db curl openssl > /dev/null ||
    { echo "SKIPPED: no database server or no curl here"; exit 77; }
exec "$here/machine.sh" "$here/first_erasure_trial.sh" bash -ec '
    [[ -z $1 ]] || DESTDIR=$ROOT cmake --install "$1" --prefix /usr
    mkdir "$ROOT/mautic"
    cp "$2/test/support/mautic5.sql" "$ROOT/mautic"' bash "${1:+$(realpath "$1")}" "$(realpath "$2")"
