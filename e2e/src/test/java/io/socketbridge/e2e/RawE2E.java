package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Await;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.Script;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Raw sockets: packets of IP protocols for apps without a privilege, and the same in tunnels, where no one needs one. */
class RawE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("raw").withoutPodSecurity();

    @RegisterExtension
    static final TestNamespace RESTRICTED = TestNamespace.named("raw-restricted");

    private static final String ECHO = "/run/echo/echo.sock";

    @Test
    void anAppWithoutAPrivilegePingsAnotherNodesPod() {
        NAMESPACE.apply(Workload.idle("pinged").on(Cluster.get().firstNode()).deployment(1));
        AppPod pinged = NAMESPACE.pod("pinged");
        NAMESPACE.apply("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata: {name: ping}
                spec:
                  type: Raw
                  raw: {ipProtocol: 1}
                  transport: {protocol: IP}
                  server: {address: {host: "%s"}}
                  clients: [{selector: {matchLabels: {app: pinger}}, path: /sockets/ping.sock}]
                """.formatted(pinged.resource().getStatus().getPodIP()));
        NAMESPACE.bridge("ping").awaitProgrammed();
        NAMESPACE.apply(Workload.idle("pinger").on(Cluster.get().secondNode()).deployment(1));
        AppPod pinger = NAMESPACE.bridgedPod("pinger");
        NAMESPACE.bridge("ping").awaitReady();

        assertThat(pinger.exec(Script.python("ping.py", "/sockets/ping.sock", "20"))
                        .output())
                .isEqualTo("answered 20");
        assertThat(pinger.sidecar().orElseThrow()).satisfies(RawE2E::hasOnePrivilege);
    }

    @Test
    void recordsArePacketsOfAProtocolBetweenTwoPods() {
        NAMESPACE.apply("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata: {name: experiment}
                spec:
                  type: Raw
                  raw: {ipProtocol: 253}
                  transport: {protocol: IP, tls: Disabled}
                  server: {selector: {matchLabels: {app: server}}, path: %s}
                  clients: [{selector: {matchLabels: {app: client}}, path: /sockets/echo.sock}]
                """.formatted(ECHO));
        NAMESPACE.bridge("experiment").awaitProgrammed();
        NAMESPACE.apply(
                Workload.running("server", Script.python("record_echo.py", ECHO, "Raw"))
                        .on(Cluster.get().firstNode())
                        .deployment(1),
                Workload.idle("client").on(Cluster.get().secondNode()).deployment(1));
        AppPod client = NAMESPACE.bridgedPod("client");
        NAMESPACE.bridge("experiment").awaitReady();

        // The network may lose packets, if hardly between two nodes of a test: one exchange of those tried has to do.
        Await.untilAsserted(
                "all records to come back",
                () -> assertThat(client.exec(
                                        Script.python("record_client.py", "/sockets/echo.sock", "Raw", "100", "1000"))
                                .stdout())
                        .endsWith("same 100\n"));
        assertThat(NAMESPACE.bridge("experiment").condition("Lossless"))
                .hasValueSatisfying(lossless -> assertThat(lossless.reason()).isEqualTo("Lossy"));
    }

    @Test
    void inTunnelsTheyNeedNoPrivilegeAndNothingIsLost() {
        RESTRICTED.apply("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata: {name: tunnelled}
                spec:
                  type: Raw
                  server: {selector: {matchLabels: {app: server}}, path: %s}
                  clients: [{selector: {matchLabels: {app: client}}, path: /sockets/echo.sock}]
                """.formatted(ECHO));
        RESTRICTED.bridge("tunnelled").awaitProgrammed();
        RESTRICTED.apply(
                Workload.running("server", Script.python("record_echo.py", ECHO, "Raw"))
                        .on(Cluster.get().firstNode())
                        .deployment(1),
                Workload.idle("client").on(Cluster.get().secondNode()).deployment(1));
        AppPod client = RESTRICTED.bridgedPod("client");
        RESTRICTED.bridge("tunnelled").awaitReady();

        assertThat(client.exec(Script.python("record_client.py", "/sockets/echo.sock", "Raw", "5000", "4000"))
                        .output())
                .endsWith("same 5000");
        assertThat(client.sidecar()
                        .orElseThrow()
                        .getSecurityContext()
                        .getCapabilities()
                        .getAdd())
                .isNullOrEmpty();
    }

    @Test
    void whereTheNamespaceForbidsItTheBridgeSaysWhatToDo() {
        RESTRICTED.apply("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata: {name: forbidden}
                spec:
                  type: Raw
                  raw: {ipProtocol: 253}
                  transport: {protocol: IP, tls: Disabled}
                  server: {selector: {matchLabels: {app: nobody}}, path: %s}
                  clients: [{selector: {matchLabels: {app: nobody-else}}, path: /sockets/raw.sock}]
                """.formatted(ECHO));

        Await.untilAsserted(
                "the refusal",
                () -> assertThat(RESTRICTED.bridge("forbidden").condition("Accepted"))
                        .hasValueSatisfying(accepted -> {
                            assertThat(accepted.reason()).isEqualTo("PodSecurityForbids");
                            assertThat(accepted.message())
                                    .contains("pod-security.kubernetes.io/enforce: restricted")
                                    .contains("set transport.protocol to TCP");
                        }));
    }

    private static void hasOnePrivilege(Container sidecar) {
        var security = sidecar.getSecurityContext();
        assertThat(security.getCapabilities().getAdd()).containsExactly("NET_RAW");
        assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(security.getAllowPrivilegeEscalation()).isFalse();
        assertThat(security.getPrivileged()).isNotEqualTo(true);
    }
}
