# Sourced: the end of a cluster. Only what this cluster started is ended: its processes are known by their marker, and
# the rest are processes in namespaces that it made.
# shellcheck shell=bash

down() {
  say "ending cluster $NAME"
  local marker pid
  while read -r marker; do
    if pid=$(pid_of "$marker"); then kill -KILL "$pid" || true; fi
  done < <(markers)
  wait_for 30 "its processes to end" /dev/null no_processes
  wait_for 10 "its control groups to go" /dev/null remove_cgroups
  remove_state
  verify_gone
}

markers() {
  local node
  forwarder_marker
  for node in "${NODES[@]}"; do node_marker "$node"; done
}

# no_processes - true when the nodes' first processes and all in their control groups have ended.
no_processes() { [[ -z $(left_behind_processes) ]]; }

left_behind_processes() {
  local marker pid
  while read -r marker; do
    if pid=$(pid_of "$marker"); then echo "process $pid ($marker)"; fi
  done < <(markers)
  cgroup_dirs | while read -r dir; do sed "s|^|process in $dir: |" "$dir/cgroup.procs" 2>/dev/null || true; done
}

# cgroup_dirs - prints every control group of this cluster, children first. They may be going while it looks.
cgroup_dirs() {
  local node
  for node in "${NODES[@]}"; do
    find /sys/fs/cgroup -mindepth 1 -maxdepth 2 -type d -name "$(cgroup_of "$node")" -exec find {} -depth -type d \;
  done 2>/dev/null || true
}

# remove_cgroups - true when none is left; one whose last process has just ended may need another try.
remove_cgroups() {
  local dirs
  mapfile -t dirs < <(cgroup_dirs)
  ((${#dirs[@]} == 0)) || rmdir "${dirs[@]}"
}

# The nodes' mounts went with their namespaces; one that shows here would be destroyed together with what it shows.
remove_state() {
  local mounts
  mounts=$(left_behind_mounts)
  [[ -z $mounts ]] || fail "still mounted below $STATE: $mounts"
  rm -rf "$STATE"
  rmdir --ignore-fail-on-non-empty "${STATE%/*}" 2>/dev/null || true
}

left_behind_mounts() { awk -v below="$STATE/" 'index($2, below) == 1 {print "mount " $2}' /proc/mounts; }

# left_behind - prints all there is of this cluster, one thing a line; nothing at all when it is gone.
left_behind() {
  left_behind_processes
  left_behind_mounts
  cgroup_dirs | sed 's/^/control group /'
  [[ ! -e $STATE ]] || echo "directory $STATE"
}

verify_gone() {
  local left
  left=$(left_behind)
  [[ -z $left ]] || fail "this is left of cluster $NAME:"$'\n'"$left"
  say "nothing is left of cluster $NAME"
}
