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

/** What a client may expect of a socket whose server is on its own machine, it gets from a bridged one. */
class LocalSocketE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("local");

    private static final String SERVER_SOCKET = "/run/app/app.sock";
    private static final String CLIENT_SOCKET = "/sockets/app.sock";

    private static final Workload SERVER =
            Workload.running("server", Script.python("half_close_server.py", SERVER_SOCKET));

    private static AppPod client;

    @BeforeAll
    static void startAClientWithoutAServer() {
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
        NAMESPACE.apply(Workload.idle("client").on(Cluster.get().secondNode()).deployment(1));
        client = NAMESPACE.bridgedPod("client");
    }

    @Test
    void withoutAServerAClientIsRefusedAndWithOneItIsServed() {
        assertThat(connect()).startsWith("ECONNREFUSED ");

        NAMESPACE.apply(SERVER.on(Cluster.get().firstNode()).deployment(1));
        Await.untilAsserted("a connection", () -> assertThat(connect()).startsWith("CONNECTED "));

        NAMESPACE.apply(SERVER.on(Cluster.get().firstNode()).deployment(0));
        Await.untilAsserted("a refusal", () -> assertThat(connect()).startsWith("ECONNREFUSED "));
    }

    @Test
    void aClientThatSaysThatItIsDoneStillGetsItsWholeAnswer() {
        awaitServer();
        List<String> lines = halfClose("C");
        String sent = lines.get(0).substring("sent ".length());
        assertThat(lines.get(1)).isEqualTo("answer " + sent + " 8000064");
    }

    @Test
    void aServerThatSaysThatItIsDoneStillHearsItsClient() {
        AppPod server = awaitServer();
        List<String> lines = halfClose("S");
        assertThat(lines.get(1)).endsWith(" 8000000");
        String sent = lines.get(0).substring("sent ".length());
        Await.untilAsserted(
                "the server to hear it all", () -> assertThat(server.log()).contains("received " + sent));
    }

    private static AppPod awaitServer() {
        NAMESPACE.apply(SERVER.on(Cluster.get().firstNode()).deployment(1));
        AppPod server = NAMESPACE.bridgedPod("server");
        Await.untilAsserted("a connection", () -> assertThat(connect()).startsWith("CONNECTED "));
        return server;
    }

    private static String connect() {
        return client.exec(Script.python("connect.py", CLIENT_SOCKET)).output();
    }

    private static List<String> halfClose(String firstToEnd) {
        return client.exec(Script.python("half_close_client.py", CLIENT_SOCKET, firstToEnd))
                .output()
                .lines()
                .toList();
    }
}
