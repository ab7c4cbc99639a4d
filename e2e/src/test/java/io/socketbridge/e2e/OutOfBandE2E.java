package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.Script;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Out-of-band data ({@code MSG_OOB}) goes from node to node. */
class OutOfBandE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("urgent");

    @Test
    void aByteThatWasSentOutOfBandArrivesAsSuchInItsPlaceInTheStream() {
        NAMESPACE.apply("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata:
                  name: urgent
                spec:
                  server:
                    selector: {matchLabels: {app: server}}
                    path: /run/app/app.sock
                  clients:
                  - selector: {matchLabels: {app: client}}
                    path: /sockets/app.sock
                """);
        NAMESPACE.bridge("urgent").awaitProgrammed();
        NAMESPACE.apply(
                Workload.running("server", Script.python("urgent_server.py", "/run/app/app.sock"))
                        .on(Cluster.get().firstNode())
                        .deployment(1),
                Workload.idle("client").on(Cluster.get().secondNode()).deployment(1));
        AppPod client = NAMESPACE.bridgedPod("client");
        NAMESPACE.bridge("urgent").awaitReady();

        assertThat(client.exec(Script.python("urgent_client.py", "/sockets/app.sock"))
                        .output())
                .isEqualTo("6000 ! 5000");
    }
}
