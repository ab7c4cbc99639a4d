package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.Script;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With {@code server.proxyProtocol: V2} a server is told who connects, before the first byte. */
class ProxyProtocolE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("proxy");

    @Test
    void aServerIsToldTheUserAndGroupOfTheAppThatConnectsAndNotOfItsSidecar() {
        NAMESPACE.apply("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata:
                  name: who
                spec:
                  server:
                    selector: {matchLabels: {app: server}}
                    path: /run/app/app.sock
                    proxyProtocol: V2
                  clients:
                  - selector: {matchLabels: {app: client}}
                    path: /sockets/app.sock
                """);
        NAMESPACE.bridge("who").awaitProgrammed();
        NAMESPACE.apply(
                Workload.running("server", Script.python("who.py", "/run/app/app.sock"))
                        .on(Cluster.get().firstNode())
                        .deployment(1),
                Workload.idle("client")
                        .with(ProxyProtocolE2E::addContainerOfAnotherUser)
                        .on(Cluster.get().secondNode())
                        .deployment(1));
        AppPod client = NAMESPACE.bridgedPod("client");
        NAMESPACE.bridge("who").awaitReady();

        assertThat(client.sidecar().orElseThrow().getSecurityContext().getRunAsUser())
                .isEqualTo(65533);
        assertThat(answer(client)).isEqualTo("uid 65533 gid 65533: hello");
        assertThat(answer(client.in("other"))).isEqualTo("uid 1234 gid 2345: hello");
    }

    private static String answer(AppPod client) {
        return client.sh("socat -t 10 - UNIX-CONNECT:/sockets/app.sock <<< hello")
                .output();
    }

    /** The first container's user is the sidecar's too. */
    private static void addContainerOfAnotherUser(PodSpec spec) {
        Container app = spec.getContainers().getFirst();
        app.getSecurityContext().setRunAsUser(65533L);
        spec.getContainers()
                .add(new ContainerBuilder(app)
                        .withName("other")
                        .editSecurityContext()
                        .withRunAsUser(1234L)
                        .withRunAsGroup(2345L)
                        .endSecurityContext()
                        .build());
    }
}
