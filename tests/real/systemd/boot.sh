#!/bin/sh
# Boots systemd on an overlay of this machine's root file system:
#
#   unshare --mount --propagation=private sh boot.sh FOLDER
#
# FOLDER is mounted as /given. What is written elsewhere is kept in memory, and is lost at the end.
# The network is this machine's. When this shell ends, all processes that it started are killed.
set -eu
given=$1
work=$given/machine

# The cgroup of systemd, which is removed at the end.
mkdir "$work"
mount -t tmpfs -o mode=755 tmpfs "$work"
mkdir "$work/cgroup" "$work/upper" "$work/work" "$work/root"
mount -t cgroup2 cgroup2 "$work/cgroup"
group=$work/cgroup/exporter-$$
mkdir "$group"
remove_group() {
  # Killed processes leave it a moment later.
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    find "$group" -depth -type d -exec rmdir {} + 2> /dev/null && return
    sleep 0.2
  done
}
trap remove_group EXIT
trap 'kill -KILL $!; wait' TERM

root=$work/root
mount -t overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" overlay "$root"
mkdir "$root/given"
mount --bind "$given" "$root/given"
for folder in dev run tmp; do mount -t tmpfs -o mode=755 tmpfs "$root/$folder"; done
chmod 1777 "$root/tmp"
for device in null zero full random urandom tty; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done

mkdir "$root/dev/pts"
mount -t devpts -o ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"

# Only the journal and the units of the test are started. The journal reads no kernel messages.
units=$root/run/systemd/system
mkdir -p "$units" "$root/run/systemd/journald.conf.d"
printf '[Unit]\nDefaultDependencies=no\nWants=systemd-journald.service\n' > "$units/test.target"
printf '[Journal]\nAudit=\nReadKMsg=no\n' > "$root/run/systemd/journald.conf.d/test.conf"
ln -s /dev/null "$units/systemd-journald-audit.socket"
ln -s /dev/null "$units/network-online.target"

# /proc/sys is read-only: what systemd sets there when it boots would apply to the whole machine.
begin='
  read -r pid rest < /proc/self/stat && echo "pid $pid" &&
  mount -t proc proc proc && mount --bind proc/sys proc/sys &&
  mount -o remount,bind,ro proc/sys && mount -t sysfs -o ro sysfs sys &&
  mount -t tmpfs -o mode=755 tmpfs sys/fs/cgroup && mount -t cgroup2 cgroup2 sys/fs/cgroup &&
  mkdir -p old && pivot_root . old && umount -l /old && mount --make-rshared / &&
  exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd \
    --system --unit=test.target --log-target=journal --log-level=notice --show-status=no'
cd "$root"
sh -c 'echo $$ > "$0/cgroup.procs" && exec "$@"' "$group" \
  setpriv --pdeathsig KILL unshare --mount --pid --uts --ipc --cgroup --fork --kill-child \
  sh -c "$begin" &
wait $!
