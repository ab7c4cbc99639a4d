package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Await;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.RedisApp;
import io.socketbridge.e2e.harness.Script;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nobody listening means {@code ECONNREFUSED} on a local socket, at once, and so it does on a bridged one. */
class RefusalE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("refusal");

    @Test
    void aClientIsRefusedWhileThereIsNoServerAndServedWhileThereIs() {
        Cluster cluster = Cluster.get();
        Workload server = RedisApp.server("redis").on(cluster.firstNode());
        NAMESPACE.apply(RedisApp.bridge("cache", "client", "redis"));
        NAMESPACE.bridge("cache").awaitProgrammed();
        NAMESPACE.apply(Workload.idle("client").on(cluster.secondNode()).deployment(1));
        AppPod client = NAMESPACE.bridgedPod("client");

        assertThat(connect(client)).as("before there ever was a server").startsWith("ECONNREFUSED ");

        NAMESPACE.apply(server.deployment(1));
        RedisApp.awaitAnswer(client);
        assertThat(connect(client)).startsWith("CONNECTED ");

        NAMESPACE.apply(server.deployment(0));
        Await.untilAsserted(
                "a refusal once the server is gone",
                () -> assertThat(connect(client)).startsWith("ECONNREFUSED "));
    }

    private static String connect(AppPod client) {
        return client.exec(Script.python("connect.py", RedisApp.CLIENT_SOCKET)).output();
    }
}
