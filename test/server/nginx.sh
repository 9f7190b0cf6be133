#!/bin/bash
# Prints the path of nginx. Where it is not installed, Debian's package is only unpacked, below build/nginx: it is also a
# service. Usage: nginx.sh. Exit code 77: it cannot be had here; the reason is on standard error.
set -euo pipefail
cd "$(dirname "$0")/../.."

found=$(command -v nginx || { [[ -x /usr/sbin/nginx ]] && echo /usr/sbin/nginx; } || true)
[[ -z $found ]] || { echo "$found"; exit; }
program=$PWD/build/nginx/nginx

unpack() {
    local package code
    package=$(mktemp -d)
    (cd "$package" && apt-get -o APT::Sandbox::User= download nginx && dpkg-deb --extract nginx_*.deb unpacked) > /dev/null &&
        mkdir -p "${program%/*}" && mv "$package/unpacked/usr/sbin/nginx" "$program"
    code=$?
    rm -rf --one-file-system "$package"
    return $code
}

[[ -x $program ]] || unpack || { echo "no nginx in \$PATH, and Debian's package cannot be had here" >&2; exit 77; }
"$program" -v 2> /dev/null || { echo "Debian's nginx lacks a library here" >&2; exit 77; }
echo "$program"
