package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.Running;
import io.socketbridge.e2e.harness.Script;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With {@code limits.maxConnections} connections that are too many wait, as where a local server does not accept them. */
class ConnectionLimitE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("limit");

    @Test
    void oneThatIsTooManyWaitsUntilAnotherEndsOrTheLimitIsRaisedWhichReplacesNoPod() {
        NAMESPACE.apply("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata:
                  name: echo
                spec:
                  server:
                    selector: {matchLabels: {app: echo}}
                    path: /run/app/echo.sock
                  clients:
                  - selector: {matchLabels: {app: client}}
                    path: /sockets/echo.sock
                  limits: {maxConnections: 1}
                """);
        NAMESPACE.bridge("echo").awaitProgrammed();
        NAMESPACE.apply(
                Workload.running("echo", Script.python("echo.py", "/run/app/echo.sock"))
                        .on(Cluster.get().firstNode())
                        .deployment(1),
                Workload.idle("client").on(Cluster.get().secondNode()).deployment(1));
        AppPod server = NAMESPACE.bridgedPod("echo");
        AppPod client = NAMESPACE.bridgedPod("client");
        NAMESPACE.bridge("echo").awaitReady();

        try (Running first = talk(client)) {
            first.awaitLine("got hello");
            try (Running second = talk(client)) {
                assertWaits(second, client);
                first.tell("");
                second.awaitLine("got hello");

                try (Running third = talk(client)) {
                    assertWaits(third, client);
                    NAMESPACE.bridge("echo").patch("spec: {limits: {maxConnections: 2}}");
                    third.awaitLine("got hello");
                    second.tell("still here");
                    second.awaitLine("got still here");
                }
            }
        }
        NAMESPACE.bridge("echo").awaitReady();
        assertThat(NAMESPACE.bridgedPod("client").uid()).isEqualTo(client.uid());
        assertThat(NAMESPACE.bridgedPod("echo").uid()).isEqualTo(server.uid());
    }

    private static Running talk(AppPod client) {
        Running talk = client.start(Script.python("talk.py", "/sockets/echo.sock"));
        talk.awaitLine("connected");
        talk.tell("hello");
        return talk;
    }

    private static void assertWaits(Running talk, AppPod client) {
        client.awaitMetric("socketbridge_connections_at_limit", "echo", "1.0");
        assertThat(talk.lines()).containsExactly("connected");
    }
}
