package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Await;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.Script;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sequenced packets between two nodes: records are whole and in order, with their headers and their ends. */
class SeqPacketE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("seqpacket");

    private static AppPod client;

    @BeforeAll
    static void connectThem() {
        Cluster cluster = Cluster.get();
        bridge("echo", "/run/echo/echo.sock", "/sockets/echo/echo.sock");
        bridge("parts", "/run/parts/parts.sock", "/sockets/parts/parts.sock");
        NAMESPACE.apply("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata: {name: headers}
                spec:
                  type: SeqPacket
                  server: {selector: {matchLabels: {app: headers}}, path: /run/echo/echo.sock}
                  clients: [{selector: {matchLabels: {app: client}}, path: /sockets/headers/headers.sock}]
                  headers: {onInput: true, onOutput: true}
                """);
        for (String name : List.of("echo", "parts", "headers")) {
            NAMESPACE.bridge(name).awaitProgrammed();
        }
        NAMESPACE.apply(
                Workload.running("echo", Script.python("record_echo.py", "/run/echo/echo.sock", "SeqPacket"))
                        .on(cluster.firstNode())
                        .deployment(1),
                Workload.running("headers", Script.python("record_echo.py", "/run/echo/echo.sock", "SeqPacket"))
                        .on(cluster.firstNode())
                        .deployment(1),
                Workload.running("parts", Script.python("record_parts.py", "/run/parts/parts.sock"))
                        .on(cluster.firstNode())
                        .deployment(1),
                Workload.idle("client").on(cluster.secondNode()).deployment(1));
        client = NAMESPACE.bridgedPod("client");
        for (String name : List.of("echo", "parts", "headers")) {
            NAMESPACE.bridge(name).awaitReady();
        }
    }

    @Test
    void tenThousandRecordsComeBackWholeAndInOrderAndThenTheEnd() {
        assertThat(client.exec(Script.python(
                                "record_client.py", "/sockets/echo/echo.sock", "SeqPacket", "10000", "4000"))
                        .output())
                .endsWith("end True\nsame 10000");
    }

    @Test
    void aClientThatHasSaidAllHearsWhatItsServerSaysThen() {
        assertThat(client.exec(Script.python(
                                "record_half.py", "/sockets/parts/parts.sock", "1", "65536", "3", "100000", "7"))
                        .output())
                .isEqualTo("1 65536 3 100000 7\nend True");
    }

    /** The server has headers put in front of what it reads, and in front of what it writes: an echo sends them back. */
    @Test
    void headersThatAnAppWritesAreReadByTheOtherAndCarryASequenceNumber() {
        Await.untilAsserted(
                "records with headers",
                () -> assertThat(client.exec(Script.python("record_headers.py", "/sockets/headers/headers.sock"))
                                .output())
                        .isEqualTo("16 7 0 first\n0 200 1 part\n16 200 2 end"));
    }

    @Test
    void theBridgeSaysThatNothingIsLost() {
        assertThat(NAMESPACE.bridge("echo").condition("Lossless"))
                .hasValueSatisfying(lossless -> assertThat(lossless.isTrue()).isTrue());
    }

    private static void bridge(String name, String server, String ofClient) {
        NAMESPACE.apply("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata: {name: %s}
                spec:
                  type: SeqPacket
                  server: {selector: {matchLabels: {app: %s}}, path: %s}
                  clients: [{selector: {matchLabels: {app: client}}, path: %s}]
                """.formatted(name, name, server, ofClient));
    }
}
