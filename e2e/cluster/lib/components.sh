# Sourced: the programs of Kubernetes, and the questions that tell whether they are well.
# shellcheck shell=bash

kubectl() { "$STATE/kube" kubectl --kubeconfig "$KUBECONFIG_FILE" "$@"; }
api_server_ready() { kubectl get --raw /readyz --request-timeout=5s; }
node_ready() {
  [[ $(kubectl get node "$1" --request-timeout=5s -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}') == True ]]
}

# healthy - true if every part of the cluster runs and both nodes are Ready.
healthy() {
  local node
  [[ -s $KUBECONFIG_FILE ]] && pid_of "$(forwarder_marker)" && api_server_ready || return
  for node in "${NODES[@]}"; do pid_of "$(node_marker "$node")" && node_ready "$node" || return; done
} &>/dev/null

start_control_plane() {
  say "starting etcd and the API server"
  local pki=$STATE/pki etcd=http://127.0.0.1:2379
  # Nothing in this etcd is worth keeping through a power cut, and syncing is most of what it does.
  start_in_node node1 etcd "$STATE/kube" etcd --data-dir "$STATE/etcd" --unsafe-no-fsync \
    --listen-client-urls $etcd --advertise-client-urls $etcd --listen-peer-urls http://127.0.0.1:2380
  start_in_node node1 kube-apiserver "$STATE/kube" kube-apiserver --etcd-servers $etcd \
    --advertise-address "${API_SERVER%:*}" --bind-address 0.0.0.0 --secure-port "${API_SERVER#*:}" \
    --service-cluster-ip-range "$SERVICE_RANGE" --allow-privileged=true \
    --authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction \
    --client-ca-file "$pki/ca.crt" --tls-cert-file "$pki/apiserver.crt" --tls-private-key-file "$pki/apiserver.key" \
    --kubelet-certificate-authority "$pki/ca.crt" --kubelet-preferred-address-types InternalIP \
    --kubelet-client-certificate "$pki/admin.crt" --kubelet-client-key "$pki/admin.key" \
    --service-account-issuer https://kubernetes.default.svc \
    --service-account-key-file "$pki/service-accounts.key" --service-account-signing-key-file "$pki/service-accounts.key"
  start_in_node node1 kube-controller-manager "$STATE/kube" kube-controller-manager \
    --kubeconfig "$pki/kube-controller-manager.kubeconfig" --use-service-account-credentials --leader-elect=false \
    --root-ca-file "$pki/ca.crt" --service-account-private-key-file "$pki/service-accounts.key" \
    --cluster-signing-cert-file "$pki/ca.crt" --cluster-signing-key-file "$pki/ca.key"
  start_in_node node1 kube-scheduler "$STATE/kube" kube-scheduler --kubeconfig "$pki/kube-scheduler.kubeconfig" \
    --leader-elect=false
}

# start_node_agents NODE - containerd, the kubelet and kube-proxy.
start_node_agents() {
  local node=$1 dir=$STATE/$1 pki=$STATE/pki
  say "starting $node"
  write_containerd_config "$node" >"$dir/containerd.toml"
  write_pod_network "$node" >"$dir/cni/10-pods.conflist"
  write_kubelet_config "$node" >"$dir/kubelet.yaml"
  # There is no name server; a pod that asks one anyway is refused at once, where the host's would not be reachable.
  echo 'nameserver 127.0.0.1' >"$dir/resolv.conf"

  start_in_node "$node" "$node-containerd" containerd --config "$dir/containerd.toml"
  wait_for 30 "containerd on $node" "$STATE/log/$node-containerd.log" ctr --address "$dir/containerd.sock" version
  start_in_node "$node" "$node-kubelet" "$STATE/kube" kubelet --config "$dir/kubelet.yaml" --root-dir "$dir/kubelet" \
    --kubeconfig "$pki/$node.kubeconfig" --hostname-override "$node" --node-ip "${NODE_ADDRESS[$node]}"
  # The conntrack settings are the host's, and not for a test cluster to change.
  start_in_node "$node" "$node-kube-proxy" "$STATE/kube" kube-proxy --kubeconfig "$pki/kube-proxy.kubeconfig" \
    --hostname-override "$node" --cluster-cidr "$ALL_PODS" --proxy-mode nftables \
    --conntrack-max-per-core 0 --conntrack-min 0 \
    --conntrack-tcp-timeout-established 0 --conntrack-tcp-timeout-close-wait 0
}

write_containerd_config() {
  local dir=$STATE/$1
  cat <<END
version = 2
root = "$dir/containerd/root"
state = "$dir/containerd/state"
[grpc]
  address = "$dir/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/socketbridge/pause:1"
  restrict_oom_score_adj = true # for machines whose root lacks CAP_SYS_RESOURCE
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$dir/cni"
END
}

# No masquerading: pods see each other's own addresses, and there is no outside to speak to.
write_pod_network() {
  cat <<END
{"cniVersion": "0.4.0", "name": "pods", "plugins": [{
  "type": "bridge", "bridge": "pods", "isGateway": true, "hairpinMode": true,
  "ipam": {"type": "host-local", "ranges": [[{"subnet": "${POD_RANGE[$1]}"}]], "routes": [{"dst": "0.0.0.0/0"}]}
}]}
END
}

write_kubelet_config() {
  local pki=$STATE/pki
  cat <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $pki/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: $pki/$1.crt
tlsPrivateKeyFile: $pki/$1.key
containerRuntimeEndpoint: unix://$STATE/$1/containerd.sock
volumePluginDir: $STATE/$1/volume-plugins
resolvConf: $STATE/$1/resolv.conf
cgroupDriver: cgroupfs
cgroupRoot: /$(cgroup_of "$1")
failCgroupV1: false
failSwapOn: false
# The images were loaded by hand and cannot be pulled again: never collect them, and use the disk to the last percent.
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}
END
}

# start_forwarder - makes the API server reachable at a loopback address of the host, and writes the kubeconfig for it.
start_forwarder() {
  local address_file=$STATE/forward.address
  daemon "$(forwarder_marker)" "$STATE/log/forward.log" "$STATE/kube" forward --address-file "$address_file" \
    --netns "/proc/$(first_process node1)/ns/net" --target 127.0.0.1:6443
  wait_for 10 "the forwarder" "$STATE/log/forward.log" test -s "$address_file"
  write_kubeconfig admin "$(<"$address_file")" "$KUBECONFIG_FILE"
  wait_for 60 "the API server" "$STATE/log/kube-apiserver.log" api_server_ready
}
