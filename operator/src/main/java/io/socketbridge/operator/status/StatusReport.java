package io.socketbridge.operator.status;

import io.socketbridge.api.v1alpha1.BridgeCondition;
import io.socketbridge.api.v1alpha1.ClientStatus;
import io.socketbridge.api.v1alpha1.EndpointStatus;
import io.socketbridge.api.v1alpha1.SocketBridgeStatus;
import io.socketbridge.operator.plan.Bridge;
import io.socketbridge.operator.plan.Endpoint;
import io.socketbridge.operator.plan.Endpoints;
import io.socketbridge.operator.plan.Server;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The status of a bridge. */
public final class StatusReport {

    private static final int MOST_ENDPOINTS = 100;

    private StatusReport() {}

    /**
     * The status that follows from an observation.
     *
     * @param previous the one before, from which conditions that have not changed keep their time
     * @param now the time of those that have, and at which certificates are still good, or not
     */
    public static SocketBridgeStatus of(Observation observation, Optional<SocketBridgeStatus> previous, Instant now) {
        Bridge bridge = observation.bridge();
        boolean hasPods = bridge.server() instanceof Server.Pods;
        Group server = serverGroup(observation);
        List<Group> clients = IntStream.range(0, bridge.clients().size())
                .mapToObj(i -> Group.ofClients(
                        bridge.clients().get(i).selector(), bridge.key() + "/client/" + i, observation.view()))
                .toList();
        List<Endpoint> endpoints = bridge.isAccepted() ? Endpoints.of(bridge, observation.view()) : List.of();
        List<Group> groups = new ArrayList<>(clients);
        groups.add(server);
        Optional<Certified> certified = Certified.of(bridge, observation.view(), now);
        List<Condition> conditions = new ArrayList<>(List.of(
                Accepted.of(bridge),
                Programmed.of(observation, groups),
                Ready.of(observation, server, clients, endpoints)));
        conditions.add(Lossless.of(bridge));
        certified.map(Certified::condition).ifPresent(conditions::add);
        return new SocketBridgeStatus(
                bridge.generation(),
                bridge.server().summary(),
                clientsReady(clients),
                hasPods ? server.counts() : null,
                IntStream.range(0, clients.size())
                        .mapToObj(i -> new ClientStatus(
                                bridge.clients().get(i).path().name(),
                                clients.get(i).counts()))
                        .toList(),
                endpoints.stream()
                        .limit(MOST_ENDPOINTS)
                        .map(endpoint -> new EndpointStatus(endpoint.name(), endpoint.place()))
                        .toList(),
                certified.map(Certified::status).orElse(null),
                conditions.stream()
                        .map(condition -> dated(condition, bridge.generation(), previous, now))
                        .toList());
    }

    /** When the status may be another though nothing was observed, if ever. */
    public static Optional<Instant> nextChange(Observation observation, Instant now) {
        return Certified.of(observation.bridge(), observation.view(), now).flatMap(Certified::nextChange);
    }

    private static Group serverGroup(Observation observation) {
        return observation.bridge().server() instanceof Server.Pods pods
                ? Group.ofServers(pods, observation.bridge().key() + "/server", observation.view())
                : Group.EMPTY;
    }

    private static String clientsReady(List<Group> clients) {
        int ready = clients.stream().mapToInt(client -> client.counts().ready()).sum();
        int matched =
                clients.stream().mapToInt(client -> client.counts().matched()).sum();
        return ready + "/" + matched;
    }

    private static BridgeCondition dated(
            Condition condition, long generation, Optional<SocketBridgeStatus> previous, Instant now) {
        String status = condition.status().text();
        String since = previous.flatMap(old -> Optional.ofNullable(old.conditions())).stream()
                .flatMap(List::stream)
                .filter(old ->
                        old.type().equals(condition.type()) && old.status().equals(status))
                .map(BridgeCondition::lastTransitionTime)
                .findFirst()
                .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
        return new BridgeCondition(
                condition.type(), status, generation, since, condition.reason(), condition.message());
    }
}
