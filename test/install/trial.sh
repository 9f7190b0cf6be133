# What the trials have in common: machine.sh puts this before each of them.
set -uo pipefail
echo "trial begins: $(systemctl --version | head -n 1)"

fail() {
    echo "FAILED: $*"
    local log
    for log in /database.log /dpkg.log /service*.log; do
        [[ ! -e $log ]] || { echo "== $log"; tail -n 30 "$log"; }
    done
    systemctl status 'mautic-gdprd*' --no-pager --full || true
    exit 1
}

wait_for() {  # COMMAND…, for at most two minutes
    local i
    for ((i = 0; i < 2400; ++i)); do
        if "$@" > /dev/null 2>&1; then return 0; fi
        sleep 0.05
    done
    return 1
}

state() { systemctl show mautic-gdprd --property "$1" --value; }

# The database server of the machine, a unit like any, whose administrator is the machine's root.
start_database() {  # OPTION…
    mariadb-install-db --no-defaults --user=root --datadir=/data --skip-test-db --skip-name-resolve --force > /database.log 2>&1 || fail "no database"
    printf '[Unit]\nDefaultDependencies=no\n[Service]\nRuntimeDirectory=mysqld\nStandardOutput=append:/database.log\nStandardError=append:/database.log\nExecStart=%s\n[Install]\nWantedBy=multi-user.target\n' \
        "/usr/sbin/mariadbd --no-defaults --user=root --datadir=/data --socket=/run/mysqld/mysqld.sock $*" \
        > /etc/systemd/system/mariadb.service
    systemctl daemon-reload
    systemctl start mariadb
    wait_for sql --execute "SELECT 1" || fail "the database server does not start"
}
sql() { mariadb --no-defaults --socket=/run/mysqld/mysqld.sock --batch --skip-column-names "$@"; }

# What Mautic sends when contact ID unsubscribes; prints the status of the answer.
send_webhook() {  # ID [CURL-OPTION…]; to http://127.0.0.1:8480/webhook, or to $url
    local body signature id=$1
    shift
    body='{"mautic.lead_channel_subscription_changed":[{"contact":{"id":'$id'},"channel":"email","old_status":"contactable","new_status":"unsubscribed","timestamp":"2026-03-01T12:00:00+00:00"}]}'
    signature=$(printf '%s' "$body" | openssl dgst -sha256 -hmac "$(cat "${secret_file:-/etc/mautic-gdprd/webhook-secret}")" -binary | base64)
    curl --silent --output /dev/null --write-out '%{http_code}' --header "Webhook-Signature: $signature" \
        --header 'Content-Type: application/json' --data-binary "$body" "$@" "${url:-http://127.0.0.1:8480/webhook}"
}
