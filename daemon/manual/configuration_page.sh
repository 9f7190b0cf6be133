#!/bin/bash
# Prints the manual page mautic-gdprd.toml(5): docs/reference/configuration.md without its table of contents.
# Usage: configuration_page.sh CONFIGURATION.md VERSION
set -euo pipefail

# The first line has man draw the tables.
printf "'\\\\\" t\n.TH MAUTIC-GDPRD.TOML 5 \"\" \"mautic-gdprd %s\" \"System administration\"\n.ad l\n.nh\n" "$2"
printf '.SH NAME\nmautic\\-gdprd.toml \\- configuration of mautic\\-gdprd\n'
sed -e 's/^# .*/# DESCRIPTION/' -e '/^- \[/,/^## /{/^## /!d}' "$1" |
    lowdown -tman --parse-no-intraemph --out-no-smarty --nroff-nolinks --nroff-no-skiphtml |
    sed -e 's/\\fB\\fC/\\fB/g' -e 's/\\fC/\\fB/g' -e 's/\\fR\\fR/\\fR/g'
printf '.SH "SEE ALSO"\n.BR mautic\\-gdprd (8).\n.PP\nThe other pages that are named here are in docs/ of the program, which the Debian package has in\n.IR /usr/share/doc/mautic\\-gdprd .\n'
