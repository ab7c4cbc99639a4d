package io.socketbridge.operator.plan;

import static io.socketbridge.operator.plan.Bridges.bridge;
import static io.socketbridge.operator.plan.Bridges.client;
import static io.socketbridge.operator.plan.Bridges.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.Limits;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.SidecarPod;
import io.socketbridge.contract.Target;
import io.socketbridge.contract.WhenUnavailable;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How far away a client's pod is told that servers are. */
class DistanceTest {

    private static final Bridge DB =
            bridge("db", 10, server("db", "/run/db/db.sock"), client("web", "/sockets/db.sock"));

    private static final Bridge CLOSE = Bridges.with(
            new ConnectionPolicy(
                    WhenUnavailable.REFUSE, Limits.DEFAULT, ProxyProtocol.NONE, TrafficDistribution.PREFER_CLOSE, 0),
            DB);

    private static final Map<String, String> ZONES = Map.of("a1", "a", "a2", "a", "b1", "b");

    private static final ObservedPod CLIENT = Pods.on("a1", Pods.running("web-0", "web", "10.0.0.9", "f"));

    private static final List<ObservedPod> SERVERS = List.of(
            Pods.on("a1", Pods.running("beside", "db", "10.0.0.1", "f")),
            Pods.on("a2", Pods.running("near", "db", "10.0.0.2", "f")),
            Pods.on("b1", Pods.running("far", "db", "10.0.0.3", "f")),
            Pods.on("x1", Pods.running("nowhere", "db", "10.0.0.4", "f")));

    @Test
    void aServerIsOnTheSameNodeOrInTheSameZoneOrElsewhere() {
        assertThat(distances(CLOSE, CLIENT, ZONES)).isEqualTo(Map.of("beside", 0, "near", 1, "far", 2, "nowhere", 2));
        assertThat(distances(CLOSE, Pods.on("b1", CLIENT), ZONES))
                .isEqualTo(Map.of("beside", 2, "near", 2, "far", 0, "nowhere", 2));
    }

    @Test
    void nodesThatAreInNoZoneAreNotTogetherInOne() {
        assertThat(distances(CLOSE, Pods.on("x2", CLIENT), ZONES).values()).containsOnly(2);
        assertThat(distances(CLOSE, CLIENT, Map.of()))
                .isEqualTo(Map.of("beside", 0, "near", 2, "far", 2, "nowhere", 2));
        assertThat(distances(CLOSE, Pods.onNoNode(CLIENT), ZONES).values()).containsOnly(2);
    }

    @Test
    void whereNothingIsSaidAllAreEqual() {
        assertThat(distances(DB, CLIENT, ZONES).values()).containsOnly(0);
    }

    @Test
    void anotherZoneIsNews() {
        assertThat(SnapshotPlan.of(CLIENT, view(CLOSE, CLIENT, ZONES)).revision())
                .isNotEqualTo(
                        SnapshotPlan.of(CLIENT, view(CLOSE, CLIENT, Map.of())).revision());
    }

    private static Map<String, Integer> distances(Bridge bridge, ObservedPod client, Map<String, String> zones) {
        return SnapshotPlan.of(client, view(bridge, client, zones)).routes().getFirst().targets().stream()
                .collect(Collectors.toMap(Target::name, Target::distance));
    }

    private static NamespaceView view(Bridge bridge, ObservedPod client, Map<String, String> zones) {
        SidecarReport ready =
                Pods.report("shop/db/server", RouteState.READY, "tunnel:0.0.0.0:" + SidecarPod.TUNNEL_PORT);
        return Views.shop(
                List.of(bridge),
                Stream.concat(SERVERS.stream(), Stream.of(client)).toList(),
                SERVERS.stream().collect(Collectors.toMap(ObservedPod::uid, _ -> ready)),
                zones);
    }
}
