package io.socketbridge.operator.plan;

import static io.socketbridge.operator.plan.Bridges.address;
import static io.socketbridge.operator.plan.Bridges.bridge;
import static io.socketbridge.operator.plan.Bridges.client;
import static io.socketbridge.operator.plan.Bridges.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.Limits;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.Route;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.contract.Target;
import io.socketbridge.contract.WhenUnavailable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How a bridge's policy is told to the sidecars at both of its ends. */
class SnapshotPlanTest {

    private static final Bridge DB =
            bridge("db", 10, server("db", "/run/db/db.sock"), client("web", "/sockets/db.sock"));

    private static final ConnectionPolicy POLICY = new ConnectionPolicy(
            WhenUnavailable.WAIT, new Limits(100, 500, 60_000, 1_000, 6_000, 0), ProxyProtocol.V2, 7);

    private static final ObservedPod SERVER = Pods.running("db-0", "db", "10.0.0.1", "f");

    private static final ObservedPod CLIENT = Pods.running("web-0", "web", "10.0.0.2", "f");

    private static final SidecarReport SERVING =
            Pods.report("shop/db/server", RouteState.BACKLOG_FULL, "tcp:0.0.0.0:20001");

    @Test
    void whereNothingIsSaidRoutesAreAsUsual() {
        assertThat(List.of(route(SERVER, DB), route(CLIENT, DB)))
                .allSatisfy(route -> assertThat(route)
                        .isEqualTo(
                                new Route(route.id(), route.bridge(), route.role(), route.listen(), route.targets())));
    }

    @Test
    void bothEndsKeepTheLimitsAndWriteTheLog() {
        Bridge db = Bridges.with(POLICY, DB);

        assertThat(List.of(route(SERVER, db), route(CLIENT, db))).allSatisfy(route -> {
            assertThat(route.limits()).isEqualTo(POLICY.limits());
            assertThat(route.accessLogPercent()).isEqualTo(7);
        });
    }

    @Test
    void itIsTheClientsEndThatWaits() {
        Bridge db = Bridges.with(POLICY, DB);

        assertThat(route(CLIENT, db).whenUnavailable()).isEqualTo(WhenUnavailable.WAIT);
        assertThat(route(SERVER, db).whenUnavailable()).isEqualTo(WhenUnavailable.REFUSE);
    }

    @Test
    void theHeaderOfTheProxyProtocolGoesFromTheClientsSidecarThroughTheServersToTheApp() {
        Bridge db = Bridges.with(POLICY, DB);

        assertThat(route(CLIENT, db).listen().proxyProtocol()).isEqualTo(ProxyProtocol.NONE);
        assertThat(route(CLIENT, db).targets())
                .containsExactly(new Target("tcp:10.0.0.1:20001", "db-0", ProxyProtocol.V2));
        assertThat(route(SERVER, db).listen().proxyProtocol()).isEqualTo(ProxyProtocol.V2);
        assertThat(route(SERVER, db).targets())
                .containsExactly(new Target("unix:/run/db/db.sock", "", ProxyProtocol.V2));
    }

    @Test
    void anAddressGetsTheHeaderFromTheClientsSidecar() {
        Bridge outside =
                Bridges.with(POLICY, bridge("db", 10, address("db.example.com", 5_432), client("web", "/s/db")));

        assertThat(route(CLIENT, outside).targets())
                .containsExactly(new Target("tcp:db.example.com:5432", "db.example.com", ProxyProtocol.V2));
    }

    @Test
    void aChangedPolicyIsNewsToBothEndsAndMakesNoOtherPod() {
        Bridge changed = Bridges.with(POLICY, DB);

        for (ObservedPod pod : List.of(SERVER, CLIENT)) {
            assertThat(snapshot(pod, changed).revision())
                    .isNotEqualTo(snapshot(pod, DB).revision());
            assertThat(view(changed).planFor(pod).fingerprint())
                    .isEqualTo(view(DB).planFor(pod).fingerprint());
        }
    }

    private static Route route(ObservedPod pod, Bridge bridge) {
        return snapshot(pod, bridge).routes().getFirst();
    }

    private static Snapshot snapshot(ObservedPod pod, Bridge bridge) {
        return SnapshotPlan.of(pod, view(bridge));
    }

    private static NamespaceView view(Bridge bridge) {
        return Views.shop(List.of(bridge), List.of(SERVER, CLIENT), Map.of(SERVER.uid(), SERVING));
    }
}
