package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Await;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.RedisApp;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A local socket that leads to something that is no pod of a bridge: any TCP service. */
class AddressE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("address");

    @Test
    void aSocketLeadsToAnOrdinaryTcpService() {
        NAMESPACE.apply(
                Workload.running("redis", "redis-server", "--port", "6379", "--protected-mode", "no", "--save", "")
                        .on(Cluster.get().firstNode())
                        .deployment(1),
                new ServiceBuilder()
                        .withNewMetadata()
                        .withName("redis")
                        .endMetadata()
                        .withNewSpec()
                        .withSelector(Map.of("app", "redis"))
                        .addNewPort()
                        .withPort(6400)
                        .withNewTargetPort(6379)
                        .endPort()
                        .endSpec()
                        .build());
        NAMESPACE.apply("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata:
                  name: cache
                spec:
                  type: Stream
                  server:
                    address: {host: "%s", port: 6400}
                  clients:
                  - selector: {matchLabels: {app: client}}
                    path: /sockets/redis.sock
                    pathEnv: REDIS_SOCKET
                """.formatted(service().getSpec().getClusterIP()));
        NAMESPACE.bridge("cache").awaitProgrammed();
        NAMESPACE.apply(Workload.idle("client").on(Cluster.get().secondNode()).deployment(1));

        AppPod client = NAMESPACE.bridgedPod("client");
        AppPod server = NAMESPACE.pod("redis");
        assertThat(server.sidecar()).as("the server knows of no bridge").isEmpty();
        RedisApp.awaitAnswer(client);
        assertThat(client.sh("redis-cli -s \"$REDIS_SOCKET\" ping").output())
                .as("the path that the bridge wrote into the app's environment")
                .isEqualTo("PONG");
        NAMESPACE.bridge("cache").awaitReady();
    }

    private static Service service() {
        return Await.forValue(
                "the Service",
                () -> NAMESPACE
                        .client()
                        .services()
                        .inNamespace(NAMESPACE.name())
                        .withName("redis")
                        .get(),
                found -> found != null && found.getSpec().getClusterIP() != null);
    }
}
