package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.Example;
import io.socketbridge.e2e.harness.RedisApp;
import io.socketbridge.e2e.harness.TestNamespace;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The files of {@code examples/redis}: a server without a TCP port on one node, its client on the other. */
class RedisE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("redis");

    private static AppPod client;

    @BeforeAll
    static void applyTheExample() {
        Cluster cluster = Cluster.get();
        Example.named("redis")
                .with("redis", cluster.firstNode())
                .with("client", cluster.secondNode())
                .applyTo(NAMESPACE);
        AppPod server = NAMESPACE.bridgedPod("redis");
        client = NAMESPACE.bridgedPod("client");
        assertThat(server.node()).isNotEqualTo(client.node());
        RedisApp.awaitAnswer(client);
    }

    @Test
    void fiftyPipeliningClientsFinishTheBenchmark() {
        String report = client.sh(
                        "redis-benchmark -s /sockets/redis.sock -c 50 -P 16 -n 200000 -d 100 -t set,get --csv")
                .output();
        assertThat(report.lines().filter(line -> line.startsWith("\"SET\"") || line.startsWith("\"GET\"")))
                .as(report)
                .hasSize(2);
        System.out.println("[e2e] redis-benchmark over the bridge, -c 50 -P 16:\n" + report);
    }

    @Test
    void aSubscriberGetsWhatIsPublished() {
        String heard = client.sh("""
                cli="redis-cli -s /sockets/redis.sock"
                $cli SUBSCRIBE news > /tmp/news & subscriber=$!
                timeout 30 bash -c "until [[ \\$($cli PUBSUB NUMSUB news | tail -1) == 1 ]]; do :; done"
                for n in $(seq 100); do $cli PUBLISH news "item $n" > /dev/null; done
                timeout 30 bash -c "until grep -q '^item 100$' /tmp/news; do :; done"
                kill $subscriber
                grep '^item ' /tmp/news
                """).output();
        assertThat(heard.lines()).hasSize(100).startsWith("item 1", "item 2").endsWith("item 100");
    }
}
