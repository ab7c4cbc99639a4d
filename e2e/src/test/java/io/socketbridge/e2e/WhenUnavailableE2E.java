package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.Running;
import io.socketbridge.e2e.harness.Script;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With {@code whenUnavailable: Wait} a connection waits for a server, as long as {@code limits.connectTimeout} says. */
class WhenUnavailableE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("wait");

    private static AppPod client;

    @BeforeAll
    static void startAClientWithoutAServer() {
        bridge("patient", "5m");
        bridge("impatient", "1500ms");
        NAMESPACE.apply(Workload.idle("client").on(Cluster.get().secondNode()).deployment(1));
        client = NAMESPACE.bridgedPod("client");
    }

    @Test
    void aClientThatConnectsBeforeThereIsAServerIsHeldAndAnsweredOnceThereIs() {
        try (Running talk = client.start(Script.python("talk.py", "/sockets/patient.sock"))) {
            talk.awaitLine("connected");
            talk.tell("hello");
            assertThat(NAMESPACE.bridge("patient").condition("Ready"))
                    .hasValueSatisfying(
                            ready -> assertThat(ready.reason()).as("%s", ready).isEqualTo("NoServerPods"));
            NAMESPACE.apply(Workload.running("patient", Script.python("echo.py", "/run/app/app.sock"))
                    .on(Cluster.get().firstNode())
                    .deployment(1));
            talk.awaitLine("got hello");
        }
    }

    @Test
    void aClientIsResetWhenItsTimeHasRunOutAndNotBefore() {
        try (Running talk = client.start(Script.python("talk.py", "/sockets/impatient.sock"))) {
            talk.tell("hello");
            assertThat(millis(talk.awaitLine("ECONNRESET after "))).isGreaterThanOrEqualTo(1500);
        }
    }

    @Test
    void aClientThatHasSentNothingSeesAnEndWhenItsTimeHasRunOut() {
        try (Running talk = client.start(Script.python("talk.py", "/sockets/impatient.sock"))) {
            assertThat(millis(talk.awaitLine("end of file after "))).isGreaterThanOrEqualTo(1500);
        }
    }

    private static int millis(String line) {
        return Integer.parseInt(line.replaceAll("[^0-9]", ""));
    }

    private static void bridge(String server, String connectTimeout) {
        NAMESPACE.apply("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata:
                  name: %1$s
                spec:
                  server:
                    selector: {matchLabels: {app: %1$s}}
                    path: /run/app/app.sock
                  clients:
                  - selector: {matchLabels: {app: client}}
                    path: /sockets/%1$s.sock
                  whenUnavailable: Wait
                  limits: {connectTimeout: %2$s}
                """.formatted(server, connectTimeout));
        NAMESPACE.bridge(server).awaitProgrammed();
    }
}
