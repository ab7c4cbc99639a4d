package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Await;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.Load;
import io.socketbridge.e2e.harness.Script;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Servers that are replaced one by one while a client goes on connecting. */
class RollingRestartE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("rolling");

    private static final String SERVER_SOCKET = "/run/app/echo.sock";
    private static final String CLIENT_SOCKET = "/sockets/echo.sock";

    @Test
    void noConnectionFailsWhileAllServersAreReplacedNorWhileTheLastOnesEnd() {
        NAMESPACE.apply("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata:
                  name: echo
                spec:
                  server:
                    selector: {matchLabels: {app: server}}
                    path: %s
                  clients:
                  - selector: {matchLabels: {app: client}}
                    path: %s
                """.formatted(SERVER_SOCKET, CLIENT_SOCKET));
        NAMESPACE.bridge("echo").awaitProgrammed();
        NAMESPACE.apply(Workload.running("server", Script.python("patient_echo.py", SERVER_SOCKET))
                .with(spec -> spec.setTerminationGracePeriodSeconds(60L))
                .deployment(2));
        List<String> before = uids(NAMESPACE.bridgedPods("server", 2));
        Await.untilAsserted(
                "both servers to serve", () -> assertThat(endpoints()).hasSize(2));
        NAMESPACE.apply(Load.on(CLIENT_SOCKET, "client", 4, 2)
                .on(Cluster.get().secondNode())
                .deployment(1));
        Load load = Load.of(NAMESPACE.bridgedPod("client"));
        load.awaitMore(20);

        NAMESPACE
                .client()
                .apps()
                .deployments()
                .inNamespace(NAMESPACE.name())
                .withName("server")
                .rolling()
                .restart();
        Await.untilAsserted(
                "other servers",
                () -> assertThat(NAMESPACE.allPods("server"))
                        .hasSize(2)
                        .extracting(pod -> pod.getMetadata().getUid())
                        .doesNotContainAnyElementsOf(before));
        load.awaitMore(20);

        NAMESPACE
                .client()
                .apps()
                .deployments()
                .inNamespace(NAMESPACE.name())
                .withName("server")
                .scale(0);
        Await.untilAsserted(
                "only servers that are ending",
                () -> assertThat(NAMESPACE.bridge("echo").condition("Ready"))
                        .hasValueSatisfying(ready -> assertThat(ready.message()).contains("it is ending")));
        load.awaitMore(20);
        load.endWithoutAFailure();
        Await.until("the end of the servers", () -> NAMESPACE.allPods("server").isEmpty());
    }

    private static List<String> uids(List<AppPod> pods) {
        return pods.stream().map(AppPod::uid).toList();
    }

    private static List<?> endpoints() {
        return NAMESPACE.bridge("echo").status().get("endpoints") instanceof List<?> endpoints ? endpoints : List.of();
    }
}
