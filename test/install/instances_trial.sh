# Run by machine.sh as a service of the trial's systemd: many Mautics on one machine, each with an instance of the daemon,
# as docs/guide/many-mautics.md says. /mautic has the tables of a Mautic, /instances the number of instances.
count=$(cat /instances)
names=()
for ((i = 1; i <= count; ++i)); do names+=("$(printf 'site-%02d' "$i")"); done
units=("${names[@]/#/mautic-gdprd@}")

start_database --skip-networking --innodb-buffer-pool-size=128M --max-connections=1000 --table-open-cache=8000 \
    --innodb-file-per-table=OFF

# In all of them contact 1 is somebody, and nobody has opted out yet.
for name in "${names[@]}"; do
    database=${name/-/_}
    sql --execute "CREATE DATABASE $database CHARACTER SET utf8mb4"
    { sed 's/{prefix}//g' /mautic/mautic5.sql
      echo "INSERT INTO leads (id, email, is_published, points) VALUES (1, 'someone@$name.example.org', 1, 0);"; } |
        sql "$database" || fail "the tables of $name"
    mautic-gdprd init --instance "$name" --database-name "$database" --database-socket /run/mysqld/mysqld.sock \
        --url "https://$name.example.org/webhook" > /init.log 2>&1
    [[ $? -eq 3 ]] || { cat /init.log; fail "init of $name"; }
    mautic-gdprd grants --instance "$name" --apply --admin root > /grants.log 2>&1 || { cat /grants.log; fail "grants of $name"; }
done
mautic-gdprd check --all-instances > /check.log 2>&1 || { tail -n 40 /check.log; fail "check --all-instances"; }

begin=$(date +%s%N)
systemctl start "${units[@]}" || fail "not all start"
started=$((($(date +%s%N) - begin) / 1000000))
for name in "${names[@]}"; do
    wait_for curl --silent --fail --unix-socket "/run/mautic-gdprd-$name/webhook.socket" http://localhost/readyz ||
        fail "$name is not ready"
done
ready=$((($(date +%s%N) - begin) / 1000000))

# A webhook for each second one only; its contact, and nobody else's of that number, goes.
erased_sites() {
    local name
    for name in "${names[@]}"; do
        [[ $(sql "${name/-/_}" --execute "SELECT email LIKE '%@%' FROM leads WHERE id = 1") != 0 ]] || echo "$name"
    done
}
for name in "${names[@]}"; do
    sql "${name/-/_}" --execute "INSERT INTO lead_donotcontact (lead_id, date_added, reason, channel)
                                 VALUES (1, UTC_TIMESTAMP(), 1, 'email')"
done
expected=()
for ((i = 0; i < count; i += 2)); do
    name=${names[i]}
    post() {  # NAME-OF-THE-SITE
        url=http://localhost/webhook secret_file=/etc/mautic-gdprd/$name/webhook-secret \
            send_webhook 1 --unix-socket "/run/mautic-gdprd-$1/webhook.socket"
    }
    other=${names[(i + 1) % count]}
    [[ $other == "$name" || $(post "$other") == 401 ]] || fail "$other takes a webhook of $name"
    [[ $(post "$name") == 204 ]] || fail "$name does not take its webhook"
    expected+=("$name")
done
all_erased() { [[ $(erased_sites) == "$(printf '%s\n' "${expected[@]}")" ]]; }
wait_for all_erased || fail "erased: $(erased_sites)"

# Proportional: what several processes share counts once in the sum.
total=0
largest=0
for unit in "${units[@]}"; do
    pid=$(systemctl show "$unit" --property MainPID --value)
    kilobytes=$(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup")
    total=$((total + kilobytes))
    [[ $kilobytes -le $largest ]] || largest=$kilobytes
done
printf '%d instances: %d.%03d s to start them all, %d.%03d s until all were ready\n' "$count" \
    $((started / 1000)) $((started % 1000)) $((ready / 1000)) $((ready % 1000))
printf 'memory: %d MiB together, %d.%d MiB each on average, %d.%d MiB the largest\n' $((total / 1024)) \
    $((total / count / 1024)) $((total / count % 1024 * 10 / 1024)) $((largest / 1024)) $((largest % 1024 * 10 / 1024))
echo "a webhook for ${#expected[@]} of them: $(erased_sites | wc -l) contacts erased, none of another site's"
echo "trial passed"
