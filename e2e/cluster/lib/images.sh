# Sourced: putting images onto the nodes.
# shellcheck shell=bash

# load_images ARCHIVE... - imports each archive on every node, unless it is what the node imported last under that name.
# An archive is called NAME-KEY.tar, and KEY stands for its content.
load_images() {
  local archive node base loaded
  [[ -d $STATE ]] || fail "cluster $NAME is not running: '$COMMAND up' boots it"
  for archive in "$@"; do
    base=$(basename "$archive" .tar)
    for node in "${NODES[@]}"; do
      loaded=$STATE/$node/loaded/${base%-*}
      [[ ! -e $loaded || $(<"$loaded") != "$base" ]] || continue
      say "loading $base onto $node"
      ctr --address "$STATE/$node/containerd.sock" --namespace k8s.io images import "$archive" >/dev/null
      mkdir -p "${loaded%/*}"
      echo "$base" >"$loaded"
    done
  done
}
