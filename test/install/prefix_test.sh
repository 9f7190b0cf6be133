#!/bin/bash
# `cmake --install BUILD --prefix PREFIX`, as docs/install.md says it: the installed unit names the installed program,
# the program finds its data map, and what the unit starts does start; wherever the prefix is, and wherever it is moved.
# Usage: prefix_test.sh BUILD_DIRECTORY
set -euo pipefail

build=$1
work=$(mktemp -d)
daemon=
finish() {
    [[ -z $daemon ]] || kill -KILL "$daemon" 2> /dev/null || true
    rm -rf "$work"
}
trap finish EXIT

fail() {
    printf 'FAILED: %s\n' "$*"
    exit 1
}

# The programs that a unit starts, without the prefixes that systemd gives a meaning.
programs() { sed -n 's/^Exec[A-Za-z]*=//p' "$1" | tr ' ' '\n' | sed -n 's|^[-+!:@]*\(/.*/bin/mautic-gdprd\)$|\1|p' | sort -u; }

install() {  # PREFIX
    cmake --install "$build" --prefix "$1" > "$work/install.log" 2>&1 || { cat "$work/install.log"; fail "install"; }
}

# Staged for a package: the unit names where the files will be.
DESTDIR=$work/staged install /usr
unit=$work/staged/usr/lib/systemd/system/mautic-gdprd.service
[[ $(programs "$unit") == /usr/bin/mautic-gdprd ]] || fail "the unit for /usr starts $(programs "$unit")"
[[ -x $work/staged/usr/bin/mautic-gdprd ]] || fail "/usr/bin/mautic-gdprd is not installed"

for prefix in "$work/usr" "$work/opt/gdprd"; do
    install "$prefix"
    unit=$prefix/lib/systemd/system/mautic-gdprd.service
    program=$(programs "$unit")
    [[ $program == "$prefix/bin/mautic-gdprd" ]] || fail "the unit of $prefix starts $program"
    for file in contact-data.toml mautic-gdprd.toml grants.sql plugins/custom-objects.toml monitoring/{alerts.yml,dashboard.json}; do
        [[ -r $prefix/share/mautic-gdprd/$file ]] || fail "$file is not installed"
    done

    # No database: the configuration and the data map are read first, and the daemon takes webhooks without it.
    "$program" init --directory "$prefix/etc" --database-name mautic --database-socket "$work/none" > /dev/null || true
    config=$prefix/etc/mautic-gdprd.toml
    "$program" check --config-only --config "$config" > "$work/check" 2>&1 || { cat "$work/check"; fail "check"; }
    grep -qF "$prefix/share/mautic-gdprd/contact-data.toml" "$work/check" || fail "another data map: $(cat "$work/check")"

    sed -i -e "/^\[listen\]/,/^\[/s|^#port = .*|port = 0|" \
        -e "/^\[queue\]/,/^\[/s|^#directory = .*|directory = \"$prefix/state\"|" "$config"
    # What the unit's ExecStart= says, with this configuration in place of /etc/mautic-gdprd.
    read -ra start <<< "$(sed -n 's/^ExecStart=//p' "$unit")"
    mkfifo "$prefix/log"
    "${start[@]}" --config "$config" 2> "$prefix/log" &
    daemon=$!
    log=
    while IFS= read -r line; do
        log+=$line$'\n'
        [[ $line != *" ready "* ]] || break
    done < "$prefix/log"
    [[ $log == *" ready "* ]] || { echo "$log"; fail "what the unit of $prefix starts does not start"; }
    kill -KILL "$daemon"
    wait "$daemon" 2> /dev/null || true
    daemon=
done

mv "$work/usr" "$work/moved"
"$work/moved/bin/mautic-gdprd" describe > "$work/page" || fail "the moved program does not find its data map"
grep -q '^## ' "$work/page" || fail "describe prints no page"
echo "installed, started, moved"
