package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Await;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.Script;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** The operator dies, and is away for a while, with a connection in use all the time. */
@Isolated("other tests need an operator")
class OperatorOutageE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("outage");

    private static final String BRIDGE = """
            apiVersion: socketbridge.io/v1alpha1
            kind: SocketBridge
            metadata:
              name: echo
            spec:
              type: Stream
              server:
                selector: {matchLabels: {app: echo}}
                path: /run/app/echo.sock
              clients:
              - selector: {matchLabels: {use: echo}}
                path: /sockets/echo.sock
            """;

    private final Cluster cluster = Cluster.get();

    @AfterEach
    void bringTheOperatorBack() {
        cluster.scaleOperator(1);
        cluster.awaitOperator();
    }

    @Test
    void connectionsLiveOnAndNewOnesAreMadeWhileTheOperatorIsAway() {
        NAMESPACE.apply(BRIDGE);
        NAMESPACE.bridge("echo").awaitProgrammed();
        NAMESPACE.apply(
                Workload.running("echo", Script.python("echo.py", "/run/app/echo.sock"))
                        .on(cluster.firstNode())
                        .deployment(1),
                Workload.running("streamer", Script.python("stream.py", "/sockets/echo.sock", "/tmp/stop"))
                        .on(cluster.secondNode())
                        .labelled("use", "echo")
                        .deployment(1));
        AppPod streamer = NAMESPACE.bridgedPod("streamer");
        Await.until("the stream to flow", () -> bytesReceived(streamer) > 0);
        NAMESPACE.bridge("echo").awaitReady();

        List<Pod> killed = cluster.operatorPods();
        killed.forEach(pod -> cluster.client().resource(pod).withGracePeriod(0).delete());
        long atTheKill = bytesReceived(streamer);
        cluster.awaitOperator();
        assertThat(cluster.operatorPods())
                .extracting(pod -> pod.getMetadata().getUid())
                .doesNotContainAnyElementsOf(
                        killed.stream().map(pod -> pod.getMetadata().getUid()).toList());

        cluster.scaleOperator(0);
        Await.until("no operator", () -> cluster.operatorPods().isEmpty());
        assertThat(streamer.exec(Script.python("connect.py", "/sockets/echo.sock"))
                        .output())
                .as("a new connection while the operator is away")
                .startsWith("CONNECTED");
        assertThat(echoed(streamer, "are you there?")).isEqualTo("are you there?");
        long whileAway = bytesReceived(streamer);
        assertThat(whileAway).isGreaterThan(atTheKill);
        Await.until("the stream to go on without an operator", () -> bytesReceived(streamer) > whileAway);
        cluster.scaleOperator(1);
        cluster.awaitOperator();

        NAMESPACE.apply(Workload.idle("latecomer")
                .on(cluster.firstNode())
                .labelled("use", "echo")
                .deployment(1));
        AppPod latecomer = NAMESPACE.bridgedPod("latecomer");
        Await.untilAsserted(
                "the latecomer to be served",
                () -> assertThat(echoed(latecomer, "and me?")).isEqualTo("and me?"));
        NAMESPACE.bridge("echo").awaitReady();

        streamer.sh("touch /tmp/stop").output();
        Await.until("the stream's end", () -> streamer.log().contains("finished"));
        assertThat(streamer.log().lines().filter(line -> line.startsWith("finished") || line.equals("connected")))
                .as("one connection from first to last byte, and every byte came back")
                .hasSize(2)
                .last()
                .asString()
                .startsWith("finished equal ");
        assertThat(streamer.restarts()).isZero();
    }

    private static long bytesReceived(AppPod streamer) {
        return streamer.log()
                .lines()
                .filter(line -> line.startsWith("received "))
                .mapToLong(line -> Long.parseLong(line.substring("received ".length())))
                .max()
                .orElse(0);
    }

    private static String echoed(AppPod client, String text) {
        return client.sh("socat -t 10 - UNIX-CONNECT:/sockets/echo.sock <<< '" + text + "'")
                .stdout()
                .strip();
    }
}
