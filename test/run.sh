#!/bin/bash
# Builds everything and runs every test. The last line is "N passed, N failed, N skipped"; the exit code is 0 only when
# something ran and nothing failed. On a fresh machine with two processors packages take some minutes, and building and
# testing half an hour; what it is at is told meanwhile. A second run takes a few minutes.
#
# Skipped are programs of tests that lack something here, such as the recorded facts about Mautic ($MAUTIC_FACTS_DIR,
# or ../shared/mautic beside this directory).
#
#   test/run.sh                    format, dev build, unit, database and system tests on this machine's MariaDB; those
#                                  in which the server matters once more on MySQL; then most of them under
#                                  AddressSanitizer, the rooms with threads under ThreadSanitizer; then every fuzzer
#                                  for a few seconds
#   test/run.sh --quick            format, dev build and unit tests
#   test/run.sh --label LABEL      dev build and the tests of that label only: unit, database, system, cluster,
#                                  instances (fifty of them), and with --server mysql also group (three members of
#                                  Group Replication)
#                                  (may be given several times)
#   test/run.sh --server NAME      dev build and the database and system tests, or those of the given labels, on that
#                                  server: mysql (9.7) or mariadb-11.8, which test/server/get.sh fetches, or mariadb,
#                                  which is this machine's
#   test/run.sh --debian VERSION   makes the package on another Debian (12 or 13), installs it, and runs the unit and
#                                  database tests there, in a root directory of its own below build/; as root only
#   test/run.sh --package          makes the package on Debian 12 and on 13, installs it in a bare root of each, and goes
#                                  from there to the first erased contact; as root only
#   test/run.sh --cluster          the same as --label cluster: two daemons on three servers of a Galera cluster
#   test/run.sh --browser          dev build of the program, and the officer's desk in a browser (test/browser);
#                                  pictures of its pages are in build/browser afterwards
#   test/run.sh --sanitize NAME    only the sanitizer build NAME: asan or tsan
#   test/run.sh --fuzz SECONDS     only the fuzzers, each for that many seconds of processor time
#   test/run.sh --bench [--scale N] [--servers NAME,NAME] [MEASUREMENT...]
#                                  release build and the measurements of test/bench (--bench --help lists them);
#                                  nothing passes or fails there. Figures are also in build/bench.json, a line each
#   test/run.sh --soak MINUTES     everything at once for that long, then every promise is checked: webhooks of all kinds,
#                                  commands, a daemon and a database server that are killed, full disks, broken files.
#                                  Prints its seed; GDPRD_TEST_SEED=N repeats it as far as the machine lets it. Without
#                                  root the disk is not filled. With --server mysql on MySQL
#   MODEL_SEEDS=1000 test/run.sh --label database    more random histories in the model test than its fifty
#   test/run.sh --jobs N           how many compilers and tests run at once (default: one a processor)
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

all_labels=(unit database system)
labels=("${all_labels[@]}")
all_sanitizers=(asan tsan)
sanitizers=("${all_sanitizers[@]}")
format=yes
fuzz_seconds=5
soak_minutes=0
jobs=$(nproc)
dependencies=()
browser=
debian=
debian_mode=
chosen=
server=

usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' test/run.sh; }

while [[ $# -gt 0 ]]; do
    case $1 in
        --quick) labels=(unit) sanitizers=() fuzz_seconds=0 ;;
        --label)
            [[ -n $chosen ]] || labels=()
            chosen=yes
            labels+=("${2:?--label needs a label}") sanitizers=() format=no fuzz_seconds=0
            shift
            ;;
        --cluster) labels=(cluster) dependencies=(--cluster) sanitizers=() format=no fuzz_seconds=0 ;;
        --server)
            server=${2:?--server needs mysql, mariadb-11.8 or mariadb}
            case $server in
                mysql | mariadb-11.8 | mariadb) ;;
                *) echo "unknown server $server: mysql, mariadb-11.8 or mariadb" >&2; exit 2 ;;
            esac
            [[ -n $chosen ]] || labels=(database system)
            chosen=yes sanitizers=() format=no fuzz_seconds=0
            shift
            ;;
        --debian)
            debian=${2:?--debian needs a version} dependencies=(--debian)
            labels=() sanitizers=() format=no fuzz_seconds=0
            shift
            ;;
        --package)
            debian="12 13" dependencies=(--debian) debian_mode=--package
            labels=() sanitizers=() format=no fuzz_seconds=0
            ;;
        --browser)
            browser=yes dependencies=(--browser)
            labels=() sanitizers=() format=no fuzz_seconds=0
            ;;
        --sanitize) labels=() sanitizers=("${2:?--sanitize needs asan or tsan}") format=no fuzz_seconds=0; shift ;;
        --fuzz) labels=() sanitizers=() format=no fuzz_seconds=${2:?--fuzz needs a number of seconds}; shift ;;
        --bench)
            shift
            .ci/install-dependencies && cmake --preset release > /dev/null &&
                cmake --build --preset release --parallel "$jobs" --target bench && cd build/release &&
                exec test/bench/bench --json ../bench.json "$@"
            exit 1
            ;;
        --soak) soak_minutes=${2:?--soak needs a number of minutes} chosen=yes labels=() sanitizers=() format=no fuzz_seconds=0; shift ;;
        --jobs) jobs=${2:?--jobs needs a number}; shift ;;
        --help | -h) usage; exit 0 ;;
        *) echo "unknown option $1" >&2; usage >&2; exit 2 ;;
    esac
    shift
done

passed=0
failed=0
skipped=0
results=$(mktemp)
times=$(mktemp)
ahead=
trap 'stop_building_ahead; rm -f "$results" "$times"' EXIT

heading() { printf '\n== %s\n' "$*"; }

# A step that is no test (formatting, a build) counts only when it fails.
step_failed() {
    echo "FAILED: $*"
    failed=$((failed + 1))
}

# SECONDS NAME: of a build, a program of tests, a fuzzer's run.
took() { printf '%8.1f s  %s\n' "$1" "$2" >> "$times"; }

finish() {
    if [[ -s $times ]]; then
        heading "the slowest"
        sort -rn "$times" | head -n 10
    fi
    [[ $((passed + failed)) -gt 0 ]] || echo "no test ran"
    printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    [[ $passed -gt 0 && $failed -eq 0 ]]
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
    local preset=$1 begin=$SECONDS
    shift
    heading "build $preset"
    echo "  (from nothing some minutes; what was built before is taken again)"
    cmake --preset "$preset" > "$results" 2>&1 || { cat "$results"; step_failed "configure $preset"; return 1; }
    cmake --build --preset "$preset" --parallel "$jobs" ${1:+--target "$@"} 2>&1 | tee "$results" | .ci/progress ||
        { tail -n 80 "$results"; step_failed "build $preset"; return 1; }
    took $((SECONDS - begin)) "build $preset"
}

# While tests run, what is built next is begun, behind everything else: tests of the program wait most of the time, and
# the last program of a label leaves a processor idle. What is wrong there, the build itself says later.
# A process group of its own, but no session: the kernel shares its time among sessions first.
build_ahead() {
    [[ ${#sanitizers[@]} -eq ${#all_sanitizers[@]} && $fuzz_seconds -gt 0 ]] || return
    set -m
    nice -n 19 bash -c '
        cmake --preset asan && cmake --build --preset asan --parallel "$0" --target tests_asan
        cmake --preset tsan && cmake --build --preset tsan --parallel "$0" --target tests_tsan
        cmake --preset fuzz && cmake --build --preset fuzz --parallel "$0"' "$jobs" > /dev/null 2>&1 &
    ahead=$!
    set +m
}

# ninja leaves nothing half made.
stop_building_ahead() {
    [[ -n $ahead ]] || return
    kill -TERM -- "-$ahead" 2> /dev/null
    wait "$ahead" 2> /dev/null
    ahead=
}

# Runs ctest with the given arguments and adds its summary, "97% tests passed, 1 tests failed out of 36". There
# skipped ones count as passed; each has a line "12 - complete (Skipped)".
run_ctest() {  # WHAT COMMAND…
    local what=$1 bad total left_out seconds name
    shift
    heading "$what"
    build_ahead
    "$@" --output-on-failure 2>&1 | tee "$results"
    stop_building_ahead
    while read -r seconds name; do
        took "$seconds" "$what: $name"
    done < <(sed -nE 's/^ *[0-9]+\/[0-9]+ Test +#[0-9]+: ([^ ]+) .* ([0-9.]+) sec.*$/\2 \1/p' "$results")
    read -r bad total < <(sed -nE 's/^.*% tests passed, ([0-9]+) tests? failed out of ([0-9]+)$/\1 \2/p' "$results")
    if [[ -z ${total:-} ]]; then
        grep -q "No tests were found" "$results" || step_failed "$what: no summary"
        return
    fi
    left_out=$(grep -cE '^[[:space:]]+[0-9]+ - .* \(Skipped\)' "$results")
    if [[ $left_out -gt 0 ]]; then
        echo "SKIPPED, because something they need is not here:"
        sed -nE 's/^[[:space:]]+[0-9]+ - (.*) \(Skipped\)/  \1/p' "$results"
    fi
    passed=$((passed + total - bad - left_out))
    failed=$((failed + bad))
    skipped=$((skipped + left_out))
}

is_whole_run() { [[ -z $chosen && ${#labels[@]} -eq ${#all_labels[@]} && ${#sanitizers[@]} -gt 0 ]]; }

# In a whole run what runs under AddressSanitizer is built and run there only.
run_labels() {
    local label targets=("${labels[@]/#/tests_}") left_to_asan=()
    is_whole_run && targets=(mautic-gdprd bench tests_not_asan) left_to_asan=(--label-exclude '^asan$')
    build dev "${targets[@]}" || return
    for label in "${labels[@]}"; do
        # One more than processors: programs of tests wait for servers and processes half of their time.
        local parallel=$((jobs + 1))
        # These kill processes and fill disks: one at a time.
        [[ $label == system || $label == cluster ]] && parallel=1
        run_ctest "$label tests" ctest --test-dir build/dev --label-regex "^$label\$" --parallel "$parallel" \
            "${left_to_asan[@]}"
    done
}

# Has the tests run on that database server, fetched where it is not this machine's. Says so when it cannot be had.
use_server() {  # NAME
    heading "the database server $1"
    local code=0
    [[ $1 == mariadb ]] || test/server/get.sh "$1" > "$results" || code=$?
    case $code in
        0) export GDPRD_TEST_SERVER=$1; return ;;
        77) ;;
        *) step_failed "fetching $1"; return 1 ;;
    esac
    printf '\n%s\n' "************************************************************"
    printf 'SKIPPED: no test ran on %s: it cannot be had here\n' "$1"
    printf '%s\n' "************************************************************"
    skipped=$((skipped + 1))
    return 1
}

run_mysql() {
    use_server mysql || return
    run_ctest "tests on MySQL" ctest --test-dir build/dev --parallel $((jobs + 1)) --label-regex '^mysql$'
    unset GDPRD_TEST_SERVER
}

run_asan() {
    build asan tests_asan || return
    run_ctest "tests under asan" ctest --test-dir build/asan --parallel $((jobs + 1)) --label-regex '^asan$'
}

run_tsan() {
    build tsan tests_tsan || return
    # ThreadSanitizer cannot map its shadow memory where the kernel randomises addresses widely.
    local launcher=()
    setarch -R true 2> /dev/null && launcher=(setarch -R)
    run_ctest "tests under tsan" "${launcher[@]}" ctest --test-dir build/tsan --parallel "$jobs" --label-regex '^tsan$'
}

# Each fuzzer counts as one test.
run_fuzzers() {
    build fuzz || return
    local begin=$SECONDS
    heading "fuzzers, $fuzz_seconds seconds each"
    find test/fuzz/corpus -mindepth 1 -maxdepth 1 -printf '%f\n' | sort |
        xargs -P "$jobs" -I '{}' test/fuzz/fuzz_one.sh '{}' "$fuzz_seconds" 2>&1 | tee "$results"
    took $((SECONDS - begin)) "fuzzers"
    passed=$((passed + $(grep -c '^passed ' "$results")))
    failed=$((failed + $(grep -c '^FAILED ' "$results")))
}

# Adds what a script's last line says, which is that of this one.
add_counts_of() {  # WHAT
    local line good bad left_out
    line=$(sed -nE 's/^([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped$/\1 \2 \3/p' "$results" | tail -n 1)
    if [[ -z $line ]]; then
        step_failed "$1"
        return
    fi
    read -r good bad left_out <<< "$line"
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left_out))
}

run_browser() {
    build dev mautic-gdprd || return
    heading "the officer's desk in a browser"
    local begin=$SECONDS code=0
    DESK_AXE=$(test/browser/get-axe.sh) || code=$?
    case $code in
        0) export DESK_AXE ;;
        77)
            printf '\n%s\n' "************************************************************"
            printf 'SKIPPED: nobody checks whether everybody can use the pages\n'
            printf '%s\n' "************************************************************"
            ;;
        *) step_failed "fetching axe-core" ;;
    esac
    test/browser/run.py 2>&1 | tee "$results"
    add_counts_of "the desk in a browser"
    took $((SECONDS - begin)) "the desk in a browser"
}

# It waits most of the time, so that it may run beside others. Counts as one test.
run_soak() {
    build dev soak || return
    local begin=$SECONDS
    heading "soak, $soak_minutes minutes"
    if nice -n 10 build/dev/test/soak/soak "$soak_minutes"; then
        passed=$((passed + 1))
    else
        step_failed "soak"
    fi
    took $((SECONDS - begin)) "soak"
}

# On another Debian: see there. Its last line is that of this script, or it says why it was skipped.
run_debian() {  # VERSION
    heading "Debian $1"
    test/install/debian.sh "$1" "$jobs" "$debian_mode" 2>&1 | tee "$results"
    local code=${PIPESTATUS[0]}
    if [[ $code -eq 77 ]]; then
        skipped=$((skipped + 1))
        return
    fi
    add_counts_of "Debian $1"
}

.ci/install-dependencies "${dependencies[@]}" || {
    # Where that cannot be had, another Debian cannot be tried; that is no fault of the program.
    [[ -n $debian ]] || { step_failed "install dependencies"; finish; }
}
for version in $debian; do run_debian "$version"; done
[[ -z $browser ]] || run_browser
[[ $format == yes ]] && check_format
[[ -z $server ]] || use_server "$server" || finish
[[ ${#labels[@]} -gt 0 ]] && run_labels
is_whole_run && run_mysql
for sanitizer in "${sanitizers[@]}"; do
    case $sanitizer in
        asan) run_asan ;;
        tsan) run_tsan ;;
        *) echo "unknown sanitizer $sanitizer" >&2; exit 2 ;;
    esac
done
[[ $fuzz_seconds -gt 0 ]] && run_fuzzers
[[ $soak_minutes != 0 ]] && run_soak
finish
