# Run by machine.sh as a service of the trial's systemd: from the installed package to the first erased contact, with what
# docs/install.md has an administrator type, and with Mautic and its database server on the same machine. /mautic has the
# tables of a Mautic.
# What is there before: a Mautic 5 on MariaDB, whose administrator is the user root of the machine.
mkdir -p /var/www/mautic/config
start_database --port=3306 --innodb-buffer-pool-size=32M
sql --execute "CREATE DATABASE mautic CHARACTER SET utf8mb4"
sed 's/{prefix}/mtc_/g' /mautic/mautic5.sql | sql mautic || fail "Mautic's tables"
sql mautic --execute "
    INSERT INTO mtc_leads (id, email, firstname, is_published, points) VALUES
        (1, 'someone@example.org', 'Anna', 1, 0), (2, 'neighbour@example.org', 'Berta', 1, 0)" || fail "contacts"
cat > /var/www/mautic/config/local.php << 'PHP'
<?php
$parameters = array(
	'db_driver' => 'pdo_mysql',
	'db_table_prefix' => 'mtc_',
	'db_host' => 'localhost',
	'db_port' => '3306',
	'db_name' => 'mautic',
	'db_user' => 'mautic',
	'db_password' => 'not ours',
	'site_url' => 'https://mautic.example.org',
	'queue_mode' => 'command_process',
);
PHP

# One command was typed before: apt install ./mautic-gdprd_*.deb
commands=1
type() {  # EXPECTED-EXIT-CODE COMMAND…
    local expected=$1 code=0
    shift
    commands=$((commands + 1))
    echo "# $*"
    "$@" < /dev/null > /answer 2>&1 || code=$?
    [[ $code -eq $expected ]] || { cat /answer; fail "exit code $code, expected $expected"; }
}
begin=$(date +%s%N)
# There is no account yet that could make the ledger: it says so, and what comes next.
type 3 mautic-gdprd init --mautic /var/www/mautic
grep -q "grants --apply --admin root" /answer || fail "init does not name the next step"
type 0 mautic-gdprd grants --apply --admin root
type 0 mautic-gdprd check
type 0 systemctl enable --now mautic-gdprd

# What Mautic does when somebody unsubscribes.
sql mautic --execute "INSERT INTO mtc_lead_donotcontact (lead_id, date_added, reason, channel, comments)
                      VALUES (1, UTC_TIMESTAMP(), 1, 'email', 'User unsubscribed.')"
answer=$(send_webhook 1)
[[ $answer == 204 ]] || fail "the webhook was answered with $answer"
is_erased() { [[ $(sql mautic --execute "SELECT COUNT(*) FROM mtc_leads WHERE id = 1 AND email LIKE '%@%'") == 0 ]]; }
wait_for is_erased || fail "the contact is not erased"
milliseconds=$((($(date +%s%N) - begin) / 1000000))
[[ $(sql mautic --execute "SELECT email FROM mtc_leads WHERE id = 2") == neighbour@example.org ]] || fail "the neighbour"
found=$(mautic-gdprd lookup <<< someone@example.org) || fail "lookup does not find the contact: $found"
grep -q "erased" <<< "$found" || fail "lookup does not say that it was erased: $found"
[[ $commands -le 6 ]] || fail "$commands commands"
printf '%d commands with the installation; %d.%03d s from the first after it to the erased contact\n' \
    "$commands" $((milliseconds / 1000)) $((milliseconds % 1000))
echo "trial passed"
