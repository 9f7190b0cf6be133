#!/bin/bash
# The program of the measurements as somebody calls it: what it cannot do it says and exits, what it finds is a line of
# JSON each.
# Usage: program_test.sh BENCH
set -euo pipefail
bench=$1
directory=$(mktemp -d bench-program-XXXXXX)
trap 'rm -rf "$directory"' EXIT
cd "$directory"

faults=0
fault() {
    echo "FAILED: $*"
    faults=$((faults + 1))
}

# Exit code and words of a call that must fail.
refuses() {  # CODE TEXT ARGUMENT…
    local wanted=$1 text=$2 code=0 said
    shift 2
    said=$("$bench" "$@" 2>&1 > output) || code=$?
    [[ $code -eq $wanted ]] || fault "bench $*: exit code $code instead of $wanted"
    [[ $said == *"$text"* ]] || fault "bench $*: it says '$said'"
}

"$bench" --help | grep -q 'backfill' || fault "--help does not list the measurements"
refuses 2 "unknown measurement 'backfil'" backfil
refuses 2 "--scale" --scale none
refuses 1 "no/such/directory" --json no/such/directory/figures latency
# What fails does not keep the others from being measured.
refuses 1 "GDPRD_TEST_SERVER=nobodys" --servers nobodys --scale 0.001 latency seal
grep -q '^seal, nobodys' output || fault "the second measurement was not tried"

"$bench" --scale 0.001 --json figures history || fault "history: exit code $?"
head -n 1 figures | grep -q '^{"machine":{"cores":' || fault "the machine is not in the first line"
if sed 1d figures | grep -vE '^\{"measurement":"history","figure":".*","value":[0-9].*"server":"M.*"scale":0.001\}$'; then
    fault "these are no figures"
fi
for figure in "10000 page views, rate" "10000 opened mails, longest transaction"; do
    grep -qF "\"figure\":\"$figure\"" figures || fault "there is no figure '$figure'"
done
[[ -z $(ls -A bench-scratch) ]] || fault "it leaves files behind"
[[ $faults -eq 0 ]]
