package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Await;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.Running;
import io.socketbridge.e2e.harness.Script;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With {@code accessLog.samplePercent: 100} the sidecars say of each connection who it was, what it did, and how it ended. */
class AccessLogE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("log");

    @Test
    void eachConnectionIsALineInTheLogsOfBothSidecars() {
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
                  limits: {idleTimeout: 1s}
                  accessLog: {samplePercent: 100}
                """);
        NAMESPACE.bridge("echo").awaitProgrammed();
        NAMESPACE.apply(
                Workload.running("echo", Script.python("echo.py", "/run/app/echo.sock"))
                        .on(Cluster.get().firstNode())
                        .deployment(1),
                Workload.idle("client").on(Cluster.get().secondNode()).deployment(1));
        AppPod client = NAMESPACE.bridgedPod("client");
        AppPod server = NAMESPACE.bridgedPod("echo");
        NAMESPACE.bridge("echo").awaitReady();

        client.sh("socat -t 10 - UNIX-CONNECT:/sockets/echo.sock <<< hello").output();
        try (Running talk = client.start(Script.python("talk.py", "/sockets/echo.sock"))) {
            talk.tell("hello, and then silence");
            talk.awaitLine("ECONNRESET");
        }

        Await.untilAsserted(
                "two lines in the client's log",
                () -> assertThat(connections(client))
                        .satisfiesExactly(
                                first -> assertThat(first)
                                        .containsEntry("bridge", NAMESPACE.name() + "/echo")
                                        .containsEntry("role", "client")
                                        .containsEntry("socket", "/sockets/echo.sock")
                                        .containsEntry("uid", "65533")
                                        .containsEntry("gid", "65533")
                                        .doesNotContainKey("pid")
                                        .containsEntry("bytesToTarget", "6")
                                        .containsEntry("bytesFromTarget", "6")
                                        .containsEntry("end", "closed"),
                                second -> assertThat(second)
                                        .containsEntry("bytesToTarget", "24")
                                        .containsEntry("bytesFromTarget", "24")
                                        .containsKey("end")));
        Await.untilAsserted(
                "two lines in the server's log",
                () -> assertThat(connections(server))
                        .hasSize(2)
                        .allSatisfy(connection -> assertThat(connection).containsEntry("role", "server"))
                        .extracting(connection -> connection.get("bytesFromTarget"))
                        .containsExactly("6", "24"));
        assertThat(Stream.of(client, server)
                        .map(pod -> connections(pod).getLast().get("end")))
                .as("one of them has reset the silent connection, and the other has done so too or seen it")
                .contains("idle")
                .isSubsetOf("idle", "peer");
    }

    /** What the lines say that a sidecar has written about connections. */
    private static List<Map<String, String>> connections(AppPod pod) {
        return pod.timedLog(AppPod.SIDECAR).stream()
                .filter(line -> line.text().contains("connection ended"))
                .map(line -> Serialization.unmarshal(line.text(), JsonNode.class))
                .map(line -> line.get("mdc").properties().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, field -> field.getValue().asText())))
                .toList();
    }
}
