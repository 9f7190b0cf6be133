#!/bin/bash
# Prometheus' own program checks the alert rules, and plays series on which each of them fires or keeps quiet. It is in
# Debian's package prometheus, which is also a service: where it is not installed it is only unpacked, below build/.
# Usage: alerts_test.sh SOURCE_DIRECTORY
set -euo pipefail
cd "$1"

unpack_promtool() {
    local directory=$PWD/build/prometheus package
    package=$(mktemp -d)
    (cd "$package" && apt-get download prometheus && dpkg-deb -x prometheus_*.deb unpacked) &&
        mkdir -p "$directory" && cp "$package/unpacked/usr/bin/promtool" "$directory"
    local code=$?
    rm -rf "$package"
    return $code
}

promtool=$(command -v promtool || true)
[[ -n $promtool ]] || promtool=build/prometheus/promtool
if [[ ! -x $promtool ]] && ! unpack_promtool; then
    echo "SKIPPED: no promtool in \$PATH, and Debian's package prometheus cannot be had here"
    exit 77
fi
promtool=$(realpath "$promtool")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp config/monitoring/alerts.yml test/monitoring/alerts_test.yml "$work"
cd "$work"
"$promtool" check rules alerts.yml
"$promtool" test rules alerts_test.yml

# A rule without a test of both kinds would pass unnoticed.
for alert in $(sed -n 's/^ *- alert: //p' alerts.yml); do
    [[ $(grep -c "alertname: $alert\$" alerts_test.yml) -eq 2 ]] || { echo "FAILED: $alert is not tested twice"; exit 1; }
done
