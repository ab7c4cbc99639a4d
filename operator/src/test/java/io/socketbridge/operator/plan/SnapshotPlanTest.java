package io.socketbridge.operator.plan;

import static io.socketbridge.operator.plan.Bridges.address;
import static io.socketbridge.operator.plan.Bridges.bridge;
import static io.socketbridge.operator.plan.Bridges.client;
import static io.socketbridge.operator.plan.Bridges.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.Access;
import io.socketbridge.contract.Limits;
import io.socketbridge.contract.Listen;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.Route;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.contract.Target;
import io.socketbridge.contract.Tunnel;
import io.socketbridge.contract.WhenUnavailable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How a bridge's policy is told to the sidecars at both of its ends. */
class SnapshotPlanTest {

    private static final Bridge DB =
            bridge("db", 10, server("db", "/run/db/db.sock"), client("web", "/sockets/db.sock"));

    private static final ConnectionPolicy POLICY = new ConnectionPolicy(
            WhenUnavailable.WAIT,
            new Limits(100, 500, 60_000, 1_000, 6_000, 0),
            ProxyProtocol.V2,
            TrafficDistribution.ANY,
            7);

    private static final ObservedPod SERVER = Pods.running("db-0", "db", "10.0.0.1", "f");

    private static final ObservedPod CLIENT = Pods.running("web-0", "web", "10.0.0.2", "f");

    private static final Bridge PLAIN =
            bridge("db", 10, server("db", "/run/db/db.sock", 5_433), client("web", "/sockets/db.sock"));

    private static final String NAME = "db.shop.socketbridge.internal";

    @Test
    void whereNothingIsSaidBothEndsHaveTunnelsAndKnowEachOther() {
        assertThat(route(SERVER, DB).listen())
                .isEqualTo(new Listen("tunnel:0.0.0.0:15820", "", false, ProxyProtocol.NONE));
        assertThat(route(SERVER, DB).tunnel()).isEqualTo(new Tunnel(NAME, "client." + NAME, List.of(), Access.ALL));
        assertThat(route(CLIENT, DB).targets()).containsExactly(new Target("tunnel:10.0.0.1:15820", "db-0"));
        assertThat(route(CLIENT, DB).tunnel()).isEqualTo(new Tunnel(NAME, "server." + NAME, List.of(), Access.ALL));
    }

    @Test
    void aClientKnowsWhoseTunnelsThereWillBeWhileNoServerIsReady() {
        NamespaceView nobody = Views.shop(List.of(DB), List.of(CLIENT), Map.of());

        assertThat(SnapshotPlan.of(CLIENT, nobody).routes()).singleElement().satisfies(route -> {
            assertThat(route.targets()).isEmpty();
            assertThat(route.tunnel()).isEqualTo(route(CLIENT, DB).tunnel());
        });
    }

    @Test
    void whoMayConnectIsToldToTheServersEndAlone() {
        Access access = new Access(List.of(999L), List.of(4_294_967_295L));
        Bridge narrow = bridge(
                "db",
                10,
                server("db", "/run/db/db.sock", new Transport.Mutual(List.of("web", "job"), access)),
                client("web", "/sockets/db.sock"));

        assertThat(route(SERVER, narrow).tunnel())
                .isEqualTo(new Tunnel(
                        NAME,
                        "client." + NAME,
                        List.of("spiffe://example.org/ns/shop/sa/web", "spiffe://example.org/ns/shop/sa/job"),
                        access));
        assertThat(snapshot(SERVER, narrow).revision())
                .isNotEqualTo(snapshot(SERVER, DB).revision());
        assertThat(snapshot(CLIENT, narrow)).isEqualTo(snapshot(CLIENT, DB));
    }

    @Test
    void plainRoutesHaveNoTunnelsAndAreAsUsual() {
        assertThat(route(SERVER, PLAIN).listen().address()).isEqualTo("tcp:0.0.0.0:5433");
        assertThat(route(CLIENT, PLAIN).targets()).containsExactly(new Target("tcp:10.0.0.1:5433", "db-0"));
        assertThat(List.of(route(SERVER, PLAIN), route(CLIENT, PLAIN)))
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
    void aTunnelSaysWhoConnectsAndTheServersSidecarMakesTheHeaderOfTheProxyProtocol() {
        Bridge db = Bridges.with(POLICY, DB);

        assertThat(route(CLIENT, db).targets())
                .containsExactly(new Target("tunnel:10.0.0.1:15820", "db-0", ProxyProtocol.NONE));
        assertThat(route(SERVER, db).listen().proxyProtocol()).isEqualTo(ProxyProtocol.NONE);
        assertThat(route(SERVER, db).targets())
                .containsExactly(new Target("unix:/run/db/db.sock", "", ProxyProtocol.V2));
    }

    @Test
    void withoutTunnelsTheHeaderGoesFromTheClientsSidecarThroughTheServersToTheApp() {
        Bridge db = Bridges.with(POLICY, PLAIN);

        assertThat(route(CLIENT, db).listen().proxyProtocol()).isEqualTo(ProxyProtocol.NONE);
        assertThat(route(CLIENT, db).targets())
                .containsExactly(new Target("tcp:10.0.0.1:5433", "db-0", ProxyProtocol.V2));
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
        assertThat(route(CLIENT, outside).tunnel()).isEqualTo(Tunnel.NONE);
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

    @Test
    void anotherTransportIsNewsToBothEndsAndMakesNoOtherPod() {
        for (ObservedPod pod : List.of(SERVER, CLIENT)) {
            assertThat(snapshot(pod, PLAIN).revision())
                    .isNotEqualTo(snapshot(pod, DB).revision());
            assertThat(view(PLAIN).planFor(pod).fingerprint())
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
        boolean plain = bridge.server() instanceof Server.Pods pods && pods.transport() instanceof Transport.Plain;
        SidecarReport serving = Pods.report(
                "shop/db/server", RouteState.BACKLOG_FULL, plain ? "tcp:0.0.0.0:5433" : "tunnel:0.0.0.0:15820");
        return Views.shop(List.of(bridge), List.of(SERVER, CLIENT), Map.of(SERVER.uid(), serving));
    }
}
