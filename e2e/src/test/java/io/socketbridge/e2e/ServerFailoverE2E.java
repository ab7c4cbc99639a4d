package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Await;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.LogLine;
import io.socketbridge.e2e.harness.RedisApp;
import io.socketbridge.e2e.harness.Script;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server that dies and comes back elsewhere, with another address, while a client goes on asking. */
class ServerFailoverE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("failover");

    @Test
    void aClientThatGoesOnAskingReachesTheServerThatCameBackOnTheOtherNode() {
        Cluster cluster = Cluster.get();
        Workload server = RedisApp.server("redis");
        NAMESPACE.apply(RedisApp.bridge("cache", "client", "redis"));
        NAMESPACE.bridge("cache").awaitProgrammed();
        NAMESPACE.apply(
                server.on(cluster.firstNode()).statefulSetUpdatedOnDelete(),
                Workload.running("client", Script.python("reconnect.py", RedisApp.CLIENT_SOCKET))
                        .on(cluster.secondNode())
                        .deployment(1));
        AppPod first = NAMESPACE.bridgedPod("redis");
        AppPod client = NAMESPACE.bridgedPod("client");
        Await.until("the client's first answer", () -> answers(client).size() == 1);

        NAMESPACE.apply(server.on(cluster.secondNode()).statefulSetUpdatedOnDelete());
        first.kill();

        Await.until("an answer of the new server", () -> answers(client).size() >= 2);
        AppPod second = NAMESPACE.bridgedPod("redis");
        assertThat(second.node()).isEqualTo(cluster.secondNode()).isNotEqualTo(first.node());
        assertThat(NAMESPACE.pod("client").name()).isEqualTo(client.name());
        assertThat(client.restarts()).isZero();
        assertThat(answers(client))
                .as("one server before, one after: %s", client.log())
                .hasSize(2);
        NAMESPACE.bridge("cache").awaitReady();
        report(second, client);
    }

    /** Lines of the client's log that say that another server than before has answered. */
    private static List<LogLine> answers(AppPod client) {
        return lines(client, ": ok ");
    }

    private static List<LogLine> lines(AppPod pod, String text) {
        return pod.timedLog("app").stream()
                .filter(line -> line.text().contains(text))
                .toList();
    }

    private static void report(AppPod server, AppPod client) {
        Instant listening =
                lines(server, "ready to accept connections").getFirst().time();
        Instant answered = answers(client).getLast().time();
        System.out.println("[e2e] server moved: first answer "
                + Duration.between(listening, answered).toMillis()
                + " ms after the new server listened; the client saw\n" + client.log());
    }
}
