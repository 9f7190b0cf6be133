#!/bin/bash
# The template units are the plain ones with other names, and systemd accepts them just as well.
# Usage: template_test.sh DIRECTORY_OF_UNITS
set -euo pipefail
cd "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for name in mautic-gdprd mautic-gdprd-desk; do
    sed -f template_of.sed "$name.service" | diff - "$name@.service" || {
        echo "FAILED: sed -f template_of.sed $name.service > $name@.service makes it anew"
        exit 1
    }
    # What two instances would share if a name were missed.
    shared=$(grep -E '^(User|StateDirectory|RuntimeDirectory)=|/run/mautic-gdprd|copy-config|/nsenter' "$name@.service" |
        grep -v -e '%i' -e '^#' || true)
    [[ -z $shared ]] || { echo "FAILED: shared by all instances: $shared"; exit 1; }

    sed "s|/usr/bin/mautic-gdprd|/bin/true|" "$name@.service" > "$work/$name@shop.service"
    complaints=$(systemd-analyze verify --man=no "$work/$name@shop.service" 2>&1 | grep -F "$name@" || true)
    [[ -z $complaints ]] || { echo "$complaints"; exit 1; }
done
# What the daemon and the desk would share.
for name in User StateDirectory RuntimeDirectory; do
    both=$(sed -n "s/^$name=//p" mautic-gdprd.service mautic-gdprd-desk.service | sort -u | wc -l)
    [[ $both -eq 2 ]] || { echo "FAILED: the desk shares $name= with the daemon"; exit 1; }
done
