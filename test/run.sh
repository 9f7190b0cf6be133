#!/bin/bash
# Builds everything and runs every test. The last line is "N passed, N failed"; the exit code is 0 only when
# something ran and nothing failed.
#
#   test/run.sh                    format, dev build, unit, database and system tests; then most of them
#                                  under AddressSanitizer, the rooms with threads under ThreadSanitizer; then
#                                  every fuzzer for a few seconds
#   test/run.sh --quick            format, dev build and unit tests
#   test/run.sh --label LABEL      dev build and the tests of that label only: unit, database, system, cluster
#   test/run.sh --cluster          the same as --label cluster: two daemons on three servers of a Galera cluster
#   test/run.sh --sanitize NAME    only the sanitizer build NAME: asan or tsan
#   test/run.sh --fuzz SECONDS     only the fuzzers, each for that many seconds of processor time
#   test/run.sh --bench            release build and the measurements of test/bench; nothing passes or fails there
#   test/run.sh --jobs N           how many compilers and tests run at once (default: one a processor)
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

all_labels=(unit database system)
labels=("${all_labels[@]}")
sanitizers=(asan tsan)
format=yes
fuzz_seconds=8
jobs=$(nproc)

# AddressSanitizer sees the rooms that handle foreign bytes or own memory, ThreadSanitizer those with threads.
asan_tests=(base content database mautic policy erasure eraser queue webhook http health config worker)
tsan_tests=(base http queue webhook health worker)

usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' test/run.sh; }

while [[ $# -gt 0 ]]; do
    case $1 in
        --quick) labels=(unit) sanitizers=() fuzz_seconds=0 ;;
        --label) labels=("${2:?--label needs a label}") sanitizers=() format=no fuzz_seconds=0; shift ;;
        --cluster) labels=(cluster) sanitizers=() format=no fuzz_seconds=0 ;;
        --sanitize) labels=() sanitizers=("${2:?--sanitize needs asan or tsan}") format=no fuzz_seconds=0; shift ;;
        --fuzz) labels=() sanitizers=() format=no fuzz_seconds=${2:?--fuzz needs a number of seconds}; shift ;;
        --bench)
            .ci/install-dependencies && cmake --preset release > /dev/null &&
                cmake --build --preset release --parallel "$jobs" --target bench && cd build/release &&
                exec test/bench/bench
            exit 1
            ;;
        --jobs) jobs=${2:?--jobs needs a number}; shift ;;
        --help | -h) usage; exit 0 ;;
        *) echo "unknown option $1" >&2; usage >&2; exit 2 ;;
    esac
    shift
done

passed=0
failed=0
results=$(mktemp)
trap 'rm -f "$results"' EXIT

heading() { printf '\n== %s\n' "$*"; }

# A step that is no test (formatting, a build) counts only when it fails.
step_failed() {
    echo "FAILED: $*"
    failed=$((failed + 1))
}

finish() {
    if [[ $((passed + failed)) -eq 0 ]]; then
        echo "no test ran"
        failed=1
    fi
    printf '\n%d passed, %d failed\n' "$passed" "$failed"
    [[ $failed -eq 0 ]]
    exit
}

sources() {
    git ls-files -z -- '*.h' '*.cpp' 2> /dev/null ||
        find lib daemon test \( -name '*.h' -o -name '*.cpp' \) -print0
}

check_format() {
    heading "format"
    # Every generation of the program formats a little differently; the style is that of 14.
    if ! clang-format --version | grep -q 'version 14\.'; then
        echo "not checked: this is $(clang-format --version), the style is that of 14"
        return
    fi
    sources | xargs -0 --no-run-if-empty clang-format --dry-run -Werror || step_failed "clang-format"
}

build() {  # PRESET [TARGET…]
    local preset=$1
    shift
    heading "build $preset"
    cmake --preset "$preset" > "$results" 2>&1 || { cat "$results"; step_failed "configure $preset"; return 1; }
    cmake --build --preset "$preset" --parallel "$jobs" ${1:+--target "$@"} > "$results" 2>&1 ||
        { tail -n 80 "$results"; step_failed "build $preset"; return 1; }
}

# Runs ctest with the given arguments and adds its summary, "97% tests passed, 1 tests failed out of 36".
run_ctest() {  # WHAT COMMAND…
    local what=$1 bad total
    shift
    heading "$what"
    "$@" --output-on-failure 2>&1 | tee "$results"
    read -r bad total < <(sed -nE 's/^.*% tests passed, ([0-9]+) tests? failed out of ([0-9]+)$/\1 \2/p' "$results")
    if [[ -z ${total:-} ]]; then
        grep -q "No tests were found" "$results" || step_failed "$what: no summary"
        return
    fi
    passed=$((passed + total - bad))
    failed=$((failed + bad))
}

run_labels() {
    local label targets=()
    # All of them: everything else is built too, the program first of all.
    if [[ ${#labels[@]} -lt ${#all_labels[@]} ]]; then targets=("${labels[@]/#/tests_}"); fi
    build dev "${targets[@]}" || return
    for label in "${labels[@]}"; do
        local parallel=$jobs
        # These kill processes and fill disks: one at a time.
        [[ $label == system || $label == cluster ]] && parallel=1
        run_ctest "$label tests" ctest --test-dir build/dev --label-regex "^$label\$" --parallel "$parallel"
    done
}

run_asan() {
    build asan "${asan_tests[@]/#/test_}" || return
    run_ctest "tests under asan" ctest --test-dir build/asan --parallel "$jobs" \
        --tests-regex "^($(IFS='|'; echo "${asan_tests[*]}"))\$"
}

run_tsan() {
    build tsan "${tsan_tests[@]/#/test_}" || return
    # ThreadSanitizer cannot map its shadow memory where the kernel randomises addresses widely.
    local launcher=()
    setarch -R true 2> /dev/null && launcher=(setarch -R)
    run_ctest "tests under tsan" "${launcher[@]}" ctest --test-dir build/tsan --parallel "$jobs" \
        --tests-regex "^($(IFS='|'; echo "${tsan_tests[*]}"))\$"
}

# Each fuzzer counts as one test.
run_fuzzers() {
    build fuzz || return
    heading "fuzzers, $fuzz_seconds seconds each"
    find test/fuzz/corpus -mindepth 1 -maxdepth 1 -printf '%f\n' | sort |
        xargs -P "$jobs" -I '{}' test/fuzz/fuzz_one.sh '{}' "$fuzz_seconds" 2>&1 | tee "$results"
    passed=$((passed + $(grep -c '^passed ' "$results")))
    failed=$((failed + $(grep -c '^FAILED ' "$results")))
}

.ci/install-dependencies || { step_failed "install dependencies"; finish; }
[[ $format == yes ]] && check_format
[[ ${#labels[@]} -gt 0 ]] && run_labels
for sanitizer in "${sanitizers[@]}"; do
    case $sanitizer in
        asan) run_asan ;;
        tsan) run_tsan ;;
        *) echo "unknown sanitizer $sanitizer" >&2; exit 2 ;;
    esac
done
[[ $fuzz_seconds -gt 0 ]] && run_fuzzers
finish
