#!/bin/bash
# Prometheus' own program checks the alert rules, and plays series on which each of them fires or keeps quiet. It is in
# Debian's package prometheus, which is also a service; without installing it:
#     apt-get download prometheus && dpkg-deb -x prometheus_*.deb build/prometheus
# Usage: alerts_test.sh SOURCE_DIRECTORY
set -euo pipefail
cd "$1"

promtool=$(command -v promtool || true)
[[ -n $promtool ]] || promtool=build/prometheus/usr/bin/promtool
if [[ ! -x $promtool ]]; then
    echo "SKIPPED: no promtool, neither in \$PATH nor as $PWD/$promtool"
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
