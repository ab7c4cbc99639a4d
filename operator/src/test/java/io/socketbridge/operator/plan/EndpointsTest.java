package io.socketbridge.operator.plan;

import static io.socketbridge.operator.plan.Bridges.bridge;
import static io.socketbridge.operator.plan.Bridges.client;
import static io.socketbridge.operator.plan.Bridges.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.Route;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.contract.Target;
import io.socketbridge.contract.TcpAddress;
import io.socketbridge.contract.TunnelAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EndpointsTest {

    private static final Bridge DB =
            bridge("db", 10, server("db", "/run/db/db.sock"), client("web", "/sockets/db.sock"));

    private static final Bridge PLAIN =
            bridge("db", 10, server("db", "/run/db/db.sock", 0), client("web", "/sockets/db.sock"));

    private static final ObservedPod SERVER = Pods.running("db-0", "db", "10.0.0.1", "f");

    private static final ObservedPod CLIENT = Pods.running("web-0", "web", "10.0.0.2", "f");

    private static final SidecarReport READY = Pods.report("shop/db/server", RouteState.READY, "tunnel:0.0.0.0:15820");

    @Test
    void aServerWhoseSidecarSaysReadyIsAnEndpointAtThePortThatItGot() {
        assertThat(Endpoints.of(DB, view(SERVER, READY)))
                .containsExactly(new Endpoint(
                        "db-0", new TunnelAddress(new TcpAddress("10.0.0.1", 15_820)), Optional.of(SERVER)));
    }

    @Test
    void whatTheSidecarSeesCountsAndNotThePodsReadiness() {
        assertThat(Endpoints.of(DB, view(Pods.notReady(SERVER), READY))).hasSize(1);
        assertThat(Endpoints.of(
                        DB,
                        view(SERVER, Pods.report("shop/db/server", RouteState.SOCKET_MISSING, "tunnel:0.0.0.0:15820"))))
                .isEmpty();
    }

    @Test
    void anAppWhoseBacklogIsFullServes() {
        assertThat(Endpoints.of(
                        DB,
                        view(SERVER, Pods.report("shop/db/server", RouteState.BACKLOG_FULL, "tunnel:0.0.0.0:15820"))))
                .hasSize(1);
    }

    @Test
    void aPodThatHasEndedIsNone() {
        assertThat(Endpoints.of(DB, view(Pods.finished(SERVER), READY))).isEmpty();
        assertThat(Endpoints.of(DB, view(Pods.finished(Pods.terminating(SERVER)), READY)))
                .isEmpty();
    }

    @Test
    void aPodThatGoesIsOneOnlyWhileNoOtherServes() {
        ObservedPod going = Pods.terminating(SERVER);
        ObservedPod other = Pods.running("db-1", "db", "10.0.0.3", "f");
        List<ObservedPod> pods = List.of(going, other, CLIENT);
        SidecarReport missing = Pods.report("shop/db/server", RouteState.SOCKET_MISSING, "tunnel:0.0.0.0:15820");

        assertThat(Endpoints.of(DB, Views.shop(List.of(DB), pods, Map.of("uid-db-0", READY, "uid-db-1", READY))))
                .extracting(Endpoint::name)
                .containsExactly("db-1");
        assertThat(Endpoints.of(DB, Views.shop(List.of(DB), pods, Map.of("uid-db-0", READY, "uid-db-1", missing))))
                .extracting(Endpoint::name)
                .containsExactly("db-0");
        assertThat(Endpoints.of(DB, Views.shop(List.of(DB), pods, Map.of("uid-db-0", missing, "uid-db-1", missing))))
                .isEmpty();
    }

    @Test
    void aPodThatGoesAndOfWhichNothingIsHeardIsNone() {
        SidecarReport stale = Pods.report("shop/db/server", RouteState.READY, "tunnel:0.0.0.0:15820", false);

        assertThat(Endpoints.of(DB, view(Pods.notReady(Pods.terminating(SERVER)), stale)))
                .isEmpty();
    }

    @Test
    void aSilentSidecarIsBelievedAsLongAsItsKubeletVouchesForThePod() {
        SidecarReport stale = Pods.report("shop/db/server", RouteState.READY, "tunnel:0.0.0.0:15820", false);

        assertThat(Endpoints.of(DB, view(SERVER, stale))).hasSize(1);
        assertThat(Endpoints.of(DB, view(Pods.notReady(SERVER), stale))).isEmpty();
    }

    @Test
    void nonsenseFromASidecarIsNoEndpoint() {
        assertThat(Endpoints.of(DB, view(SERVER, Pods.report("shop/db/server", RouteState.READY, "tunnel:evil"))))
                .isEmpty();
        assertThat(Endpoints.of(DB, view(SERVER, Pods.report("shop/db/server", RouteState.READY, "tunnel:0.0.0.0:0"))))
                .isEmpty();
        assertThat(Endpoints.of(DB, view(SERVER, Pods.report("shop/db/server", RouteState.READY, "unix:/x"))))
                .isEmpty();
        assertThat(Endpoints.of(
                        DB, view(SERVER, Pods.report("shop/other/server", RouteState.READY, "tunnel:0.0.0.0:1"))))
                .isEmpty();
    }

    @Test
    void aServerOfPlainTcpIsAnEndpointAtThePortThatItGot() {
        SidecarReport plain = Pods.report("shop/db/server", RouteState.READY, "tcp:0.0.0.0:20001");

        assertThat(Endpoints.of(PLAIN, view(PLAIN, SERVER, plain)))
                .containsExactly(new Endpoint("db-0", new TcpAddress("10.0.0.1", 20_001), Optional.of(SERVER)));
    }

    @Test
    void aServerThatDoesNotListenAsTheBridgeHasItYetIsNone() {
        SidecarReport plain = Pods.report("shop/db/server", RouteState.READY, "tcp:0.0.0.0:20001");

        assertThat(Endpoints.of(DB, view(SERVER, plain)))
                .as("nobody is to speak in the clear")
                .isEmpty();
        assertThat(Endpoints.of(PLAIN, view(PLAIN, SERVER, READY))).isEmpty();
    }

    @Test
    void anAddressIsItsOwnEndpoint() {
        Bridge outside = bridge("db", 10, Bridges.address("db.example.com", 5_432), client("web", "/sockets/db.sock"));

        assertThat(Endpoints.of(outside, view(SERVER, READY)))
                .containsExactly(
                        new Endpoint("db.example.com", new TcpAddress("db.example.com", 5_432), Optional.empty()));
    }

    @Test
    void aClientIsToldTheEndpoints() {
        Snapshot snapshot = SnapshotPlan.of(CLIENT, view(SERVER, READY));

        assertThat(snapshot.routes()).singleElement().satisfies(route -> {
            assertThat(route.listen().address()).isEqualTo("unix:/sockets/db.sock");
            assertThat(route.listen().mode()).isEqualTo("0660");
            assertThat(route.targets()).containsExactly(new Target("tunnel:10.0.0.1:15820", "db-0"));
        });
    }

    @Test
    void theRevisionChangesWithTheRoutesAndOnlyWithThem() {
        Snapshot one = SnapshotPlan.of(CLIENT, view(SERVER, READY));
        Snapshot same = SnapshotPlan.of(CLIENT, view(Pods.notReady(SERVER), READY));
        Snapshot gone = SnapshotPlan.of(CLIENT, view(Pods.finished(SERVER), READY));

        assertThat(same).isEqualTo(one);
        assertThat(gone.revision()).isNotEqualTo(one.revision());
    }

    @Test
    void aServerListensForTheFamilyOfItsPod() {
        ObservedPod six = Pods.running("db-0", "db", "fd00::1", "f");

        assertThat(SnapshotPlan.of(six, view(six, READY)).routes())
                .extracting(route -> route.listen().address())
                .containsExactly("tunnel:[::]:15820");
        assertThat(SnapshotPlan.of(six, view(PLAIN, six, READY)).routes())
                .extracting(route -> route.listen().address())
                .singleElement()
                .asString()
                .startsWith("tcp:[::]:2");
        assertThat(SnapshotPlan.of(SERVER, view(SERVER, READY)).routes())
                .extracting(Route::targets)
                .containsExactly(List.of(new Target("unix:/run/db/db.sock", "")));
    }

    @Test
    void aSnapshotIsPrematureForASidecarThatServesWhileAServerHasNotReported() {
        NamespaceView unreported = Views.shop(List.of(DB), List.of(SERVER, CLIENT), Map.of());

        assertThat(SnapshotPlan.isPremature(CLIENT, unreported)).isTrue();
        assertThat(SnapshotPlan.isPremature(Pods.starting(CLIENT), unreported)).isFalse();
        assertThat(SnapshotPlan.isPremature(SERVER, unreported)).isFalse();
        assertThat(SnapshotPlan.isPremature(CLIENT, view(SERVER, READY))).isFalse();
        ObservedPod starting = Pods.starting(SERVER);
        assertThat(SnapshotPlan.isPremature(CLIENT, Views.shop(List.of(DB), List.of(starting, CLIENT), Map.of())))
                .isFalse();
    }

    private static NamespaceView view(ObservedPod serving, SidecarReport report) {
        return view(DB, serving, report);
    }

    private static NamespaceView view(Bridge bridge, ObservedPod serving, SidecarReport report) {
        return Views.shop(List.of(bridge), List.of(serving, CLIENT), Map.of(serving.uid(), report));
    }
}
