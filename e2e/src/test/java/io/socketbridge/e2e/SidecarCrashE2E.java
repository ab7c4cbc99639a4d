package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Await;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.Running;
import io.socketbridge.e2e.harness.Script;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A sidecar that is killed amid an answer, and is started again in the same pod. */
class SidecarCrashE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("crash");

    private static AppPod server;
    private static AppPod client;

    @BeforeAll
    static void startThem() {
        NAMESPACE.apply("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata:
                  name: endless
                spec:
                  # A sidecar that has just started again says at first that it does not serve yet.
                  whenUnavailable: Wait
                  server:
                    selector: {matchLabels: {app: server}}
                    path: /run/app/app.sock
                  clients:
                  - selector: {matchLabels: {app: client}}
                    path: /sockets/app.sock
                """);
        NAMESPACE.bridge("endless").awaitProgrammed();
        // So that the app, which is the sidecar's user, can kill it.
        NAMESPACE.apply(
                Workload.running("server", Script.python("endless.py", "/run/app/app.sock"))
                        .with(spec -> spec.setShareProcessNamespace(true))
                        .on(Cluster.get().firstNode())
                        .deployment(1),
                Workload.idle("client")
                        .with(spec -> spec.setShareProcessNamespace(true))
                        .on(Cluster.get().secondNode())
                        .deployment(1));
        server = NAMESPACE.bridgedPod("server");
        client = NAMESPACE.bridgedPod("client");
        NAMESPACE.bridge("endless").awaitReady();
    }

    @Test
    void whenTheClientsSidecarIsKilledItsAppGetsAnErrorAndTheBridgeWorksAgain() {
        assertSurvivesTheKillOf(client);
    }

    @Test
    void whenTheServersSidecarIsKilledTheClientsAppGetsAnErrorAndTheBridgeWorksAgain() {
        assertSurvivesTheKillOf(server);
    }

    private static void assertSurvivesTheKillOf(AppPod pod) {
        try (Running download = client.start(Script.python("download.py", "/sockets/app.sock"))) {
            download.awaitLine("reading");
            pod.sh("pkill -KILL -x java").output();
            assertThat(download.end().output()).contains("ECONNRESET after ").doesNotContain("end of file");
        }

        Await.untilAsserted(
                "the sidecar's restart", () -> assertThat(pod.sidecarRestarts()).isOne());
        Await.untilAsserted(
                "an answer",
                () -> assertThat(client.sh("socat -u UNIX-CONNECT:/sockets/app.sock - | head -c 1")
                                .stdout())
                        .isEqualTo("x"));
        assertThat(pod.restarts()).isZero();
        assertThat(NAMESPACE.bridgedPod("client").uid()).isEqualTo(client.uid());
        assertThat(NAMESPACE.bridgedPod("server").uid()).isEqualTo(server.uid());
        NAMESPACE.bridge("endless").awaitReady();
    }
}
