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

/** Each direction of a connection ends by itself, and the other lives on. */
class HalfCloseE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("half-close");

    private static final String SERVER_SOCKET = "/run/app/app.sock";
    private static final String CLIENT_SOCKET = "/sockets/app.sock";

    private static AppPod server;
    private static AppPod client;

    @BeforeAll
    static void connectThem() {
        Cluster cluster = Cluster.get();
        NAMESPACE.apply("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata:
                  name: app
                spec:
                  type: Stream
                  server:
                    selector: {matchLabels: {app: server}}
                    path: %s
                  clients:
                  - selector: {matchLabels: {app: client}}
                    path: %s
                """.formatted(SERVER_SOCKET, CLIENT_SOCKET));
        NAMESPACE.bridge("app").awaitProgrammed();
        NAMESPACE.apply(
                Workload.running("server", Script.python("half_close_server.py", SERVER_SOCKET))
                        .on(cluster.firstNode())
                        .deployment(1),
                Workload.idle("client").on(cluster.secondNode()).deployment(1));
        server = NAMESPACE.bridgedPod("server");
        client = NAMESPACE.bridgedPod("client");
        Await.untilAsserted(
                "a connection",
                () -> assertThat(client.exec(Script.python("connect.py", CLIENT_SOCKET))
                                .output())
                        .startsWith("CONNECTED "));
    }

    @Test
    void aClientThatHasSaidAllStillGetsItsWholeAnswer() {
        List<String> lines = halfClose("C");
        assertThat(lines.get(1)).isEqualTo("answer " + sent(lines) + " 8000064");
    }

    @Test
    void aServerThatHasSaidAllStillHearsItsClientOut() {
        List<String> lines = halfClose("S");
        assertThat(lines.get(1)).endsWith(" 8000000");
        Await.untilAsserted(
                "the server to hear it all", () -> assertThat(server.log()).contains("received " + sent(lines)));
    }

    private static List<String> halfClose(String firstToEnd) {
        return client.exec(Script.python("half_close_client.py", CLIENT_SOCKET, firstToEnd))
                .output()
                .lines()
                .toList();
    }

    private static String sent(List<String> lines) {
        return lines.getFirst().substring("sent ".length());
    }
}
