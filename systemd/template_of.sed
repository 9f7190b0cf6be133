# sed -f template_of.sed mautic-gdprd.service: the same unit as a template, for one of many Mautics on a machine; so for
# mautic-gdprd-desk.service. mautic-gdprd@.service and mautic-gdprd-desk@.service are what it prints; a test holds them
# together.
1s/^# mautic-gdprd /# mautic-gdprd@NAME: one of many on a machine, /
1s/^# The officer's desk of mautic-gdprd /# mautic-gdprd-desk@NAME: the officer's desk of one of many on a machine, /
1s/`systemctl edit \(mautic-gdprd\(-desk\)\?\)`/`systemctl edit \1@`/
1s/ Adjust it/\n# Made of MADE_OF by template_of.sed. Adjust it/
1s/^\(# mautic-gdprd-desk@.*\)MADE_OF/\1mautic-gdprd-desk.service/
1s/MADE_OF/mautic-gdprd.service/
s/^Description=.*/& (%i)/
# Only what steps out of the unit's namespace sees the configurations of all; within it is the one, where it always is.
s/ns\/mnt \(\S*\) check --config-only/& --instance %i/
s/\(copy-config\)\( --desk\)\? --to/\1\2 --instance %i --to/
s/\/run\/mautic-gdprd\(-desk\)\?-config/&-%i/g
s/\(--owner-of \/run\/mautic-gdprd\(-desk\)\?\)$/\1-%i/
s/^\(User\|StateDirectory\|RuntimeDirectory\)=.*/&-%i/
# A reverse proxy connects to the Unix socket in it: Group=www-data in a drop-in.
s/^RuntimeDirectoryMode=0700/# For a reverse proxy that connects to a Unix socket there: Group=www-data in a drop-in.\nRuntimeDirectoryMode=0750/
