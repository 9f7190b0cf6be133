#!/bin/bash
# A checkout may lack the facts about Mautic. What needs them is then skipped and says so; it does not die, and it does
# not count as passed. Usage: without_facts_test.sh TEST_PROGRAM…
set -uo pipefail

output=$(mktemp)
trap 'rm -f "$output"' EXIT
for program in "$@"; do
    MAUTIC_FACTS_DIR=/nonexistent "$program" > "$output" 2>&1
    code=$?
    if [[ $code -ne 77 ]] || ! grep -q '^SKIPPED: ' "$output" || ! grep -q 'SKIPPED$' "$output"; then
        echo "$program without the facts: exit code $code, wanted 77 and what was skipped"
        tail -n 40 "$output"
        exit 1
    fi
    grep -c '^SKIPPED: ' "$output"
done
