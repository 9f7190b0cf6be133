#!/bin/bash
# Runs one fuzzer of the fuzz build for some seconds of processor time, beginning with the seeds in corpus/NAME:
#     test/fuzz/fuzz_one.sh NAME SECONDS
# Prints one line, "passed …" or "FAILED …", behind the report of a finding. The input that shows a finding is
# kept in build/fuzz/findings.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

name=$1
seconds=$2
program=$PWD/build/fuzz/test/fuzz/${name}_fuzz
seeds=$PWD/test/fuzz/corpus/$name
grown=$PWD/build/fuzz/corpus/$name
findings=$PWD/build/fuzz/findings
log=$PWD/build/fuzz/$name.log

rm -rf "$grown"
mkdir -p "$grown" "$findings"

# The clock only guards against a fuzzer that hangs: the time that counts is the processor's.
FUZZ_PROCESSOR_SECONDS=$seconds timeout $((seconds * 20 + 120)) "$program" -max_len=16384 -timeout=25 \
    -rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix="$findings/$name-" "$grown" "$seeds" > "$log" 2>&1
code=$?
inputs=$(sed -nE 's/^stat::number_of_executed_units: *([0-9]+)$/\1/p' "$log")
if [[ $code -eq 0 && ${inputs:-0} -gt $(find "$seeds" -type f | wc -l) ]]; then
    echo "passed $name: $inputs inputs, no finding"
    exit 0
fi
grep -vE '^#[0-9]+' "$log" | tail -n 60
echo "FAILED $name: exit code $code after ${inputs:-0} inputs, see build/fuzz/$name.log and build/fuzz/findings"
exit 1
