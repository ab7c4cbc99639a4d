package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.CapabilitiesBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Await;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.Script;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is on the network between two pods. */
class EncryptionE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("encryption");

    @RegisterExtension
    static final TestNamespace WATCHERS = TestNamespace.named("watchers").withoutPodSecurity();

    private static final String SERVER_SOCKET = "/run/app/app.sock";
    private static final String CLIENT_SOCKET = "/sockets/app.sock";
    private static final int TIMES = 50;

    private static AppPod server;
    private static AppPod client;

    @BeforeAll
    static void connectThem() {
        Cluster cluster = Cluster.get();
        bridge("app", "server", SERVER_SOCKET, "client", CLIENT_SOCKET, "");
        NAMESPACE.apply(
                Workload.running("server", Script.python("echo.py", SERVER_SOCKET))
                        .on(cluster.firstNode())
                        .deployment(1),
                Workload.idle("client").on(cluster.secondNode()).deployment(1));
        server = NAMESPACE.bridgedPod("server");
        client = NAMESPACE.bridgedPod("client");
    }

    private static void bridge(
            String name, String serverApp, String serverPath, String clientApp, String path, String more) {
        NAMESPACE.apply("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata:
                  name: %s
                spec:
                  server:
                    selector: {matchLabels: {app: %s}}
                    path: %s
                  clients:
                  - selector: {matchLabels: {app: %s}}
                    path: %s
                %s
                """.formatted(name, serverApp, serverPath, clientApp, path, more));
        NAMESPACE.bridge(name).awaitProgrammed();
    }

    @Test
    void nothingThatAnAppSendsIsOnTheNetworkAsItIs() {
        String secret = "a-secret-that-" + System.nanoTime() + "-nobody-may-read";
        AppPod watcher = watcher("watcher", secret, server);
        NAMESPACE.bridge("app").awaitReady();
        say(client, CLIENT_SOCKET, secret);
        watcher.awaitLog("tunnel");
        assertThat(watcher.log()).doesNotContain("marker");
    }

    /** Which also shows that the test before would see it. */
    @Test
    void withoutTlsItIs() {
        Cluster cluster = Cluster.get();
        String open = "an-open-word-" + System.nanoTime() + "-that-anybody-may-read";
        bridge("plain", "plain-server", SERVER_SOCKET, "plain-client", CLIENT_SOCKET, "  transport: {tls: Disabled}");
        NAMESPACE.apply(
                Workload.running("plain-server", Script.python("echo.py", SERVER_SOCKET))
                        .on(cluster.firstNode())
                        .deployment(1),
                Workload.idle("plain-client").on(cluster.secondNode()).deployment(1));
        AppPod plainClient = NAMESPACE.bridgedPod("plain-client");
        AppPod watcher = watcher("plain-watcher", open, NAMESPACE.bridgedPod("plain-server"));
        NAMESPACE.bridge("plain").awaitReady();
        say(plainClient, CLIENT_SOCKET, open);
        watcher.awaitLog("marker");
    }

    private static void say(AppPod from, String socket, String text) {
        Await.untilAsserted(
                "an answer",
                () -> assertThat(from.exec(Script.python("repeat.py", socket, text, String.valueOf(TIMES)))
                                .output()
                                .strip())
                        .isEqualTo(String.valueOf(TIMES)));
    }

    /** Sees what comes to a pod on the first node, and goes from it. */
    private static AppPod watcher(String name, String marker, AppPod watched) {
        String address = watched.resource().getStatus().getPodIP();
        WATCHERS.apply(Workload.running(name, Script.python("capture.py", marker, address))
                .on(Cluster.get().firstNode())
                .with(EncryptionE2E::mayWatch)
                .deployment(1));
        AppPod pod = WATCHERS.pod(name);
        pod.awaitLog("watching");
        return pod;
    }

    private static void mayWatch(PodSpec spec) {
        spec.setHostNetwork(true);
        spec.setSecurityContext(null);
        spec.getContainers()
                .getFirst()
                .setSecurityContext(new SecurityContextBuilder()
                        .withRunAsUser(0L)
                        .withCapabilities(
                                new CapabilitiesBuilder().addToAdd("NET_RAW").build())
                        .build());
    }
}
