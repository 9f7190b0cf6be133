#!/bin/bash
# Fetches another database server than this machine's for the tests, and prints the directory of its programs: mysqld,
# mysql, mysqldump and mysqlbinlog, or mariadbd, mariadb and so on. Nothing is installed and nothing needs root: the
# packages of another Debian and the libraries they need are unpacked below build/servers, taken again the next time,
# and run with their own loader. They are checked with the keys that this machine's apt trusts.
# Usage: get.sh mysql | mariadb-11.8. Exit code 77: it cannot be had here; the reason is on standard error.
set -euo pipefail
cd "$(dirname "$0")/../.."

server=${1:-}
case $server in
    mysql) suite=sid packages=(mysql-server-core mysql-client-core) programs=(mysqld mysql mysqldump mysqlbinlog) ;;
    mariadb-11.8)
        suite=trixie packages=(mariadb-server-core mariadb-client-core mariadb-client)
        programs=(mariadbd mariadb mariadb-dump mariadb-binlog my_print_defaults)
        ;;
    *) echo "usage: get.sh mysql | mariadb-11.8" >&2; exit 2 ;;
esac
home=$PWD/build/servers/$server

cannot() {
    printf '%s\n' "$server cannot be had here: $1" >&2
    exit 77
}

[[ -e $home/complete ]] && { echo "$home/bin"; exit; }

. test/install/debian_mirror.sh
mirror=$(debian_mirror)
[[ -n $mirror ]] || cannot "apt knows no source of Debian packages; \$DEBIAN_MIRROR can name one"
keys=/usr/share/keyrings/debian-archive-keyring.gpg
[[ -e $keys ]] || cannot "$keys is missing (package debian-archive-keyring)"

mkdir -p build/servers
exec 9> "build/servers/$server.lock"
flock 9  # several tests may be started at the same time
[[ -e $home/complete ]] && { echo "$home/bin"; exit; }
rm -rf --one-file-system "$home"
mkdir -p "$home"/{apt/preferences.d,lists/partial,cache/archives/partial,root,bin}
: > "$home/apt/status"
echo "deb [signed-by=$keys] $mirror $suite main" > "$home/apt/sources.list"
# An apt that knows nothing of this machine: no package is installed, so that every library is fetched too.
own_apt() {
    apt-get -o Dir::Etc="$home/apt" -o Dir::Etc::SourceParts=/dev/null -o Dir::State="$home" \
        -o Dir::State::status="$home/apt/status" -o Dir::Cache="$home/cache" -o Acquire::Languages=none \
        -o Acquire::Check-Valid-Until=false -o Acquire::Retries=3 -o APT::Sandbox::User= "$@"
}
echo "fetching $server (some 70 MB, a minute) …" >&2
log=build/servers/$server.log
own_apt update > "$log" 2>&1 && own_apt install --yes --no-install-recommends --download-only "${packages[@]}" >> "$log" 2>&1 ||
    { tail -n 5 "$log" >&2; cannot "its packages cannot be fetched"; }
for package in "$home"/cache/archives/*.deb; do
    case ${package##*/} in perl* | libperl*) continue ;; esac  # only scripts that no test runs
    dpkg-deb --extract "$package" "$home/root"
done
rm -rf --one-file-system "$home/cache" "$home/lists"

root=$home/root
loader=$(find "$root" -name 'ld-linux-*.so.*' -print -quit)
libraries=$(dirname "$(find "$root" -name libc.so.6 -print -quit)")
for program in "${programs[@]}"; do
    file=$(find "$root/usr/sbin" "$root/usr/bin" -name "$program" -print -quit)
    [[ -n $file ]] || cannot "its packages lack $program"
    # --basedir for the server alone: where its messages, plugins and character sets are.
    extra=
    case $program in
        mysqld)
            extra="--basedir=$root/usr --plugin-dir=$root/usr/lib/mysql/plugin --lc-messages-dir=$root/usr/share/mysql"
            extra+=" --character-sets-dir=$root/usr/share/mysql/charsets"
            ;;
        mariadbd)
            extra="--basedir=$root/usr --plugin-dir=$root/usr/lib/mysql/plugin --lc-messages-dir=$root/usr/share/mysql"
            extra+=" --character-sets-dir=$root/usr/share/mysql/charsets"
            ;;
    esac
    # An option --no-defaults counts only in the first place.
    cat > "$home/bin/$program" << END
#!/bin/bash
first=()
[[ \${1:-} != --no-defaults ]] || { first=(--no-defaults); shift; }
exec "$loader" --library-path "$libraries:$root/usr/lib/mysql/private" --argv0 "$program" "$file" "\${first[@]}" $extra "\$@"
END
    chmod 755 "$home/bin/$program"
done
touch "$home/complete"
echo "$home/bin"
