# Run by machine.sh as a service of the trial's systemd: what an administrator does with the installed unit.
config=/etc/mautic-gdprd/mautic-gdprd.toml
log_has() { grep -qF -- "$1" /service.log; }

# As in docs/install.md; the database is not there, which keeps no daemon from taking webhooks.
mautic-gdprd init --database-name mautic --database-socket /run/none > /dev/null || true
mkdir -m 0700 /etc/mautic-gdprd/maps
cat > /etc/mautic-gdprd/maps/loyalty.toml << 'MAP'
format = 1
[[table]]
name = "loyalty_cards"
why = "Cards."
tie = { kind = "column", column = "lead_id" }
[table.columns]
number = { action = "delete", why = "The number." }
MAP
chmod 600 /etc/mautic-gdprd/maps/loyalty.toml
[[ $(stat -c %a /etc/mautic-gdprd) == 700 ]] || chmod 700 /etc/mautic-gdprd
sed -i 's|^#own_data_maps = .*|own_data_maps = ["maps/loyalty.toml", "/etc/mautic-gdprd/maps/second.toml"]|' "$config"
sed 's/loyalty_cards/loyalty_visits/' /etc/mautic-gdprd/maps/loyalty.toml > /etc/mautic-gdprd/maps/second.toml

systemctl start mautic-gdprd || fail "it does not start"
[[ $(state ActiveState) == active ]] || fail "it does not run"
user=$(stat -c %u /run/mautic-gdprd)
[[ $user -ne 0 ]] || fail "it runs as root"
! setpriv --reuid="$user" --clear-groups ls /run/mautic-gdprd-config/files 2> /dev/null ||
    fail "the copies can be read outside of the service"

# A secret of the webhook that needs no line in the unit, taken by a reload.
echo 0123456789abcdef0123456789abcdef > /etc/mautic-gdprd/second-secret
chmod 600 /etc/mautic-gdprd/second-secret
sed -i 's|^secret_files = .*|secret_files = ["webhook-secret", "second-secret"]|' "$config"
systemctl reload mautic-gdprd || fail "reload of a good configuration"
wait_for log_has "configuration reloaded" || fail "the configuration was not reloaded"

cp "$config" /good
printf '[nonsense]\n' >> "$config"
! systemctl reload mautic-gdprd 2> /dev/null || fail "reload of a broken configuration answers 0"
log_has "$config" || fail "the reason does not name the file"
log_has "nonsense" || fail "the reason is not told"
[[ $(state ActiveState) == active ]] || fail "a refused reload ended the service"

! systemctl restart mautic-gdprd 2> /dev/null || fail "it starts with a broken configuration"
has_failed() { [[ $(state ActiveState) == failed ]]; }
wait_for has_failed || fail "it is tried again for ever"
[[ $(state ExecMainStatus) == 2 ]] || fail "exit code $(state ExecMainStatus)"
[[ $(state NRestarts) == 0 ]] || fail "restarted $(state NRestarts) times"
[[ ! -e /run/mautic-gdprd-config ]] || fail "copies of secrets stay behind"

# Root and the service agree about a file that is not there.
cp /good "$config"
rm /etc/mautic-gdprd/maps/second.toml
! mautic-gdprd check --config-only > /dev/null 2>&1 || fail "root does not miss the map"
! systemctl restart mautic-gdprd 2> /dev/null || fail "it starts without the map"
[[ $(state ActiveState) == failed ]] || fail "it is tried again for ever without the map"
log_has "maps/second.toml: cannot be read" || fail "the missing map is not named"

rm "$config"
! systemctl restart mautic-gdprd 2> /dev/null || fail "it starts without a configuration"
[[ $(state ActiveState) == failed ]] || fail "it is tried again for ever without a configuration"

cp /good "$config"
sed -i '/own_data_maps/d' "$config"
systemctl start mautic-gdprd || fail "it does not start again"
systemctl stop mautic-gdprd || fail "it does not stop"
[[ $(state Result) == success ]] || fail "the stop: $(state Result)"
echo "trial passed"
