#!/bin/bash
# The program and its unit and database tests on another Debian, in a root directory of its own: what docs/install.md
# says to do on a server, then test/run.sh. The root is made from the package source this machine's apt uses, kept in
# build/debian-VERSION, and taken again the next time. Nothing outside of it changes; no service starts in it, and the
# tests run without any network but a loopback of their own.
# Usage: debian.sh VERSION [JOBS] [--package]. With --package the tests are left out: the package is made, installed, and
# brought to its first erased contact under that Debian's systemd. Exit code 77: it cannot be tried here.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=$1
jobs=${2:-$(nproc)}
mode=${3:-}
root=$PWD/build/debian-$version

cannot() {
    printf '\n%s\n' "************************************************************"
    printf 'SKIPPED: Debian %s was not tried: %s\n' "$version" "$1"
    printf '%s\n' "************************************************************"
    exit 77
}

case $version in
    12) name=bookworm ;;
    13) name=trixie ;;
    *) cannot "only 12 and 13 are known here" ;;
esac
[[ $EUID -eq 0 ]] || cannot "a root directory of its own needs root"
command -v debootstrap > /dev/null || cannot "debootstrap is not installed"
. test/install/debian_mirror.sh
mirror=$(debian_mirror)
[[ -n $mirror ]] || cannot "apt knows no source of Debian packages; \$DEBIAN_MIRROR can name one"

if [[ ! -e $root/complete ]]; then
    echo "making a Debian $version (some 200 MB, a few minutes) …"
    rm -rf --one-file-system "$root"
    mkdir -p "$root"
    debootstrap --variant=minbase "$name" "$root" "$mirror" > "$root.log" 2>&1 ||
        { tail -n 5 "$root.log"; cannot "its packages cannot be had"; }
    printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    touch "$root/complete"
fi
cp /etc/resolv.conf "$root/etc/resolv.conf"
mkdir -p "$root/project" "$root/build" "$root/facts" build
facts=${MAUTIC_FACTS_DIR:-$PWD/../shared/mautic}

cat > "$root/steps" << 'STEPS'
set -euo pipefail
cd /project
export CCACHE_DIR=/var/cache/ccache MAUTIC_FACTS_DIR=/facts LC_ALL=C.UTF-8
case $1 in
    packages)
        .ci/install-dependencies --package
        # What a server has after the first step of docs/install.md, and no more.
        ;;
    server)
        # In a copy: the package lies beside the directory it is made in. What was compiled stays for the next time.
        mkdir -p /package/source
        find /package -mindepth 1 -maxdepth 2 ! -path /package/source ! -path /package/source/build -exec rm -rf {} +
        cp -a CMakeLists.txt config daemon debian docs lib README.md systemd /package/source
        cd /package/source
        DEB_BUILD_OPTIONS="parallel=$2 noautodbgsym" dpkg-buildpackage -b -us -uc -nc 2>&1 | tee /tmp/build.log |
            /project/.ci/progress || { tail -n 60 /tmp/build.log; exit 1; }
        begin=$SECONDS
        apt-get install --yes --no-install-recommends --reinstall /package/mautic-gdprd_*.deb > /tmp/apt.log 2>&1 ||
            { tail -n 20 /tmp/apt.log; exit 1; }
        echo "installed within $((SECONDS - begin)) s"
        mautic-gdprd --version
        mautic-gdprd describe > /dev/null
        ;;
    test-packages) .ci/install-dependencies ;;
    first-packages) .ci/install-dependencies --demo && apt-get install --yes --no-install-recommends systemd > /dev/null ;;
    first-erasure)
        test/install/first_erasure_test.sh "" . && printf '\n1 passed, 0 failed, 0 skipped\n'
        ;;
    tests)
        code=0
        test/install/service_test.sh /package/source/build/debian || code=$?
        [[ $code -eq 0 || $code -eq 77 ]] || { echo "FAILED: the installed unit under systemd"; exit 1; }
        exec test/run.sh --label unit --label database --jobs "$2"
        ;;
esac
STEPS

# Mounts are seen by these processes only and end with them. Tests get an empty network besides.
inside() {  # STEP UNSHARE_OPTION…
    local step=$1
    shift
    unshare --mount --pid --ipc --uts --fork --kill-child "$@" bash -c '
        set -e
        root=$1 facts=$2
        mount --bind "$root" "$root"
        mount --bind "$PWD" "$root/project"
        mount --bind "$root/build" "$root/project/build"
        [[ ! -d $facts ]] || mount --bind "$facts" "$root/facts"
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
        mount -t tmpfs -o mode=1777 tmp "$root/tmp"
        ip link set lo up 2> /dev/null || chroot "$root" ip link set lo up 2> /dev/null || true
        # Not by chroot alone: in such a root nobody may make a namespace of users, as the unit does.
        mkdir -p "$root/former"
        cd "$root"
        pivot_root . former
        exec chroot . /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb \
            bash -c "umount --lazy /former && exec bash /steps \"\$@\"" bash "$3" "$4"' bash "$root" "$facts" "$step" "$jobs"
}

echo "installing what builds the program …"
inside packages || cannot "its packages cannot be had"
echo "making the package and installing it, as docs/install.md says …"
inside server
if [[ $mode == --package ]]; then
    echo "installing a database server …"
    inside first-packages || cannot "its packages cannot be had"
    inside first-erasure --net
    exit
fi
echo "installing what its tests need …"
inside test-packages || cannot "its packages cannot be had"
inside tests --net
