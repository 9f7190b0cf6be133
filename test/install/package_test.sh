#!/bin/bash
# The Debian package, packed from what is built already (debian/rules, GDPRD_BUILT): what is in it, what lintian says,
# and package_trial.sh: installed, upgraded, removed and purged under a real systemd. That the package builds from
# nothing, test/run.sh --debian shows. Usage: package_test.sh BUILD_DIRECTORY SOURCE_DIRECTORY
set -euo pipefail

build=$(realpath "$1")
source=$2
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    printf 'FAILED: %s\n' "$*"
    exit 1
}
for tool in dpkg-buildpackage dh lowdown; do
    command -v "$tool" > /dev/null || { echo "SKIPPED: no package was made, $tool is not installed"; exit 77; }
done

mkdir "$work/source"
cp -r "$source/debian" "$source/docs" "$source/README.md" "$work/source"
cd "$work/source"
[[ $(dpkg-parsechangelog --show-field Version) == "$("$build/mautic-gdprd" --version)" ]] ||
    fail "debian/changelog is of another version than the program"
# Without the packages that compile the program: it is compiled.
GDPRD_BUILT=$build DEB_BUILD_OPTIONS=noautodbgsym dpkg-buildpackage -b -us -uc -nc -d > "$work/log" 2>&1 ||
    { tail -n 40 "$work/log"; fail "no package was made"; }
package=$(echo "$work"/mautic-gdprd_*.deb)
ls -l "$package"

dpkg-deb --extract "$package" "$work/root"
dpkg-deb --control "$package" "$work/control"
[[ ! -e $work/root/etc && ! -e $work/root/var && ! -e $work/control/conffiles ]] ||
    fail "the package has files where the administrator's are"
for file in bin/mautic-gdprd lib/systemd/system/mautic-gdprd{,@}.service \
    share/man/man{8/mautic-gdprd.8,5/mautic-gdprd.toml.5}.gz share/{bash-completion/completions/mautic-gdprd,zsh/vendor-completions/_mautic-gdprd} \
    share/mautic-gdprd/{contact-data.toml,mautic-gdprd.toml,grants.sql,monitoring/alerts.yml,monitoring/dashboard.json} \
    share/doc/mautic-gdprd/{README.md,docs/install.md,copyright}; do
    [[ -s $work/root/usr/$file ]] || fail "the package has no /usr/$file"
done
# All of config/, under the same name.
diff --recursive --brief "$source/config" "$work/root/usr/share/mautic-gdprd" || fail "config/ is not in the package"
# Links of the documentation lead somewhere in the package, too. The tests and the sources are not in it.
cd "$work/root/usr/share/doc/mautic-gdprd"
while IFS=: read -r page link; do
    [[ -e ${page%/*}/$link ]] || fail "$page: $link is not in the package"
done < <(grep -ro --include='*.md' -E '\]\([^):#]+' . | sed 's/:\](/:/' | grep -vE ':(\.\./)*(test|lib|daemon|systemd)/|:https?$')
for library in libmysqlcppconn libsqlite3 libsystemd0 libc6; do
    grep -q "^Depends:.*$library" "$work/control/control" || fail "the package does not depend on $library"
done

cd "$work"
if command -v lintian > /dev/null; then
    lintian --allow-root --fail-on error,warning "$package" || fail "lintian"
else
    echo "NOT CHECKED: lintian is not installed"
fi

# The same package twice, quick to unpack.
dpkg-deb --raw-extract "$package" tree
dpkg-deb -Znone --build tree newer.deb > /dev/null
sed -i 's/^Version: .*/Version: 0.0.1/' tree/DEBIAN/control
dpkg-deb -Znone --build tree older.deb > /dev/null
"$here/machine.sh" "$here/package_trial.sh" bash -c 'mkdir "$ROOT/packages" && cp "$@" "$ROOT/packages"' \
    bash "$work/older.deb" "$work/newer.deb"
