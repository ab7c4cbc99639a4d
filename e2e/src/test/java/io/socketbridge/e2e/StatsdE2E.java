package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Await;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.Example;
import io.socketbridge.e2e.harness.Script;
import io.socketbridge.e2e.harness.TestNamespace;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The files of {@code examples/statsd}: who counts is on one node, the server on the other; in tunnels, and then over UDP. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StatsdE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("statsd");

    private static final int COUNT = 20_000;

    private static AppPod server;
    private static AppPod client;

    @BeforeAll
    static void applyTheExample() {
        Cluster cluster = Cluster.get();
        Example.named("statsd")
                .with("statsd", cluster.firstNode())
                .with("client", cluster.secondNode())
                .applyTo(NAMESPACE);
        // Before anything is sent: sidecars take another way with records by listening anew.
        NAMESPACE.bridge("statsd").patch("spec: {overflow: Block}");
        server = NAMESPACE.bridgedPod("statsd");
        client = NAMESPACE.bridgedPod("client");
        assertThat(server.node()).isNotEqualTo(client.node());
        NAMESPACE.bridge("statsd").awaitReady();
    }

    @Test
    @Order(1)
    void inTunnelsWhoWaitsCountsToTheLast() {
        assertThat(client.exec(Script.python("statsd_client.py", "/sockets/statsd.sock", String.valueOf(COUNT)))
                        .output())
                .isEqualTo("sent");

        Await.untilAsserted(
                "all to be counted",
                () -> assertThat(sums()).containsEntry("visits", (double) COUNT).containsEntry("last", 42.0));
    }

    @Test
    @Order(2)
    void whatTheReadmeSaysWorks() {
        NAMESPACE.bridge("statsd").patch("spec: {overflow: DropNewest}");

        Await.untilAsserted("a visit to be counted", () -> {
            client.sh("echo -n 'hello:1|c' | socat - UNIX-SENDTO:$STATSD_SOCKET")
                    .output();
            assertThat(sums()).containsKey("hello");
        });
    }

    @Test
    @Order(3)
    void overUdpItWorksToo() {
        NAMESPACE.bridge("statsd").patch("spec: {transport: {protocol: UDP, tls: Disabled}}");

        Await.untilAsserted(
                "the condition to say what may be lost",
                () -> assertThat(NAMESPACE.bridge("statsd").condition("Lossless"))
                        .hasValueSatisfying(lossless -> {
                            assertThat(lossless.status()).isEqualTo("False");
                            assertThat(lossless.message()).contains("the network may lose packets");
                        }));
        NAMESPACE.bridge("statsd").awaitReady();
        Await.untilAsserted("a visit to be counted over UDP", () -> {
            client.sh("echo -n 'udp:1|c' | socat - UNIX-SENDTO:$STATSD_SOCKET").output();
            assertThat(sums()).containsKey("udp");
        });
    }

    private static Map<String, Double> sums() {
        return server.sh("cat /sums/sums")
                .output()
                .lines()
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf(' ')),
                        line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1))));
    }
}
