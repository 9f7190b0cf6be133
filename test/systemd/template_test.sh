#!/bin/bash
# The template unit is the plain one with other names, and systemd accepts it just as well.
# Usage: template_test.sh DIRECTORY_OF_UNITS
set -euo pipefail
cd "$1"
sed -f template_of.sed mautic-gdprd.service | diff - mautic-gdprd@.service || {
    echo "FAILED: sed -f template_of.sed mautic-gdprd.service > mautic-gdprd@.service makes it anew"
    exit 1
}
# What two instances would share if a name were missed.
shared=$(grep -E '^(User|StateDirectory|RuntimeDirectory)=|/run/mautic-gdprd|copy-config|/nsenter' mautic-gdprd@.service |
    grep -v -e '%i' -e '^#' || true)
[[ -z $shared ]] || { echo "FAILED: shared by all instances: $shared"; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sed "s|/usr/bin/mautic-gdprd|/bin/true|" mautic-gdprd@.service > "$work/mautic-gdprd@shop.service"
complaints=$(systemd-analyze verify --man=no "$work/mautic-gdprd@shop.service" 2>&1 | grep -F mautic-gdprd@ || true)
[[ -z $complaints ]] || { echo "$complaints"; exit 1; }
