#!/bin/bash
# Prints the manual page mautic-gdprd(8): what the program says about itself and each of its commands with --help.
# Usage: command_page.sh PROGRAM PREFIX, where the program will be installed
set -euo pipefail

program=$1
prefix=$2

# What it finds beside itself is elsewhere when it is installed.
help_of() { "$program" "$@" --help | sed "s|/[^ ]*/share/mautic-gdprd/|$prefix/share/mautic-gdprd/|;s/  \(Excludes\|Needs\):/ \1:/"; }

# The names under "Subcommands:", none where there are none.
subcommands() { sed -n '/^[Ss][Uu][Bb].*:$/,/^$/s/^  \([a-z-]\{1,\}\) .*/\1/p'; }

roff() { sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e 's/"/\\(dq/g' -e 's/`\([^`]*\)`/\\fB\1\\fR/g' -e "s/^[.']/\\\\\\&&/"; }

# "  --option TYPE   what it does", in one line or two, is an item of a list; other indented lines stay as they are.
body() {
    roff | awk '
        # At its beginning a dot or a quote would be a request to the formatter.
        function say(line) { print (line ~ /^[.\047]/ ? "\\&" : "") line }
        function open(kind) {
            if (kind == state) return
            if (state == "plain") print ".fi\n.RE"
            if (kind == "plain") print ".PP\n.RS\n.nf"
            state = kind
        }
        /^ *$/ { open("text"); listed = 0; blank = 1; next }
        toupper($0) ~ /^ *((OPTIONS|POSITIONALS):|\[OPTION GROUP: .*\])$/ { open("text"); listed = 1; next }
        listed && (/^ ? ? ? ?[^ ]/ || /^      \\-\\-[a-z]/) {
            sub(/^ +/, "")
            ignored = /^\\-h/
            if (ignored) next
            at = match($0, /   *[^ ]/)
            print ".TP\n.B \"" (at ? substr($0, 1, at - 1) : $0) "\""
            if (at) say(substr($0, at + RLENGTH - 1))
            next
        }
        listed { sub(/^ +/, ""); if (!ignored) say($0); next }
        /^  / { open("plain"); say(substr($0, 3)); next }
        { open("text"); if (blank) print ".PP"; blank = 0; print }
        END { open("") }'
}

describe() {  # COMMAND…
    local help name
    help=$(help_of "$@")
    printf '.SS "%s"\n' "$(sed -n 's/^ *[Uu][Ss][Aa][Gg][Ee]: *//p' <<< "$help" | roff)"
    sed -e '/^ *[Uu][Ss][Aa][Gg][Ee]:/d' -e '/^[Ss][Uu][Bb].*:$/,/^$/d' <<< "$help" | body
    for name in $(subcommands <<< "$help"); do
        describe "$@" "$name"
    done
}

help=$(help_of)
after_commands=$(sed '1,/^[Ss][Uu][Bb].*:$/d' <<< "$help" | sed '1,/^$/d')
printf '.TH MAUTIC-GDPRD 8 "" "mautic-gdprd %s" "System administration"\n' "$("$program" --version)"
printf '.ad l\n.nh\n.SH NAME\nmautic\\-gdprd \\- erase people from Mautic after they opted out\n'
printf '.SH SYNOPSIS\n.B mautic\\-gdprd\n.I COMMAND\n.RI [ OPTION "]\\&..."\n.br\n.B mautic\\-gdprd \\-\\-version\n'
printf '.SH DESCRIPTION\n'
head -n 1 <<< "$help" | body
printf '.SH COMMANDS\n'
for name in $(subcommands <<< "$help"); do
    describe "$name"
done
printf '.SH EXAMPLES\n'
sed '/^Exit codes:$/,$d' <<< "$after_commands" | body
printf '.SH "EXIT STATUS"\n'
sed '1,/^Exit codes:$/d' <<< "$after_commands" | body
printf '.SH "SEE ALSO"\n.BR mautic\\-gdprd.toml (5)\n'
