package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Await;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.Example;
import io.socketbridge.e2e.harness.TestNamespace;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The files of {@code examples/rsyslog}: who logs is on one node, rsyslog on the other. */
class SyslogE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("syslog");

    private static final int LINES = 100_000;

    private static AppPod server;
    private static AppPod client;

    @BeforeAll
    static void applyTheExample() {
        Cluster cluster = Cluster.get();
        Example.named("rsyslog")
                .with("rsyslog", cluster.firstNode())
                .with("client", cluster.secondNode())
                .applyTo(NAMESPACE);
        server = NAMESPACE.bridgedPod("rsyslog");
        client = NAMESPACE.bridgedPod("client");
        assertThat(server.node()).isNotEqualTo(client.node());
        NAMESPACE.bridge("syslog").awaitReady();
        Await.untilAsserted("a line to arrive", () -> {
            client.sh("logger --socket /sockets/log.sock --udp --socket-errors=on hello")
                    .output();
            assertThat(lines("^hello$")).isPositive();
        });
    }

    @Test
    void aHundredThousandLinesArriveEachOnceAndInTheirOrder() {
        client.sh("seq -f 'line %.0f of the log' " + LINES
                        + " | logger --socket /sockets/log.sock --udp --socket-errors=on")
                .output();

        Await.untilAsserted(
                "the last line",
                () -> assertThat(lines("^line " + LINES + " of the log$")).isOne());
        assertThat(server.sh("grep '^line ' /logs/log | cmp - <(seq -f 'line %.0f of the log' " + LINES + ")")
                        .output())
                .as("what differs from what was sent")
                .isEmpty();
    }

    @Test
    void aLineIsWhatWasSentByteForByte() {
        String line = "umlauts äöü, quotes \\\" and ' and $dollars, tabs no; " + "x".repeat(1_500);
        client.sh("logger --size 8000 --socket /sockets/log.sock --udp \"" + line.replace("$", "\\$") + "\"")
                .output();

        Await.untilAsserted(
                "the line",
                () -> assertThat(server.sh("grep '^umlauts' /logs/log").output())
                        .isEqualTo(line.replace("\\\"", "\"")));
    }

    @Test
    void theBridgeSaysThatNothingIsLost() {
        assertThat(NAMESPACE.bridge("syslog").condition("Lossless"))
                .hasValueSatisfying(lossless -> assertThat(lossless.isTrue()).isTrue());
    }

    private static long lines(String pattern) {
        return Long.parseLong(
                server.sh("grep '" + pattern + "' /logs/log | wc -l").output());
    }
}
