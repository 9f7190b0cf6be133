# Run by machine.sh as a service of the trial's systemd: an administrator's life with the package, from the installation
# over an upgrade to the purge. /packages has older.deb and newer.deb, which differ in their version only.
units=(mautic-gdprd mautic-gdprd@shop)
state_directory=/var/lib/private/mautic-gdprd
package() {  # DPKG_OPTION…; what it says is in /dpkg.log. A question would find nobody.
    dpkg "$@" > /dpkg.log 2>&1 < /dev/null || fail "dpkg $*"
}
pids() { systemctl show "${units[@]}" --property MainPID --value | tr -s '\n' ' '; }
active() { systemctl is-active "${units[@]}" | paste -sd ' '; }
# What the administrator wrote and what the daemon was told.
belongings() { find /etc/mautic-gdprd -type f -print0 | sort -z | xargs -0 sha256sum; jobs; }
jobs() { mautic-gdprd queue list --json | grep -oE '"contact(_id)?": ?[0-9]+'; }

# Nobody looks for words in manual pages here.
rm -f /var/lib/man-db/auto-update
package --install /packages/older.deb
[[ ! -e /etc/mautic-gdprd && $(active) == "inactive inactive" ]] || fail "the package starts or configures something"
[[ $(systemctl is-enabled mautic-gdprd) == disabled ]] || fail "the package enables the unit"
man --where mautic-gdprd mautic-gdprd.toml > /dev/null || fail "man does not find the pages"

# As in docs/install.md; the database is not there, which keeps no daemon from taking webhooks.
mautic-gdprd init --database-name mautic --database-socket /run/none > /dev/null || true
mautic-gdprd init --instance shop --database-name shop --database-socket /run/none > /dev/null || true
systemctl enable --quiet --now "${units[@]}" || fail "the units do not start"
answer=$(send_webhook 4711)
[[ $answer == 204 ]] || fail "the webhook was answered with $answer"
[[ $(jobs) == *4711* ]] || fail "no job of the webhook"
before=$(belongings)

# An upgrade: all that runs is restarted, the instance too, and nothing else happens.
was=$(pids)
package --install /packages/newer.deb
[[ $(active) == "active active" ]] || fail "not everything runs after the upgrade"
for pid in $(pids); do
    [[ " $was " != *" $pid "* ]] || fail "process $pid is still the old program"
done
[[ $(belongings) == "$before" ]] || fail "the upgrade changed something"
systemctl stop mautic-gdprd
package --install /packages/newer.deb
[[ $(active) == "inactive active" ]] || fail "an upgrade starts what was stopped"

# Removed and installed again.
package --remove mautic-gdprd
[[ $(active) == "inactive inactive" ]] || fail "something runs after the removal"
[[ -e $state_directory/queue.db ]] || fail "the removal took the queue"
package --install /packages/newer.deb
systemctl start mautic-gdprd || fail "it does not start again"
[[ $(belongings) == "$before" ]] || fail "the removal took something"

# A purge leaves what nobody can make again, and says so.
queue=$(find /var/lib/private -name queue.db | sort)
[[ $(wc -l <<< "$queue") -eq 2 ]] || fail "queues: $queue"
before=$(find /etc/mautic-gdprd -type f -print0 | sort -z | xargs -0 sha256sum)
dpkg --listfiles mautic-gdprd > /files
package --purge mautic-gdprd
[[ $(find /etc/mautic-gdprd -type f -print0 | sort -z | xargs -0 sha256sum) == "$before" ]] || fail "configuration purged"
[[ $(find /var/lib/private -name queue.db | sort) == "$queue" ]] || fail "a queue of accepted opt-outs was purged"
for directory in /etc/mautic-gdprd "$state_directory" "$state_directory-shop"; do
    grep -q "mautic-gdprd: $directory stays" /dpkg.log || fail "the purge does not say that $directory stays"
done
while IFS= read -r file; do
    [[ $file != *mautic-gdprd* || ! -e $file ]] || fail "$file is still there"
done < /files
[[ -z $(find /etc/systemd/system -xtype l -name 'mautic-gdprd*') ]] || fail "links to the units stay"

# Where there is nothing to keep, nothing stays.
rm -rf /etc/mautic-gdprd /var/lib/private/mautic-gdprd*
mkdir /etc/mautic-gdprd
package --install /packages/newer.deb
package --purge mautic-gdprd
! grep -q " stays" /dpkg.log || fail "an empty directory stays"
[[ -z $(find /etc /var/lib /run -name 'mautic-gdprd*' ! -path '/etc/systemd/system/*.d*') ]] ||
    fail "left: $(find /etc /var/lib /run -name 'mautic-gdprd*')"
echo "trial passed"
