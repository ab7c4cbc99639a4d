package io.socketbridge.operator.status;

import static io.socketbridge.operator.plan.Bridges.bridge;
import static io.socketbridge.operator.plan.Bridges.client;
import static io.socketbridge.operator.plan.Bridges.server;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.socketbridge.api.v1alpha1.BridgeCondition;
import io.socketbridge.api.v1alpha1.EndpointStatus;
import io.socketbridge.api.v1alpha1.PodCounts;
import io.socketbridge.api.v1alpha1.SocketBridgeStatus;
import io.socketbridge.contract.RouteState;
import io.socketbridge.operator.plan.Bridge;
import io.socketbridge.operator.plan.Bridges;
import io.socketbridge.operator.plan.NamespaceView;
import io.socketbridge.operator.plan.ObservedPod;
import io.socketbridge.operator.plan.PodPlan;
import io.socketbridge.operator.plan.Pods;
import io.socketbridge.operator.plan.SidecarReport;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatusReportTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private static final Bridge DB =
            bridge("db", 10, server("db", "/run/db/db.sock"), client("web", "/sockets/db.sock"));

    private static final ObservedPod SERVER = Pods.running("db-0", "db", "10.0.0.1", fingerprint("db"));
    private static final ObservedPod CLIENT = Pods.running("web-0", "web", "10.0.0.2", fingerprint("web"));

    private static final SidecarReport SERVING = Pods.report("shop/db/server", RouteState.READY, "tcp:0.0.0.0:20001");
    private static final SidecarReport CONNECTED =
            Pods.report("shop/db/client/0", RouteState.READY, "unix:/sockets/db.sock");

    @Test
    void allIsWell() {
        SocketBridgeStatus status =
                status(List.of(SERVER, CLIENT), Map.of("uid-db-0", SERVING, "uid-web-0", CONNECTED));

        assertThat(Objects.requireNonNull(status.conditions()))
                .extracting(BridgeCondition::type, BridgeCondition::status)
                .containsExactly(tuple("Accepted", "True"), tuple("Programmed", "True"), tuple("Ready", "True"));
        assertThat(status.clientsReady()).isEqualTo("1/1");
        assertThat(status.serverSummary()).isEqualTo("app=db");
        assertThat(status.server()).isEqualTo(new PodCounts(1, 1, 1, 0));
        assertThat(status.endpoints()).containsExactly(new EndpointStatus("db-0", "10.0.0.1:20001"));
    }

    @Test
    void withoutAServersPodItSaysWhichSelectorMatchesNone() {
        assertThat(condition("Ready", status(List.of(CLIENT), Map.of("uid-web-0", CONNECTED))))
                .satisfies(ready -> {
                    assertThat(ready.reason()).isEqualTo("NoServerPods");
                    assertThat(ready.message()).contains("app=db");
                });
    }

    @Test
    void whatASidecarSeesIsPassedOnWithThePodsName() {
        SidecarReport missing = Pods.report("shop/db/server", RouteState.SOCKET_MISSING, "tcp:0.0.0.0:20001");

        assertThat(condition("Ready", status(List.of(SERVER, CLIENT), Map.of("uid-db-0", missing))))
                .satisfies(ready -> {
                    assertThat(ready.reason()).isEqualTo("NoServerReady");
                    assertThat(ready.message()).isEqualTo("pod db-0: socket_missing");
                });
    }

    @Test
    void aPodWithoutItsSidecarIsOutdatedAndNotReady() {
        SocketBridgeStatus status = status(List.of(SERVER, Pods.bare("job-1", "web")), Map.of("uid-db-0", SERVING));

        assertThat(condition("Programmed", status).reason()).isEqualTo("PodsOutdated");
        assertThat(condition("Programmed", status).message()).contains("job-1");
        assertThat(condition("Ready", status).reason()).isEqualTo("ClientsNotReady");
        assertThat(Objects.requireNonNull(status.clients()).getFirst().pods()).isEqualTo(new PodCounts(1, 0, 0, 1));
    }

    @Test
    void podsThatGoOrHaveEndedDoNotCount() {
        SocketBridgeStatus status = status(
                List.of(SERVER, Pods.terminating(CLIENT), Pods.finished(Pods.bare("job-1", "web"))),
                Map.of("uid-db-0", SERVING));

        assertThat(status.clientsReady()).isEqualTo("0/0");
        assertThat(condition("Ready", status).status()).isEqualTo("True");
    }

    @Test
    void theYoungerOfTwoThatWantAPathIsNotProgrammedAndTheOlderIs() {
        Bridge younger = bridge("younger", 1, server("x", "/x/x"), client("web", "/sockets/db.sock"));
        NamespaceView view = new NamespaceView("shop", List.of(younger, DB), List.of(CLIENT), Map.of());

        SocketBridgeStatus status = status(younger, view);

        assertThat(condition("Programmed", status).reason()).isEqualTo("PathConflict");
        assertThat(condition("Programmed", status).message())
                .contains("web-0", "/sockets/db.sock", "older bridge shop/db");
        assertThat(condition("Programmed", status(DB, view)).status()).isEqualTo("True");
    }

    @Test
    void aBridgeThatIsNotAcceptedSaysWhyAndNothingElseIsTrue() {
        Bridge refused = Bridges.refused(DB);
        SocketBridgeStatus status = status(refused, new NamespaceView("shop", List.of(refused), List.of(), Map.of()));

        assertThat(condition("Accepted", status).reason()).isEqualTo("NamespaceExcluded");
        assertThat(condition("Programmed", status).status()).isEqualTo("False");
        assertThat(condition("Ready", status).status()).isEqualTo("False");
    }

    @Test
    void beforeTheApiServerAsksItIsNotProgrammed() {
        NamespaceView view = new NamespaceView("shop", List.of(DB), List.of(), Map.of());

        assertThat(condition(
                                "Programmed",
                                StatusReport.of(new Observation(DB, view, false, List.of()), Optional.empty(), NOW))
                        .reason())
                .isEqualTo("AdmissionPending");
    }

    @Test
    void aConditionKeepsItsTimeWhileItsStatusDoesNotChange() {
        NamespaceView without = new NamespaceView("shop", List.of(DB), List.of(), Map.of());
        SocketBridgeStatus before = status(DB, without);
        SocketBridgeStatus after = StatusReport.of(
                new Observation(DB, without, true, List.of()), Optional.of(before), NOW.plusSeconds(60));

        assertThat(after).isEqualTo(before);
    }

    @Test
    void manyPodsAreNotAllToldByName() {
        List<ObservedPod> many = IntStream.range(0, 9)
                .mapToObj(i -> Pods.bare("job-" + i, "web"))
                .toList();

        assertThat(condition("Programmed", status(many, Map.of())).message()).contains("job-0, job-1, job-2, 6 more");
    }

    private static SocketBridgeStatus status(List<ObservedPod> pods, Map<String, SidecarReport> reports) {
        return status(DB, new NamespaceView("shop", List.of(DB), pods, reports));
    }

    private static SocketBridgeStatus status(Bridge bridge, NamespaceView view) {
        return StatusReport.of(new Observation(bridge, view, true, List.of()), Optional.empty(), NOW);
    }

    private static BridgeCondition condition(String type, SocketBridgeStatus status) {
        return Objects.requireNonNull(status.conditions()).stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private static String fingerprint(String app) {
        return PodPlan.of(List.of(DB), Map.of("app", app)).fingerprint();
    }
}
