package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Await;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.Exec;
import io.socketbridge.e2e.harness.Script;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Servers on both nodes, of which a client prefers the one beside it. */
class TrafficDistributionE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("traffic");

    private static final String SERVER_SOCKET = "/run/app/name.sock";
    private static final String CLIENT_SOCKET = "/sockets/name.sock";

    @Test
    void connectionsGoToTheServerOnTheSameNodeAndToTheOtherWhileThereIsNone() {
        Cluster cluster = Cluster.get();
        NAMESPACE.apply("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata:
                  name: name
                spec:
                  server:
                    selector: {matchLabels: {serves: name}}
                    path: %s
                  clients:
                  - selector: {matchLabels: {app: client}}
                    path: %s
                """.formatted(SERVER_SOCKET, CLIENT_SOCKET));
        NAMESPACE.bridge("name").awaitProgrammed();
        NAMESPACE.apply(
                server("far").on(cluster.firstNode()).deployment(1),
                server("near").on(cluster.secondNode()).deployment(1),
                Workload.idle("client").on(cluster.secondNode()).deployment(1));
        String far = NAMESPACE.bridgedPod("far").name();
        String near = NAMESPACE.bridgedPod("near").name();
        AppPod client = NAMESPACE.bridgedPod("client");
        awaitAnswersOf(client, near, far);

        NAMESPACE.bridge("name").patch("{\"spec\": {\"trafficDistribution\": \"PreferClose\"}}");
        awaitAnswersOf(client, near);
        NAMESPACE.deleteDeployment("near");
        awaitAnswersOf(client, far);
        NAMESPACE.apply(server("near").on(cluster.secondNode()).deployment(1));
        awaitAnswersOf(client, NAMESPACE.bridgedPod("near").name());
    }

    private static Workload server(String name) {
        return Workload.running(name, Script.python("name.py", SERVER_SOCKET)).labelled("serves", "name");
    }

    /** Waits until many connections in a row have been to these pods, to each of them and to no other. */
    private static void awaitAnswersOf(AppPod client, String... pods) {
        Await.untilAsserted("answers of those alone", () -> {
            Exec names = client.exec(Script.python("names.py", CLIENT_SOCKET, "40"));
            assertThat(names.stdout().lines()).as("%s", names).containsExactlyInAnyOrder(pods);
        });
    }
}
