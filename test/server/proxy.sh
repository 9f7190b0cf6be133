#!/bin/bash
# Prints the path of a reverse proxy. Where it is not installed, Debian's package is only unpacked, below build/NAME: it
# is also a service. Usage: proxy.sh nginx|caddy. Exit code 77: it cannot be had here; the reason is on standard error.
set -euo pipefail
cd "$(dirname "$0")/../.."

name=$1
case $name in
    nginx) packed=/usr/sbin/nginx version=-v ;;
    caddy) packed=/usr/bin/caddy version=version ;;
    *) echo "unknown proxy $name: nginx or caddy" >&2; exit 2 ;;
esac
found=$(command -v "$name" || { [[ -x $packed ]] && echo "$packed"; } || true)
[[ -z $found ]] || { echo "$found"; exit; }
program=$PWD/build/$name/$name

unpack() {
    local package code
    package=$(mktemp -d)
    (cd "$package" && apt-get -o APT::Sandbox::User= download "$name" && dpkg-deb --extract "$name"_*.deb unpacked) > /dev/null &&
        mkdir -p "${program%/*}" && mv "$package/unpacked$packed" "$program"
    code=$?
    rm -rf --one-file-system "$package"
    return $code
}

[[ -x $program ]] || unpack || { echo "no $name in \$PATH, and Debian's package cannot be had here" >&2; exit 77; }
"$program" "$version" > /dev/null 2>&1 || { echo "Debian's $name lacks a library here" >&2; exit 77; }
echo "$program"
