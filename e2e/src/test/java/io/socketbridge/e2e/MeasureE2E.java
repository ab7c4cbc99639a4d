package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Await;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.HostProcess;
import io.socketbridge.e2e.harness.LogLine;
import io.socketbridge.e2e.harness.RedisApp;
import io.socketbridge.e2e.harness.Script;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** The figures of the README, a line for each round. They are printed, and no assertion is made about how good they are. */
@Tag("measure")
@Isolated("a measurement wants the machine for itself")
class MeasureE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("measure");

    @RepeatedTest(5)
    void fromApplyToTheFirstByte(RepetitionInfo round) {
        String name = "busy-" + round.getCurrentRepetition();
        Instant applied = Instant.now();
        apply(name, Workload.running(name, Script.python("reconnect.py", RedisApp.CLIENT_SOCKET)));

        AppPod client = NAMESPACE.bridgedPod(name);
        LogLine answer = Await.forValue(
                        "an answer over the bridge", () -> firstLine(client, "app", ": ok "), Optional::isPresent)
                .orElseThrow();

        assertThat(answer.time()).isAfter(applied);
        remove(name);
        System.out.printf(
                "[e2e] measured: %d ms from apply to the first byte%n",
                Duration.between(applied, answer.time()).toMillis());
    }

    @RepeatedTest(5)
    void aSidecarThatHasNothingToDo(RepetitionInfo round) {
        String name = "idle-" + round.getCurrentRepetition();
        apply(name, Workload.idle(name));

        AppPod client = NAMESPACE.bridgedPod(name);
        NAMESPACE.bridge(name).awaitReady();
        LogLine listening =
                firstLine(client, AppPod.SIDECAR, "listening on unix:").orElseThrow();
        Optional<HostProcess> sidecar = HostProcess.of(client, "java");

        assertThat(sidecar)
                .as("the sidecar's process, which only a cluster on this machine shows")
                .isPresent();
        System.out.printf(
                "[e2e] measured: %d ms from the sidecar's start to its socket; idle RSS %d KiB, PSS %d KiB%n",
                Duration.between(sidecar.orElseThrow().started(), listening.time())
                        .toMillis(),
                sidecar.orElseThrow().rssKibibytes(),
                sidecar.orElseThrow().pssKibibytes());
        remove(name);
    }

    /** Applies a bridge, its server and its client all at once. */
    private static void apply(String name, Workload client) {
        String server = name + "-server";
        NAMESPACE.apply(RedisApp.bridge(name, name, server));
        NAMESPACE.apply(
                RedisApp.server(server).on(Cluster.get().firstNode()).deployment(1),
                client.on(Cluster.get().secondNode()).deployment(1));
    }

    /** The next round has the machine for itself. */
    private static void remove(String name) {
        NAMESPACE.deleteDeployment(name);
        NAMESPACE.deleteDeployment(name + "-server");
        NAMESPACE.bridge(name).delete();
    }

    private static Optional<LogLine> firstLine(AppPod pod, String container, String text) {
        return pod.timedLog(container).stream()
                .filter(line -> line.text().contains(text))
                .findFirst();
    }
}
