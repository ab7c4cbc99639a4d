# Sourced: a node is a process, mount and network namespace, held by its first process. When that ends, the kernel ends
# everything in the node and takes its mounts, interfaces, routes and packet filter rules with it, pods' too.
# shellcheck shell=bash

# The first argument (argv[0]) that marks a process of this cluster, and that no other process has.
node_marker() { echo "socketbridge-cluster/$NAME/$1"; }
forwarder_marker() { echo "socketbridge-cluster/$NAME/forwarder"; }

# pid_of MARKER - prints the process that MARKER marks; fails if there is none.
pid_of() {
  local file argv0
  for file in /proc/[0-9]*/cmdline; do
    { IFS= read -r -d '' argv0 <"$file"; } 2>/dev/null || continue # it may have ended meanwhile
    if [[ $argv0 == "$1" ]]; then
      file=${file%/cmdline}
      echo "${file#/proc/}"
      return
    fi
  done
  return 1
}

# first_process NODE - prints the process whose namespaces are the node's: the only child of the one that made them.
first_process() {
  local parent children
  parent=$(pid_of "$(node_marker "$1")") || return
  children=$(<"/proc/$parent/task/$parent/children")
  [[ $children ]] && echo "${children%% *}"
}

# daemon MARKER LOG COMMAND... - runs COMMAND apart from this terminal and session, as a process marked MARKER.
daemon() {
  # shellcheck disable=SC2016
  setsid bash -c 'exec -a "$0" "$@"' "$1" "${@:3}" </dev/null >>"$2" 2>&1 &
}

# in_node NODE COMMAND... - runs COMMAND inside the node. Not `ip netns exec`: it mounts a fresh /sys, in which the
# kubelet finds no control groups.
in_node() {
  local pid
  pid=$(first_process "$1") || fail "$1 of cluster $NAME is not running"
  nsenter --target "$pid" --net --mount --pid -- "${@:2}"
}

# start_in_node NODE LOGNAME COMMAND... - starts a daemon inside the node.
start_in_node() {
  local pid
  pid=$(first_process "$1")
  daemon "$2" "$STATE/log/$2.log" nsenter --target "$pid" --net --mount --pid -- "${@:3}"
}

start_nodes() {
  local node
  for node in "${NODES[@]}"; do
    mkdir -p "$STATE/$node"/{var-lib,var-log,containerd,kubelet,cni}
    # catatonit reaps the orphans that containerd's shims become.
    daemon "$(node_marker "$node")" "$STATE/log/$node.log" \
      unshare --pid --mount --net --fork --kill-child --mount-proc catatonit -P
  done
  for node in "${NODES[@]}"; do
    wait_for 5 "the namespaces of $node" "$STATE/log/$node.log" node_has_namespaces "$node"
    give_own_directories "$node"
    make_cgroups "$node"
  done
}

# Until the new process has mounted its own /proc, which it does last, entering it would be too early.
node_has_namespaces() {
  local pid
  pid=$(first_process "$1") && [[ $(cat "/proc/$pid/comm") == catatonit ]]
}

# give_own_directories NODE - hides the host's directories that kubelet, containerd and the CNI plugins write to whatever
# they are told, so that the two nodes do not meet there and nothing is left on the host.
give_own_directories() {
  # The state directory may lie below /var/lib: a working directory inside it is the way back to it.
  # shellcheck disable=SC2016
  in_node "$1" bash -euc '
    cd "$1"
    mount -t tmpfs -o mode=755 tmpfs /run
    mount --no-canonicalize --bind "./$2/var-log" /var/log
    mount --no-canonicalize --bind "./$2/var-lib" /var/lib
    mkdir -p "$1"
    mount --no-canonicalize --rbind . "$1"' give_own_directories "$STATE" "$1"
}

cgroup_of() { echo "socketbridge-$NAME-$1"; }

# make_cgroups NODE - makes the control group that the kubelet takes for its root, in each hierarchy there is.
make_cgroups() {
  local group controller
  group=$(cgroup_of "$1")
  if [[ -f /sys/fs/cgroup/cgroup.controllers ]]; then
    mkdir -p "/sys/fs/cgroup/$group"
    for controller in $(<"/sys/fs/cgroup/cgroup.controllers"); do
      echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control || true # not each one can be handed on
    done
    return
  fi
  for controller in /sys/fs/cgroup/*/; do
    [[ -f $controller/cgroup.procs ]] && mkdir -p "$controller/$group"
  done
  for file in cpuset.cpus cpuset.mems; do # a new cpuset is empty, and nothing can run in it
    cat "/sys/fs/cgroup/cpuset/$file" >"/sys/fs/cgroup/cpuset/$group/$file"
  done
}

# connect_nodes - node1's eth0 is a bridge, on which node2's eth0 hangs. Each routes to the other's pods.
connect_nodes() {
  local node1 node2 node
  node1=$(first_process node1)
  node2=$(first_process node2)
  for node in "${NODES[@]}"; do
    in_node "$node" ip link set lo up
    in_node "$node" sysctl -qw net.ipv4.ip_forward=1
  done
  in_node node1 ip link add eth0 type bridge
  ip link add name eth0 netns "$node2" type veth peer name node2 netns "$node1"
  in_node node1 ip link set node2 master eth0 up
  for node in "${NODES[@]}"; do
    in_node "$node" ip addr add "${NODE_ADDRESS[$node]}/24" dev eth0
    in_node "$node" ip link set eth0 up
    # A Service's address needs a route before the packet filter can rewrite it. Nothing is at the far end.
    in_node "$node" ip route add default dev eth0
  done
  in_node node1 ip route add "${POD_RANGE[node2]}" via "${NODE_ADDRESS[node2]}"
  in_node node2 ip route add "${POD_RANGE[node1]}" via "${NODE_ADDRESS[node1]}"
}
