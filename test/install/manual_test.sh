#!/bin/bash
# The manual pages and the completion, as they are installed: each command, each option of the program and of its
# configuration is in them, man prints them without complaint, and the shell never hands the program what was typed.
# Usage: manual_test.sh BUILD_DIRECTORY SOURCE_DIRECTORY
set -euo pipefail

build=$(realpath "$1")
source=$2
program=$build/mautic-gdprd
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    printf 'FAILED: %s\n' "$*"
    exit 1
}
for tool in man groff lowdown; do
    command -v "$tool" > /dev/null || { echo "SKIPPED: $tool is not installed"; exit 77; }
done

DESTDIR=$work cmake --install "$build" --prefix /usr > "$work/log" 2>&1 || { cat "$work/log"; fail "install"; }
pages=$work/usr/share/man
completion=$work/usr/share/bash-completion/completions/mautic-gdprd
for page in man8/mautic-gdprd.8 man5/mautic-gdprd.toml.5; do
    [[ -s $pages/$page ]] || fail "no $page"
    LC_ALL=C.UTF-8 MANWIDTH=200 MAN_KEEP_FORMATTING='' man --warnings --local-file "$pages/$page" \
        > "$work/${page##*/}" 2> "$work/warnings" || fail "man does not print $page"
    [[ ! -s $work/warnings ]] || { cat "$work/warnings"; fail "man complains about $page"; }
    [[ $(lexgrog "$pages/$page") == *" - "* ]] || fail "apropos does not find $page"
    ! grep -qF -e "$work" -e "$build" "$pages/$page" || fail "$page names where it was made"
done

# shellcheck source=/dev/null
. "$completion"
# What the shell offers for the last word, sorted. PROGRAM is what the line begins with.
offered() {  # PROGRAM WORD…
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    _mautic_gdprd "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" || true  # as when nothing fits
    printf '%s\n' "${COMPREPLY[@]}" | sort
}
expect() {  # WANTED WORD…
    local wanted=$1
    shift
    [[ $(offered "$program" "$@" | paste -sd ' ') == "$wanted" ]] ||
        fail "'$*' is completed to: $(offered "$program" "$@" | paste -sd ' '); wanted: $wanted"
}

commands=0
compare() {  # COMMAND…: that command and those below it
    local help below options
    help=$("$program" "$@" --help)
    # The help in a form of its own: names at two blanks below a heading, options wherever they are.
    below=$(awk '/^ ?$/ { here = 0 } here { print $1 } toupper($0) ~ /^SUBCOMMANDS/ { here = 1 }' <<< "$help")
    options=$(awk '/^ +(-[a-z], *)?--[a-z]/ { sub(/^ +(-[a-z], *)?/, ""); sub(/[ =[].*/, ""); print }' \
        <<< "$help" | sort)
    [[ $(offered "$program" "$@" "") == "$(sort <<< "$below")" || -z $below ]] || fail "commands of '$*'"
    [[ $(offered "$program" "$@" --) == "$options" ]] || fail "options of '$*': $(offered "$program" "$@" --)"
    if [[ -z $below ]]; then
        commands=$((commands + 1))
        # Its part of the page, from its heading to the next one.
        awk -v heading="   mautic-gdprd $* [OPTIONS]" 'index($0, heading) == 1 { here = 1; next }
            here && /^ ? ? ?[^ ]/ { here = 0 } here' "$work/mautic-gdprd.8" > "$work/section"
        [[ -s $work/section ]] || fail "the manual page has no '$*'"
        local option
        for option in $options; do
            [[ $option == --help ]] || grep -qE -- "^ +$option( |$)" "$work/section" ||
                fail "the manual page of '$*' has no $option"
        done
        # To the end of what is said of it, whatever the lines are broken at.
        [[ $(tr -d ' \n' < "$work/section") == *"$(tail -n 1 <<< "$help" | tr -d ' `')" ]] ||
            fail "the manual page of '$*' lacks the end of its help"
    fi
    local name
    for name in $below; do
        compare "$@" "$name"
    done
}
compare
[[ $commands -gt 15 ]] || fail "only $commands commands were compared"

# Sections and options of the configuration are headings in both.
options=0
while IFS= read -r name; do
    options=$((options + 1))
    grep -qxF -- "   $name" "$work/mautic-gdprd.toml.5" || fail "the manual page of the configuration has no $name"
done < <(sed -n 's/^###\? //p' "$source/docs/reference/configuration.md" | tr -d '`')
[[ $options -gt 80 ]] || fail "only $options options were compared"

# Values.
mkdir "$work/here" "$work/here/maps"
touch "$work/here/my.toml"
cd "$work/here"
expect "parked ready running settling waiting" queue list --state ""
expect "md5 sha256" init --hash ""
expect "officer viewer" desk user add anna --role ""
expect "my.toml" check --config my
expect "maps" init --mautic m
expect "maps my.toml" ledger import m
expect "" erase --contact ""
expect "" lookup ""
expect "--json" check --instance shop --js

# Who completes a line with an address must not have it in the list of processes.
printf '#!/bin/bash\nprintf "%%s\\n" "$*" >> "%s/seen"\nexec "%s" "$@"\n' "$work" "$program" > "$work/watched"
chmod 755 "$work/watched"
for line in "lookup someone@example.org" "someone@example.org" "erase --contact someone@example.org --js" "ledger x import"; do
    read -ra words <<< "$line"
    offered "$work/watched" "${words[@]}" > /dev/null
done
[[ -s $work/seen ]] || fail "the completion asks nobody"
! grep -v -- '--help$' "$work/seen" || fail "the completion runs a command"
! grep -e someone -e import "$work/seen" || fail "the completion hands on what was typed"
# zsh takes the same file, through a terminal of its own.
if command -v zsh > /dev/null; then
    cat > "$work/zsh" << 'ZSH'
zmodload zsh/zpty
zpty shell zsh -f
zpty -w shell "fpath=($1/usr/share/zsh/site-functions \$fpath); autoload -U compinit; compinit -u -d $1/dump; PATH=$2:\$PATH"
zpty -w -n shell $'mautic-gdprd queue list --st\t'
zpty -r shell output "*--state*"
zpty -w -n shell $' p\t'
zpty -r shell output "*parked*"
ZSH
    timeout 60 zsh -f "$work/zsh" "$work" "$build" || fail "zsh does not complete 'queue list --st' and its value"
else
    echo "NOT CHECKED: zsh is not installed"
fi
echo "$commands commands and $options options are in the manual pages and in the completion"
