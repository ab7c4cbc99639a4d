package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Await;
import io.socketbridge.e2e.harness.Cluster;
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
        assertThat(answers(client)).as("one server before, one after").hasSize(2);
        NAMESPACE.bridge("cache").awaitReady();
        report(second, client);
    }

    /** Lines of the client's log that say that another server than before has answered. */
    private static List<String> answers(AppPod client) {
        return client.timedLog(
                        client.resource().getSpec().getContainers().getFirst().getName())
                .lines()
                .filter(line -> line.contains(": ok "))
                .toList();
    }

    private static void report(AppPod server, AppPod client) {
        Instant listening = server.timedLog("app")
                .lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).contains("ready to accept connections"))
                .map(ServerFailoverE2E::time)
                .findFirst()
                .orElseThrow();
        Instant answered = time(answers(client).getLast());
        System.out.println("[e2e] server moved: first answer "
                + Duration.between(listening, answered).toMillis()
                + " ms after the new server listened; the client saw\n" + client.log());
    }

    private static Instant time(String line) {
        return Instant.parse(line.substring(0, line.indexOf(' ')));
    }
}
