# sed -f template_of.sed mautic-gdprd.service: the same unit as a template, for one of many Mautics on a machine.
# mautic-gdprd@.service is what it prints; a test holds the two together.
1s/mautic-gdprd/mautic-gdprd@NAME: one of many on a machine,/
1s/`systemctl edit mautic-gdprd`/`systemctl edit mautic-gdprd@`/
1s/ Adjust it/\n# Made of mautic-gdprd.service by template_of.sed. Adjust it/
s/^Description=.*/& (%i)/
# Only what steps out of the unit's namespace sees the configurations of all; within it is the one, where it always is.
s/ns\/mnt \(\S*\) check --config-only/& --instance %i/
s/\(copy-config\) --to/\1 --instance %i --to/
s/\/run\/mautic-gdprd-config/&-%i/g
s/\(--owner-of \/run\/mautic-gdprd\)$/\1-%i/
s/^\(User\|StateDirectory\|RuntimeDirectory\)=.*/&-%i/
# A reverse proxy connects to the Unix socket in it: Group=www-data in a drop-in.
s/^RuntimeDirectoryMode=0700/# For a reverse proxy that connects to a Unix socket there: Group=www-data in a drop-in.\nRuntimeDirectoryMode=0750/
