# Sourced: the cluster's certificates and kubeconfigs, new for each boot.
# shellcheck shell=bash

readonly CERTIFICATE_DAYS=30

make_pki() {
  say "making certificates"
  local pki=$STATE/pki node user
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$pki/ca.key" -out "$pki/ca.crt" -days $CERTIFICATE_DAYS \
    -subj /CN=kubernetes-ca 2>"$STATE/log/pki.log"
  openssl genrsa -out "$pki/service-accounts.key" 2048 2>>"$STATE/log/pki.log"

  certificate apiserver /CN=kube-apiserver \
    "DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:$KUBERNETES_SERVICE,IP:${API_SERVER%:*}"
  certificate admin /O=system:masters/CN=admin DNS:admin
  for user in kube-controller-manager kube-scheduler kube-proxy; do certificate $user /CN=system:$user DNS:$user; done
  for node in "${NODES[@]}"; do
    certificate "$node" "/O=system:nodes/CN=system:node:$node" "DNS:$node,IP:${NODE_ADDRESS[$node]}"
  done
  for user in kube-controller-manager kube-scheduler kube-proxy "${NODES[@]}"; do
    write_kubeconfig "$user" "$API_SERVER" "$pki/$user.kubeconfig"
  done
}

# certificate NAME SUBJECT ALTERNATIVE_NAMES - RSA, as Java clients take a PKCS#8 key in a kubeconfig to be that.
certificate() {
  local file=$STATE/pki/$1
  openssl req -x509 -CA "$STATE/pki/ca.crt" -CAkey "$STATE/pki/ca.key" -newkey rsa:2048 -nodes -keyout "$file.key" \
    -out "$file.crt" -days $CERTIFICATE_DAYS -subj "$2" -addext "subjectAltName=$3" \
    -addext "basicConstraints=critical,CA:FALSE" -addext "extendedKeyUsage=serverAuth,clientAuth" \
    2>>"$STATE/log/pki.log"
}

# write_kubeconfig USER HOST:PORT FILE - complete in itself, and there only when it is complete.
write_kubeconfig() {
  local pki=$STATE/pki
  cat >"$3.part" <<END
apiVersion: v1
kind: Config
clusters:
- name: $NAME
  cluster:
    server: https://$2
    certificate-authority-data: $(base64 -w0 "$pki/ca.crt")
users:
- name: $1
  user:
    client-certificate-data: $(base64 -w0 "$pki/$1.crt")
    client-key-data: $(base64 -w0 "$pki/$1.key")
contexts:
- name: $NAME
  context: {cluster: $NAME, user: $1}
current-context: $NAME
END
  chmod 600 "$3.part"
  mv "$3.part" "$3"
}
