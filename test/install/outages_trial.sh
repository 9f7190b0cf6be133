# Run by machine.sh: what befalls the installed service in a year. The database server stops, the program hangs or is
# killed, secrets and certificates change, the power is cut. Opt-outs that Mautic reported are erased all the same.
# /mautic has the tables of a Mautic.

is_erased() { [[ $(sql mautic --execute "SELECT COUNT(*) FROM leads WHERE id = $1 AND email LIKE '%@%'") == 0 ]]; }
is_ready() { curl --silent --fail --output /dev/null "${@}" "${base:-http://127.0.0.1:8480}/readyz"; }
is_not_ready() { ! is_ready; }
unsubscribe() {  # ID
    sql mautic --execute "INSERT INTO lead_donotcontact (lead_id, date_added, reason, channel)
                          VALUES ($1, UTC_TIMESTAMP(), 1, 'email')" || fail "opt-out of $1"
}
# Contact ID opts out, and is gone after WHAT happened.
erases() {  # ID WHAT [CURL-OPTION…]
    local id=$1 what=$2 answer
    shift 2
    unsubscribe "$id"
    answer=$(send_webhook "$id" "$@")
    [[ $answer == 204 ]] || fail "$what: the webhook was answered with $answer"
    wait_for is_erased "$id" || fail "$what: contact $id is not erased"
}
runs_as_another_process() { [[ $(state MainPID) != 0 && $(state MainPID) != "$pid" && $(state ActiveState) == active ]]; }

if [[ -e /power-was-cut ]]; then
    wait_for is_ready || fail "it does not start with the machine"
    wait_for is_erased 6 || fail "what was accepted before the power cut is not erased"
    erases 7 "after the power cut"
    [[ $(sql mautic --execute "SELECT email FROM leads WHERE id = 8") == someone8@example.org ]] || fail "the neighbour"
    echo "trial passed"
    exit
fi

start_database --port=3306 --innodb-buffer-pool-size=32M
sql --execute "CREATE DATABASE mautic CHARACTER SET utf8mb4"
sed 's/{prefix}//g' /mautic/mautic5.sql | sql mautic || fail "Mautic's tables"
for id in 1 2 3 4 5 6 7 8; do
    sql mautic --execute "INSERT INTO leads (id, email, is_published, points)
                          VALUES ($id, 'someone$id@example.org', 1, 0)" || fail "contact $id"
done
mautic-gdprd init --database-name mautic --database-socket /run/mysqld/mysqld.sock > /init.log 2>&1
[[ $? -eq 3 ]] || { cat /init.log; fail "init"; }
mautic-gdprd grants --apply --admin root > /grants.log 2>&1 || { cat /grants.log; fail "grants"; }
mkdir /etc/systemd/system/mautic-gdprd.service.d 2> /dev/null
printf '[Service]\nWatchdogSec=6s\n' > /etc/systemd/system/mautic-gdprd.service.d/watchdog.conf
systemctl daemon-reload
systemctl enable --quiet --now mautic-gdprd || fail "it does not start"
systemctl enable --quiet mariadb
wait_for is_ready || fail "it is not ready"

# The database server stops: webhooks are taken, and worked on when it is back. It is no reason to restart.
pid=$(state MainPID)
unsubscribe 1
systemctl stop mariadb
wait_for is_not_ready || fail "it is ready without the database"
[[ $(send_webhook 1) == 204 ]] || fail "a webhook is refused while the database is away"
systemctl start mariadb
wait_for is_ready || fail "it is not ready again"
wait_for is_erased 1 || fail "not erased after the database came back"
[[ $(state MainPID) == "$pid" && $(state NRestarts) == 0 ]] || fail "it was restarted without need"

# It hangs, and is killed.
kill -STOP "$pid"
wait_for runs_as_another_process || fail "the watchdog does not restart it"
wait_for is_ready || fail "it is not ready after the watchdog"
erases 2 "after the watchdog"
pid=$(state MainPID)
kill -KILL "$pid"
wait_for runs_as_another_process || fail "it is not restarted after a kill"
wait_for is_ready || fail "it is not ready after a kill"
erases 3 "after a kill"

# A new secret beside the old one, and TLS, with files that root alone can read.
config=/etc/mautic-gdprd/mautic-gdprd.toml
(umask 077
 echo 0123456789abcdef0123456789abcdef > /etc/mautic-gdprd/second-secret
 openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout /etc/mautic-gdprd/tls.key -out /etc/mautic-gdprd/tls.pem > /openssl.log 2>&1) ||
    fail "no certificate"
sed -i 's|^secret_files = .*|secret_files = ["webhook-secret", "second-secret"]|' "$config"
systemctl reload mautic-gdprd || fail "reload"
wait_for grep -q "configuration reloaded" /service.log || fail "the second secret is not taken"
secret_file=/etc/mautic-gdprd/second-secret erases 4 "after a reload with a second secret"
sed -i 's|^#certificate_file = .*|certificate_file = "tls.pem"|; s|^#key_file = .*|key_file = "tls.key"|' "$config"
systemctl restart mautic-gdprd || fail "it does not start with TLS"
url=https://localhost:8480/webhook erases 5 "over TLS" --cacert /etc/mautic-gdprd/tls.pem
sed -i -E 's/^(certificate_file|key_file) = /#&/' "$config"
systemctl restart mautic-gdprd || fail "it does not start again without TLS"

# The power is cut while the database is away and an opt-out waits.
wait_for is_ready || fail "it is not ready before the power cut"
unsubscribe 6
systemctl stop mariadb
[[ $(send_webhook 6) == 204 ]] || fail "a webhook is refused before the power cut"
touch /power-was-cut
echo "power cut"
