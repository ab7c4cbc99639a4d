package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.Running;
import io.socketbridge.e2e.harness.Script;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A pod that ends: its apps first, and its sidecar only when they have ended and all has been delivered. */
class DrainE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("drain");

    private static final Duration GRACE_PERIOD = Duration.ofSeconds(90);

    /** What a pod that has ended by itself is far from. */
    private static final Duration WELL_BEFORE = Duration.ofSeconds(45);

    private static final String SERVER_SOCKET = "/run/app/app.sock";
    private static final String CLIENT_SOCKET = "/sockets/app.sock";

    @Test
    void anAppThatIsToldToEndCanStillUseItsSocketAndItsPodEndsSoonAfterIt() {
        bridge("echo", "curious");
        NAMESPACE.apply(server("echo", "echo.py").pod());
        NAMESPACE.bridgedPod("echo");
        NAMESPACE.apply(Workload.running("curious", Script.python("last_question.py", CLIENT_SOCKET))
                .with(spec -> spec.setTerminationGracePeriodSeconds(GRACE_PERIOD.toSeconds()))
                .on(Cluster.get().secondNode())
                .pod());
        AppPod client = NAMESPACE.bridgedPod("curious");
        client.awaitLog("connected");

        assertEndsInOrder(client);
    }

    @Test
    void whatAServerAnswersWhileItEndsArrives() {
        bridge("thoughtful", "client");
        NAMESPACE.apply(
                server("thoughtful", "last_answer.py").pod(),
                Workload.idle("client").on(Cluster.get().secondNode()).pod());
        AppPod client = NAMESPACE.bridgedPod("client");
        AppPod server = NAMESPACE.bridgedPod("thoughtful");
        NAMESPACE.bridge("thoughtful").awaitReady();

        try (Running download = client.start(Script.python("download.py", CLIENT_SOCKET))) {
            server.awaitLog("asked");
            assertEndsInOrder(server);
            assertThat(download.end().output()).endsWith("end of file after 8000000 bytes");
        }
    }

    /** The app did what it wanted, the sidecar ended by itself after it, and nobody waited for the grace period to run out. */
    private static void assertEndsInOrder(AppPod pod) {
        Instant told = Instant.now();
        Pod atTheEnd = pod.end();
        Duration took = Duration.between(told, Instant.now());

        var app = AppPod.statusOf(atTheEnd, "app").getState().getTerminated();
        var sidecar = AppPod.statusOf(atTheEnd, AppPod.SIDECAR).getState().getTerminated();
        assertThat(app.getExitCode()).as("%s", app).isZero();
        assertThat(sidecar.getExitCode()).as("%s", sidecar).isZero();
        assertThat(Instant.parse(sidecar.getFinishedAt())).isAfterOrEqualTo(Instant.parse(app.getFinishedAt()));
        assertThat(took).isLessThan(WELL_BEFORE);
    }

    private static void bridge(String server, String client) {
        NAMESPACE.apply("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata:
                  name: %1$s
                spec:
                  server:
                    selector: {matchLabels: {app: %1$s}}
                    path: %2$s
                  clients:
                  - selector: {matchLabels: {app: %3$s}}
                    path: %4$s
                  whenUnavailable: Wait
                  limits: {drainTimeout: 30s}
                """.formatted(server, SERVER_SOCKET, client, CLIENT_SOCKET));
        NAMESPACE.bridge(server).awaitProgrammed();
    }

    private static Workload server(String name, String program) {
        return Workload.running(name, Script.python(program, SERVER_SOCKET))
                .with(spec -> spec.setTerminationGracePeriodSeconds(GRACE_PERIOD.toSeconds()))
                .on(Cluster.get().firstNode());
    }
}
