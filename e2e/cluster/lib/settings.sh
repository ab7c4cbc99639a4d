# Sourced: what a cluster is called, where it lives, and its addresses.
# shellcheck shell=bash disable=SC2034

DEFAULT_NAME=socketbridge
DEFAULT_STATE_DIR=/var/lib/socketbridge # on a disk and short: sockets lie below it, and their paths have 107 bytes

NAME=${SOCKETBRIDGE_CLUSTER:-$DEFAULT_NAME}
[[ $NAME =~ ^[a-z][a-z0-9-]{0,19}$ ]] || fail "SOCKETBRIDGE_CLUSTER=$NAME: use at most 20 lower-case letters, digits and hyphens"
STATE=${SOCKETBRIDGE_STATE_DIR:-$DEFAULT_STATE_DIR}/$NAME
KUBECONFIG_FILE=$STATE/kubeconfig
NODES=(node1 node2)

# All of these exist only inside the cluster's network namespaces, so every cluster can use the same ones.
declare -A NODE_ADDRESS=([node1]=10.250.0.1 [node2]=10.250.0.2)
declare -A POD_RANGE=([node1]=10.244.0.0/24 [node2]=10.244.1.0/24)
ALL_PODS=10.244.0.0/16
SERVICE_RANGE=10.96.0.0/16
KUBERNETES_SERVICE=10.96.0.1 # the first of SERVICE_RANGE, which the API server takes for itself
API_SERVER=${NODE_ADDRESS[node1]}:6443

require_root() { ((EUID == 0)) || fail "root is needed: namespaces, mounts and control groups are made"; }

require_host() {
  require_root
  local command
  for command in containerd ctr runc nft conntrack openssl catatonit buildah ip nsenter unshare; do
    need "$command" "run 'make deps'"
  done
  [[ -x /usr/lib/cni/bridge ]] || fail "the CNI plugins are not in /usr/lib/cni: run 'make deps'"
}
