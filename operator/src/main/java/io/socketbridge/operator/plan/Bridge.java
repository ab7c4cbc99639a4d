package io.socketbridge.operator.plan;

import io.socketbridge.contract.Encounter;
import io.socketbridge.contract.TransportProtocol;
import io.socketbridge.contract.TunnelNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A SocketBridge as the rest of the operator sees it.
 *
 * @param namespace its namespace, and that of the pods that it selects
 * @param name its name
 * @param created when it was created, to the second; of two bridges that want the same, the older gets it
 * @param generation the spec's generation
 * @param server who serves
 * @param clients who connects
 * @param policy how connections are treated
 * @param records how records are
 * @param problems why it is not acted on; empty if it is
 */
public record Bridge(
        String namespace,
        String name,
        Instant created,
        long generation,
        Server server,
        List<Client> clients,
        ConnectionPolicy policy,
        RecordPolicy records,
        List<Problem> problems) {

    /** The older first, and of the same age by name. */
    public static final Comparator<Bridge> BY_AGE =
            Comparator.comparing(Bridge::created).thenComparing(Bridge::name);

    public Bridge {
        clients = List.copyOf(clients);
        problems = List.copyOf(problems);
    }

    /** The same with one more problem. */
    public Bridge with(Problem problem) {
        List<Problem> all = new ArrayList<>(problems);
        all.add(problem);
        return new Bridge(namespace, name, created, generation, server, clients, policy, records, all);
    }

    /** How each of its clients meets its server, in their order. */
    public List<Encounter> encounters() {
        boolean mutual = server instanceof Server.Pods pods && pods.transport() instanceof Transport.Mutual;
        return clients.stream()
                .map(client -> new Encounter(
                        client.type(),
                        server.type(),
                        records.framing(),
                        server.protocol(),
                        mutual,
                        records.headers().onOutput()))
                .toList();
    }

    /** Whether sidecars of its pods have to open raw IP sockets. */
    public boolean needsRawSockets() {
        return server.protocol() == TransportProtocol.IP;
    }

    /** {@code NAMESPACE/NAME}. */
    public String key() {
        return namespace + "/" + name;
    }

    /** The name by which tunnels to its servers are asked for. */
    public String serverName() {
        return TunnelNames.server(namespace, name);
    }

    /** Whether it matters how far its servers are from its clients. */
    public boolean prefersClose() {
        return policy.distribution() == TrafficDistribution.PREFER_CLOSE;
    }

    /** Whether it is acted on. */
    public boolean isAccepted() {
        return problems.isEmpty();
    }
}
