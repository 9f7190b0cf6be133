#!/bin/bash
# .ci/install-dependencies beside a database server that people need: it installs what builds, removes nothing, and
# refuses what does not fit beside it. dpkg-query and apt-get are stand-ins that tell what was asked of them.
# Usage: dependencies_test.sh SOURCE_DIRECTORY
set -euo pipefail

script=$1/.ci/install-dependencies
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    printf 'FAILED: %s\n' "$*"
    cat "$work/output" "$work/calls" 2> /dev/null || true
    exit 1
}

mkdir "$work/bin"
cat > "$work/bin/dpkg-query" << 'STAND_IN'
#!/bin/bash
# "--show --showformat=… PACKAGE" asks for one package's state, without PACKAGE for all of them.
package=${3:-}
if [[ -n $package ]]; then
    grep -qxF "$package" "$WORK/installed" && printf installed
else
    sed 's/^/ii  /' "$WORK/installed"
fi
STAND_IN
cat > "$work/bin/apt-get" << 'STAND_IN'
#!/bin/bash
echo "apt-get $*" >> "$WORK/calls"
# As the real one does where something else would have to go.
if [[ -e $WORK/must_remove && $1 == install ]]; then
    [[ " $* " == *" --no-remove "* ]] || { echo removed >> "$WORK/removed"; exit 0; }
    echo "E: Packages need to be removed but remove is disabled."
    exit 100
fi
[[ $1 == install && " $* " != *" --simulate "* ]] || exit 0
grep -q "exit 101" "$POLICY_RC_D" || echo "its services would start" >> "$WORK/calls"
echo /etc/mysql/mariadb.cnf > "$WORK/my.cnf"
STAND_IN
cat > "$work/bin/update-alternatives" << 'STAND_IN'
#!/bin/bash
case $1 in
    --query) [[ -e $WORK/my.cnf ]] || exit 2; echo "Value: $(cat "$WORK/my.cnf")" ;;
    --set) echo "$3" > "$WORK/my.cnf" ;;
esac
STAND_IN
# Without root it would go through sudo.
printf '#!/bin/bash\nexec "$@"\n' > "$work/bin/sudo"
chmod 755 "$work"/bin/*
export WORK=$work POLICY_RC_D=$work/policy-rc.d
export PATH=$work/bin:$PATH

run() {  # INSTALLED… -- ARGUMENTS: the exit code in $code
    : > "$work/installed"
    : > "$work/calls"
    echo /etc/mysql/mysql.cnf > "$work/my.cnf"
    while [[ $1 != -- ]]; do echo "$1" >> "$work/installed"; shift; done
    shift
    code=0
    "$script" "$@" > "$work/output" 2>&1 || code=$?
}
installs() { grep -c '^apt-get install' "$work/calls" || true; }

# What builds the program has neither a server nor anything that starts.
run mysql-server mysql-server-core-8.0 -- --build
[[ $code -eq 0 ]] || fail "--build beside a MySQL server"
grep -q '^apt-get install .* libmysqlcppconn-dev' "$work/calls" || fail "--build does not install the libraries"
! grep -qE '^apt-get install.* (mariadb|mysql-server|php|systemd|catch2)' "$work/calls" ||
    fail "--build installs what only tests need"
! grep -q "would start" "$work/calls" && [[ ! -e $POLICY_RC_D ]] || fail "services are not forbidden while it installs"
[[ $(cat "$work/my.cnf") == /etc/mysql/mysql.cnf ]] || fail "the MySQL server would read another configuration"

# A fresh machine: nothing has ever made that choice there.
run_fresh() {
    : > "$work/installed"
    : > "$work/calls"
    rm -f "$work/my.cnf"
    code=0
    "$script" "$@" > "$work/output" 2>&1 || code=$?
}
for set in --build --package --demo "" --browser; do
    run_fresh ${set:+"$set"}
    [[ $code -eq 0 ]] || fail "'$set' on a fresh machine"
    [[ $(installs) -eq 2 ]] || fail "'$set' on a fresh machine installs nothing"
done

# The tests need a server of Debian's; beside another one nothing is even tried.
for server in mysql-server mysql-server-core-8.0 mysql-community-server percona-server-server mariadb-server; do
    for set in "" --demo --cluster --browser; do
        run "$server" -- ${set:+"$set"}
        [[ $code -ne 0 ]] || fail "$server and '$set': exit code 0"
        [[ $(installs) -eq 0 ]] || fail "$server and '$set': installs something"
        grep -q "$server.* stays as it is" "$work/output" || fail "$server and '$set': does not say why"
    done
done

# Debian's own server with its program: the rest is installed beside it.
run mariadb-server mariadb-server-core -- --demo
[[ $code -eq 0 ]] || fail "--demo beside Debian's own MariaDB"
! grep -qE 'install.* mariadb-server' "$work/calls" || fail "touches the server that is there"

# Whatever else would have to go: apt is never allowed to.
touch "$work/must_remove"
for set in --build --package --demo "" --cluster --browser; do
    run libc6 -- ${set:+"$set"}
    [[ $code -ne 0 ]] || fail "'$set' although something would have to go: exit code 0"
    grep -q "never removed" "$work/output" || fail "'$set': does not say why"
    [[ $(grep -c '^apt-get install' "$work/calls") -eq 1 ]] || fail "'$set': more than a try"
    grep -q '^apt-get install .*--simulate' "$work/calls" || fail "'$set': not tried before it is done"
done
[[ ! -e $work/removed ]] || fail "apt-get was allowed to remove packages"

# Only the tests of a cluster take a package that is a service.
rm "$work/must_remove"
for set in --build --package --demo "" --browser; do
    run libc6 -- ${set:+"$set"}
    ! grep -qE ' mariadb-server( |$)| rsync( |$)' "$work/calls" || fail "'$set' installs a service"
done
echo "nothing is removed, no server is touched"
