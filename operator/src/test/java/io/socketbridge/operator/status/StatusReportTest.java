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
import io.socketbridge.operator.plan.Views;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusReportTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private static final Bridge DB =
            bridge("db", 10, server("db", "/run/db/db.sock"), client("web", "/sockets/db.sock"));

    private static final ObservedPod SERVER = Pods.running("db-0", "db", "10.0.0.1", fingerprint("db"));
    private static final ObservedPod CLIENT = Pods.running("web-0", "web", "10.0.0.2", fingerprint("web"));

    private static final SidecarReport SERVING =
            Pods.report("shop/db/server", RouteState.READY, "tunnel:0.0.0.0:15820");
    private static final SidecarReport CONNECTED =
            Pods.report("shop/db/client/0", RouteState.READY, "unix:/sockets/db.sock");

    @Test
    void allIsWell() {
        SocketBridgeStatus status =
                status(List.of(SERVER, CLIENT), Map.of("uid-db-0", SERVING, "uid-web-0", CONNECTED));

        assertThat(Objects.requireNonNull(status.conditions()))
                .extracting(BridgeCondition::type, BridgeCondition::status)
                .containsExactly(
                        tuple("Accepted", "True"),
                        tuple("Programmed", "True"),
                        tuple("Ready", "True"),
                        tuple("Lossless", "True"),
                        tuple("Certified", "True"));
        assertThat(status.clientsReady()).isEqualTo("1/1");
        assertThat(status.serverSummary()).isEqualTo("app=db");
        assertThat(status.server()).isEqualTo(new PodCounts(1, 1, 1, 0));
        assertThat(status.endpoints()).containsExactly(new EndpointStatus("db-0", "10.0.0.1:15820"));
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
    void aServerThatDoesNotListenAsTheBridgeHasItYetDoesNotServe() {
        SidecarReport plain = Pods.report("shop/db/server", RouteState.READY, "tcp:0.0.0.0:20001");

        SocketBridgeStatus status = status(List.of(SERVER), Map.of("uid-db-0", plain));

        assertThat(condition("Ready", status).reason()).isEqualTo("NoServerReady");
        assertThat(condition("Ready", status).message())
                .isEqualTo("pod db-0: its sidecar does not serve this bridge yet");
        assertThat(status.server()).isEqualTo(new PodCounts(1, 1, 0, 0));
        assertThat(status.endpoints()).isEmpty();
    }

    /** As the sidecar says them. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SOCKET_MISSING    | there is no unix:/run/db/db.sock yet; is the app running?
            NOT_LISTENING     | unix:/run/db/db.sock exists, but nobody listens on it; is the app running?
            PERMISSION_DENIED | the sidecar's user may not write to unix:/run/db/db.sock; set runAsUser to the app's own
            NOT_A_SOCKET      | unix:/run/db/db.sock is not a socket
            ADDRESS_IN_USE    | tcp:0.0.0.0:5432: bind: Address already in use (EADDRINUSE); choose another port
            LISTEN_FAILED     |
            """)
    void whyAServerDoesNotServeIsToldInItsSidecarsWords(RouteState state, @Nullable String message) {
        SidecarReport report = serverSays(state, Objects.requireNonNullElse(message, ""));

        SocketBridgeStatus status = status(List.of(SERVER, CLIENT), Map.of("uid-db-0", report));

        assertThat(condition("Ready", status).status()).isEqualTo("False");
        assertThat(condition("Ready", status).reason()).isEqualTo("NoServerReady");
        assertThat(condition("Ready", status).message())
                .isEqualTo("pod db-0: " + Objects.requireNonNullElse(message, state.name()));
        assertThat(status.server()).isEqualTo(new PodCounts(1, 1, 0, 0));
        assertThat(status.endpoints()).isEmpty();
    }

    @Test
    void anAppWhoseBacklogIsFullServesAndIsTold() {
        SidecarReport full = serverSays(RouteState.BACKLOG_FULL, "the app's backlog is full");

        SocketBridgeStatus status = status(List.of(SERVER, CLIENT), Map.of("uid-db-0", full, "uid-web-0", CONNECTED));

        assertThat(condition("Ready", status).status()).isEqualTo("True");
        assertThat(condition("Ready", status).message())
                .isEqualTo("every client pod reaches a server; pod db-0: the app's backlog is full");
        assertThat(status.server()).isEqualTo(new PodCounts(1, 1, 1, 0));
        assertThat(status.endpoints()).hasSize(1);
    }

    @Test
    void aBacklogThatIsFullIsToldWithoutAMessageToo() {
        SidecarReport full = serverSays(RouteState.BACKLOG_FULL, "");

        assertThat(condition("Ready", status(List.of(SERVER), Map.of("uid-db-0", full)))
                        .message())
                .endsWith("; pod db-0: BACKLOG_FULL");
    }

    @Test
    void whatASidecarThatServesHasToSayIsTold() {
        SidecarReport remark = Pods.report(
                "shop/db/client/0", RouteState.READY, "its last connection was reset", "unix:/sockets/db.sock", true);

        assertThat(condition("Ready", status(List.of(SERVER, CLIENT), Map.of("uid-db-0", SERVING, "uid-web-0", remark)))
                        .message())
                .isEqualTo("every client pod reaches a server; pod web-0: its last connection was reset");
    }

    @Test
    void aServerThatLeavesItToAnotherIsTold() {
        ObservedPod other = Pods.running("db-1", "db", "10.0.0.3", fingerprint("db"));
        SidecarReport denied = serverSays(RouteState.PERMISSION_DENIED, "the sidecar's user may not write to it");

        SocketBridgeStatus status = status(
                List.of(SERVER, other, CLIENT),
                Map.of("uid-db-0", SERVING, "uid-db-1", denied, "uid-web-0", CONNECTED));

        assertThat(condition("Ready", status).status()).isEqualTo("True");
        assertThat(condition("Ready", status).message())
                .isEqualTo("every client pod reaches a server; pod db-1: the sidecar's user may not write to it");
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
    void aServerThatIsEndingAndAloneIsTold() {
        SocketBridgeStatus status =
                status(List.of(Pods.terminating(SERVER), CLIENT), Map.of("uid-db-0", SERVING, "uid-web-0", CONNECTED));

        assertThat(condition("Ready", status).status()).isEqualTo("True");
        assertThat(condition("Ready", status).message())
                .isEqualTo("every client pod reaches a server; pod db-0: it is ending, and gets connections as long as"
                        + " no other server is ready");
        assertThat(status.endpoints()).containsExactly(new EndpointStatus("db-0", "10.0.0.1:15820"));
    }

    @Test
    void theYoungerOfTwoThatWantAPathIsNotProgrammedAndTheOlderIs() {
        Bridge younger = bridge("younger", 1, server("x", "/x/x"), client("web", "/sockets/db.sock"));
        NamespaceView view = Views.shop(List.of(younger, DB), List.of(CLIENT), Map.of());

        SocketBridgeStatus status = status(younger, view);

        assertThat(condition("Programmed", status).reason()).isEqualTo("PathConflict");
        assertThat(condition("Programmed", status).message())
                .contains("web-0", "/sockets/db.sock", "older bridge shop/db");
        assertThat(condition("Programmed", status(DB, view)).status()).isEqualTo("True");
    }

    @Test
    void aBridgeThatIsNotAcceptedSaysWhyAndNothingElseIsTrue() {
        Bridge refused = Bridges.refused(DB);
        SocketBridgeStatus status = status(refused, Views.shop(List.of(refused), List.of(), Map.of()));

        assertThat(condition("Accepted", status).reason()).isEqualTo("NamespaceExcluded");
        assertThat(condition("Programmed", status).status()).isEqualTo("False");
        assertThat(condition("Ready", status).status()).isEqualTo("False");
    }

    @Test
    void beforeTheApiServerAsksItIsNotProgrammed() {
        NamespaceView view = Views.shop(List.of(DB), List.of(), Map.of());

        assertThat(condition(
                                "Programmed",
                                StatusReport.of(new Observation(DB, view, false, List.of()), Optional.empty(), NOW))
                        .reason())
                .isEqualTo("AdmissionPending");
    }

    @Test
    void aConditionKeepsItsTimeWhileItsStatusDoesNotChange() {
        NamespaceView without = Views.shop(List.of(DB), List.of(), Map.of());
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
        return status(DB, Views.shop(List.of(DB), pods, reports));
    }

    private static SocketBridgeStatus status(Bridge bridge, NamespaceView view) {
        return StatusReport.of(new Observation(bridge, view, true, List.of()), Optional.empty(), NOW);
    }

    private static SidecarReport serverSays(RouteState state, String message) {
        return Pods.report("shop/db/server", state, message, "tunnel:0.0.0.0:15820", true);
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
