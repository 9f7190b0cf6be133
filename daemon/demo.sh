#!/bin/bash
# Shows the main job of mautic-gdprd on a private MariaDB, from a clean clone: builds the program, starts a database
# with a small Mautic in it, starts the daemon as the least-privileged user of config/grants.sql, unsubscribes
# a contact, sends the signed webhook Mautic would send, shows the contact before and after, answers an authority.
# Everything lives in a temporary directory and is stopped and removed at the end.
# Usage: demo.sh [--server mysql] [--desk]
#   --server mysql   on MySQL 9.7, which test/server/get.sh fetches
#   --desk           some more invented people are erased, and the officer's desk is opened for you to look at, until
#                    you press Ctrl-C
# MAUTIC_GDPRD=FILE takes that program, and builds none.
set -euo pipefail
cd "$(dirname "$0")/.."

server=mariadb
desk=
while [[ $# -gt 0 ]]; do
    case $1 in
        --server) server=${2:-} && shift ;;
        --desk) desk=yes ;;
        *) server= ;;
    esac
    shift
done
case $server in
    mariadb | mysql) ;;
    *) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" >&2; exit 2 ;;
esac

.ci/install-dependencies --demo
build() {
    local build_log
    echo "building the program (the first time some minutes) …"
    build_log=$(mktemp)
    if ! { cmake --preset install && cmake --build --preset install; } 2>&1 | tee "$build_log" | .ci/progress; then
        tail -n 60 "$build_log" >&2
        exit 1
    fi
    rm -f "$build_log"
}
program=${MAUTIC_GDPRD:-}
if [[ -z $program ]]; then
    build
    program=$PWD/build/install/mautic-gdprd
fi

work=$(mktemp -d)
chmod 755 "$work"
processes=()
finish() {
    local process
    for process in "${processes[@]}"; do kill "$process" 2> /dev/null || true; done
    for process in "${processes[@]}"; do wait "$process" 2> /dev/null || true; done
    rm -rf "$work"
}
trap finish EXIT

heading() { printf '\n\033[1m%s\033[0m\n' "$*"; }
wait_for() {  # WHAT COMMAND…
    local what=$1 i
    shift
    for ((i = 0; i < 600; ++i)); do
        if "$@" > /dev/null 2>&1; then return; fi
        sleep 0.05
    done
    echo "$what did not happen within 30 seconds" >&2
    [[ -e $work/daemon.log ]] && cat "$work/daemon.log" >&2
    exit 1
}

heading "1. A private $server with a small Mautic 5 in it"
PATH=$PATH:/usr/sbin:/sbin
as_user=()
[[ $EUID -eq 0 ]] && as_user=(--user=root)
case $server in
    mariadb)
        client=mariadb
        make_data=(mariadb-install-db --no-defaults --skip-test-db --auth-root-authentication-method=normal)
        start=(mariadbd --no-defaults)
        ;;
    mysql)
        programs=$(test/server/get.sh mysql)
        client=$programs/mysql
        make_data=("$programs/mysqld" --no-defaults --initialize-insecure)
        start=("$programs/mysqld" --no-defaults --mysqlx=OFF --secure-file-priv=NULL)
        ;;
esac
# A server that starts removes other servers' temporary tables from its --tmpdir.
mkdir "$work/tmp"
"${make_data[@]}" "${as_user[@]}" --datadir="$work/data" --tmpdir="$work/tmp" > "$work/install.log" 2>&1 ||
    { cat "$work/install.log" >&2; exit 1; }
"${start[@]}" "${as_user[@]}" --datadir="$work/data" --tmpdir="$work/tmp" --socket="$work/socket" --skip-networking \
    --pid-file="$work/pid" --innodb-buffer-pool-size=32M > "$work/server.log" 2>&1 &
processes+=($!)
sql() { "$client" --no-defaults --socket="$work/socket" --user=root --table "$@"; }
wait_for "the start of $server" sql --execute "SELECT 1"
sql --execute "CREATE DATABASE mautic CHARACTER SET utf8mb4"
sed 's/{prefix}//g' test/support/mautic5.sql | sql mautic
sql mautic < daemon/demo.sql
password=$(openssl rand -hex 16)
# The lines of tables that this small Mautic lacks are left out.
tables=$(sql --skip-column-names --batch --execute "SHOW TABLES FROM mautic" | paste -sd ' ')
sed "s/{password}/'$password'/" config/grants.sql |
    awk -F '`' -v tables=" $tables " '!/^GRANT [A-Z]+ ON `mautic`\.`/ || index(tables, " " $4 " ")' | sql
echo "two contacts with a history; the daemon's database user has the rights of config/grants.sql and no others"

heading "2. mautic-gdprd init, check"
(umask 077 && printf '%s\n' "$password" > "$work/database-password")
"$program" init --directory "$work/etc" --database-name mautic --database-user mautic_gdprd \
    --database-socket "$work/socket" --password-file "$work/database-password" > "$work/init.log" ||
    { cat "$work/init.log" >&2; exit 1; }
config=$work/etc/mautic-gdprd.toml
# Only for the demo: any free port, a queue in the temporary directory, and a second pass after one second
# instead of a minute.
cp config/contact-data.toml "$work/etc/"
port=$((20000 + RANDOM % 20000))
set_option() {  # SECTION NAME VALUE: replaces the line, commented out or not
    awk -v section="[$1]" -v name="$2" -v value="$3" '
        /^\[/ { inside = $0 == section }
        inside && $0 ~ "^#?" name " = " { $0 = name " = " value }
        { print }' "$config" > "$config.new"
    mv "$config.new" "$config"
}
set_option listen port "$port"
set_option queue directory "\"$work/state\""
set_option worker settle '["1s"]'
"$program" check --config "$config" || { echo "check found a problem" >&2; exit 1; }

heading "3. The daemon starts"
"$program" serve --config "$config" 2> "$work/daemon.log" &
daemon=$!
processes+=("$daemon")
wait_for "the start of the daemon" curl --silent --fail "http://127.0.0.1:$port/readyz"
curl --silent "http://127.0.0.1:$port/readyz"
echo

contact() {
    sql mautic --vertical --execute "
        SELECT id, title, firstname, lastname, email, mobile, city, country, points, diary FROM leads WHERE id = 1"
    sql mautic --execute "
        SELECT 'mails sent' AS what, email_address AS value, tokens AS more FROM email_stats WHERE lead_id = 1
        UNION ALL SELECT 'page view', url, query FROM page_hits WHERE lead_id = 1
        UNION ALL SELECT 'change', ip_address, details FROM audit_log WHERE object = 'lead' AND object_id = 1
        UNION ALL SELECT 'event', action, properties FROM lead_event_log WHERE lead_id = 1
        UNION ALL SELECT 'note', text, '' FROM lead_notes WHERE lead_id = 1
        UNION ALL SELECT 'cookie', tracking_id, client_info FROM lead_devices WHERE lead_id = 1
        UNION ALL SELECT 'do not contact', channel, comments FROM lead_donotcontact WHERE lead_id = 1"
}
heading "4. Contact 1 before"
contact

heading "5. The contact unsubscribes; Mautic posts its signed webhook"
sql mautic --execute "INSERT INTO lead_donotcontact (lead_id, date_added, reason, channel, comments)
                      VALUES (1, UTC_TIMESTAMP(), 1, 'email', 'User unsubscribed.')"
body='{"mautic.lead_channel_subscription_changed":[{"contact":{"id":1,"points":40,"fields":{"core":{"email":{"alias":"email","value":"someone@example.org"}}}},"channel":"email","old_status":"contactable","new_status":"unsubscribed","timestamp":"2026-03-01T12:00:00+00:00"}]}'
secret=$(cat "$work/etc/webhook-secret")
signature=$(printf '%s' "$body" | openssl dgst -sha256 -hmac "$secret" -binary | openssl base64)
curl --silent --output /dev/null --write-out 'answer: %{http_code}\n' --header "Webhook-Signature: $signature" \
    --header 'Content-Type: application/json' --data-binary "$body" "http://127.0.0.1:$port/webhook"
wait_for "the erasure and its second pass" grep -q "contact=1 status=complete" "$work/daemon.log"
grep "contact=1" "$work/daemon.log"

heading "6. Contact 1 after"
contact

heading "7. Contact 2 is as it was"
sql mautic --execute "SELECT id, firstname, lastname, email, city, country FROM leads WHERE id = 2"

heading "8. An authority asks: was someone@example.org in your database, and when was it erased?"
printf 'someone@example.org\n' | "$program" lookup --config "$config"

heading "9. And nobody@example.org?"
printf 'nobody@example.org\n' | "$program" lookup --config "$config" || [[ $? -eq 4 ]]

if [[ -n $desk ]]; then
    heading "10. The officer's desk"
    # Invented people who opt out by and by, one who is on hold, and one who came back.
    sql mautic < daemon/demo_desk.sql
    set_option hold tags '["legal hold"]'
    set_option desk database_password_file '"desk-database-password"'
    set_option desk port "$((port + 1))"
    set_option desk time_zone '"Europe/Budapest"'
    (umask 077 && openssl rand -hex 16 > "$work/etc/desk-database-password")
    "$program" grants --desk --apply --admin root --config "$config" > "$work/grants.log" ||
        { cat "$work/grants.log" >&2; exit 1; }
    kill -HUP "$daemon"
    wait_for "the new rules" grep -q "configuration reloaded" "$work/daemon.log"
    "$program" sweep --yes --since 2020-01-01 --config "$config" > "$work/sweep.log" || [[ $? -eq 3 ]]
    "$program" ledger seal --config "$config" > /dev/null
    desk_password=$(openssl rand -base64 12)
    (umask 077 && printf '%s\n' "$desk_password" > "$work/desk-password")
    for role in officer viewer; do
        "$program" desk user add "$role" --role "$role" --password-file "$work/desk-password" \
            --accounts "$work/etc/desk-accounts" > /dev/null
    done
    "$program" desk check --config "$config" || true
    STATE_DIRECTORY=$work/desk-state "$program" desk --config "$config" 2> "$work/desk.log" &
    processes+=($!)
    wait_for "the desk" curl --silent --fail "http://127.0.0.1:$((port + 1))/healthz"
    echo "address:  http://localhost:$((port + 1))/"
    echo "accounts: officer, viewer"
    echo "password: $desk_password"
    echo "Ctrl-C stops everything and removes it."
    trap 'exit 0' INT TERM
    wait "$daemon" || true
    exit 0
fi

heading "10. The daemon stops"
kill -TERM "$daemon"
wait "$daemon"
echo "exit code $?"
