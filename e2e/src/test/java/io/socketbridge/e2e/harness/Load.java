package io.socketbridge.e2e.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;

/** An app that uses an echo server all the time, over connections that last and over ever new ones, and misses no byte. */
public final class Load {

    private static final String STOP_FILE = "/tmp/stop";
    private static final String FINISHED = "finished ";

    private final AppPod pod;

    private Load(AppPod pod) {
        this.pod = pod;
    }

    /**
     * The workload.
     *
     * @param connections how many connections last, each for {@code seconds}, or to the end if that is 0
     */
    public static Workload on(String socket, String name, int connections, int seconds) {
        return Workload.running(
                name,
                Script.python("load.py", socket, STOP_FILE, String.valueOf(connections), String.valueOf(seconds)));
    }

    /** The load that a pod of the workload is. */
    public static Load of(AppPod pod) {
        return new Load(pod);
    }

    /** Waits until everything has worked at least so often since now. */
    public void awaitMore(int shortConnections) {
        long before = last("short");
        Await.untilAsserted("more connections", () -> {
            assertThat(failures()).isEmpty();
            assertThat(last("short")).isGreaterThan(before + shortConnections);
        });
    }

    /** What has failed. */
    public List<String> failures() {
        return pod.log().lines().filter(line -> line.contains("failed: ")).toList();
    }

    /** How many connections that last have ended in order, or bytes have come back, or the like. */
    public long last(String count) {
        return pod.log()
                .lines()
                .filter(line -> line.contains(" bytes "))
                .reduce((_, line) -> line)
                .map(line -> valueOf(count, line))
                .orElse(0L);
    }

    /** Ends it, and makes sure that from its beginning nothing has failed. */
    public void endWithoutAFailure() {
        pod.sh("touch " + STOP_FILE).output();
        pod.awaitLog(FINISHED);
        assertThat(failures()).isEmpty();
        assertThat(List.of(last("short-failed"), last("long-failed"))).containsOnly(0L);
        assertThat(last("long")).as("connections that lasted").isPositive();
        assertThat(pod.restarts()).isZero();
        System.out.println("[e2e] load in " + pod.name() + ": "
                + pod.log().lines().reduce((_, line) -> line).orElse(""));
    }

    private static long valueOf(String count, String line) {
        List<String> words = Arrays.asList(line.split(" "));
        return Long.parseLong(words.get(words.indexOf(count) + 1));
    }
}
