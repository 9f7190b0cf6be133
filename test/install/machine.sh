#!/bin/bash
# Runs a test under a real systemd: one of this machine's own version, in namespaces and on a throw-away layer over this
# machine's files. SETUP puts there what is tested, below the directory $ROOT, before anything starts; what TRIAL does
# there, after the functions of trial.sh, is the test, and its last line is "trial passed". After the line "power cut" the
# machine is started again on the same files, with all that is enabled, and TRIAL once more. Needs root; exit code 77
# where systemd cannot be run so.
# Usage: machine.sh TRIAL SETUP…
set -euo pipefail

trial=$(realpath "$1")
shift
cannot() {
    echo "SKIPPED: no systemd of its own for this test: $1"
    exit 77
}
[[ $EUID -eq 0 ]] || cannot "it needs root"
for program in unshare script /lib/systemd/systemd; do
    command -v "$program" > /dev/null || cannot "$program is not installed"
done
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
touch "$work/result"

cat > "$work/machine.sh" << 'MACHINE'
set -e
work=$1 trial=$2 result=$3
shift 3
mount -t tmpfs layers "$work"
mkdir "$work/upper" "$work/work" "$work/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" "$work/root"
root=$work/root
# Nothing of this machine starts: only what the trial asks for.
rm -rf "$root/etc/mautic-gdprd" "$root"/etc/systemd/system/* "$root/usr/sbin/policy-rc.d"
ROOT=$root "$@" > "$work/setup.log" 2>&1 ||
    { { echo "trial begins, but this fails: $*"; cat "$work/setup.log"; } > "$result"; exit 1; }
mkdir -p "$root/etc/systemd/system/mautic-gdprd.service.d"
printf '[Service]\nStandardOutput=append:/service.log\nStandardError=append:/service.log\n' \
    > "$root/etc/systemd/system/mautic-gdprd.service.d/log.conf"
for unit in systemd-udevd systemd-udev-trigger systemd-journald systemd-modules-load systemd-sysctl systemd-timesyncd; do
    ln -s /dev/null "$root/etc/systemd/system/$unit.service"
done
printf '[Unit]\nDefaultDependencies=no\nSuccessAction=exit-force\nFailureAction=exit-force\n[Service]\nType=oneshot\n%s\n%s\n' \
    'ExecStart=/bin/bash /trial.sh' 'StandardOutput=append:/result' > "$root/etc/systemd/system/trial.service"
# What is enabled starts with the trial, and nothing else of this machine.
mkdir "$root/etc/systemd/system/trial.target.wants"
ln -s trial.target.wants "$root/etc/systemd/system/multi-user.target.wants"
ln -s ../trial.service "$root/etc/systemd/system/trial.target.wants"
printf '[Unit]\nDescription=The trial\n' > "$root/etc/systemd/system/trial.target"
cat "$(dirname "$trial")/trial.sh" "$trial" > "$root/trial.sh"
touch "$root/result"
mount --bind "$result" "$root/result"
for boot in 1 2 3; do
    unshare --mount --pid --ipc --uts --cgroup --net --fork --kill-child bash "$(dirname "$work")/boot.sh" "$root" || true
    [[ $(tail -n 1 "$result") == "power cut" ]] || break
done
MACHINE

cat > "$work/boot.sh" << 'BOOT'
set -e
root=$1
mount -t proc proc "$root/proc"
mount -t sysfs sys "$root/sys"
mount -t cgroup2 cgroup "$root/sys/fs/cgroup"
mount -t tmpfs run "$root/run"
mount -t tmpfs tmp "$root/tmp"
mount -t tmpfs -o mode=755 dev "$root/dev"
for device in null zero full random urandom tty; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir -p "$root/dev/shm" "$root/dev/pts"
mount -t devpts -o newinstance,ptmxmode=0666 terminals "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
touch "$root/dev/console"
mount --bind "$(tty)" "$root/dev/console"
cd "$root"
mkdir -p former
pivot_root . former
exec chroot . /bin/bash -c 'umount --lazy /former
exec /usr/bin/env container=trial /lib/systemd/systemd --log-target=console --unit=trial.target'
BOOT

# systemd wants a terminal for its console.
mkdir "$work/machine"
printf -v machine '%q ' bash "$work/machine.sh" "$work/machine" "$trial" "$work/result" "$@"
SHELL=/bin/bash timeout --signal=KILL 300 script --quiet --flush --return --command \
    "unshare --mount $machine" \
    "$work/console" < /dev/null > /dev/null 2>&1 &
# Whoever ends this ends the machine, which loses its terminal.
trap 'kill -KILL $(pgrep --parent $!) $! 2> /dev/null || true; exit 143' TERM INT HUP
wait $! || true

cat "$work/result"
if ! grep -q '^trial begins' "$work/result"; then
    tail -n 20 "$work/console"
    cannot "it does not start here"
fi
grep -q '^trial passed' "$work/result" || { grep -a mautic-gdprd "$work/console" | tail -n 20; exit 1; }
