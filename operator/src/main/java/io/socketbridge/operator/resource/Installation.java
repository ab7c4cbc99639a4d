package io.socketbridge.operator.resource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where and as what this operator is installed.
 *
 * @param namespace the operator's namespace
 * @param service the name of the Service in front of it
 * @param clusterIp that Service's address, if it has one
 * @param sidecarImage the image of the sidecars that it injects
 * @param webhookUrl where the API server finds the webhook if not at the Service, as in tests that have no Service
 */
public record Installation(
        String namespace,
        String service,
        Optional<String> clusterIp,
        String sidecarImage,
        Optional<String> webhookUrl) {

    /** The Service's port. */
    static final int PORT = 443;

    /** The names that the operator is known by. */
    public List<String> dnsNames() {
        String name = service + "." + namespace + ".svc";
        return List.of(name, name + ".cluster.local");
    }

    /** The addresses that the operator is known by. */
    public List<String> ipAddresses() {
        List<String> addresses = new ArrayList<>();
        clusterIp.ifPresent(addresses::add);
        webhookUrl.ifPresent(_ -> addresses.add("127.0.0.1"));
        return addresses;
    }

    /** Where sidecars find the operator: by address first, which works without DNS. */
    public List<String> controlUrls() {
        List<String> urls = new ArrayList<>();
        clusterIp.ifPresent(ip -> urls.add("https://" + (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + PORT));
        urls.add("https://" + dnsNames().getFirst() + ":" + PORT);
        return urls;
    }

    /** Whether pods of a namespace are never touched. */
    public boolean isExcluded(String candidate) {
        return candidate.equals(namespace) || candidate.startsWith("kube-");
    }
}
