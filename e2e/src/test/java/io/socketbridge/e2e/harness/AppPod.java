package io.socketbridge.e2e.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One pod of a test's app: where it runs, what is in it, and a shell in the app's container, which is the first unless
 * another was asked for.
 */
public final class AppPod {

    /** The container that the operator injects. */
    public static final String SIDECAR = "socketbridge";

    private static final String READ_METRICS =
            "socat -t 10 - TCP:127.0.0.1:15821 <<< $'GET /metrics HTTP/1.0\\r\\n\\r'";

    private final Pod pod;
    private final String container;

    AppPod(Pod pod) {
        this(pod, pod.getSpec().getContainers().getFirst().getName());
    }

    private AppPod(Pod pod, String container) {
        this.pod = pod;
        this.container = container;
    }

    /** The same pod, with another container of it as the app's. */
    public AppPod in(String otherContainer) {
        return new AppPod(pod, otherContainer);
    }

    /** The pod as it was when it was looked up. */
    public Pod resource() {
        return pod;
    }

    public String name() {
        return pod.getMetadata().getName();
    }

    /** What no other pod ever has. */
    public String uid() {
        return pod.getMetadata().getUid();
    }

    public String node() {
        return pod.getSpec().getNodeName();
    }

    /** The injected sidecar. */
    public Optional<Container> sidecar() {
        return sidecarOf(pod);
    }

    /** Runs a shell command in the app's container and waits for its end. */
    public Exec sh(String script) {
        return exec("bash", "-c", script);
    }

    /** Runs a program in the app's container and waits for its end. */
    public Exec exec(String... command) {
        try (Running program = start(command)) {
            return program.end();
        }
    }

    /** Runs a program in the app's container, and does not wait for it. */
    public Running start(String... command) {
        String text = Stream.of(command).map(AppPod::firstLine).collect(Collectors.joining(" "));
        return Running.in(handle().inContainer(container), text + " in pod " + name(), command);
    }

    /** What a container has written so far, and when. */
    public List<LogLine> timedLog(String ofContainer) {
        return LogLine.parse(handle().inContainer(ofContainer).usingTimestamps().getLog());
    }

    /** What the app has written so far. */
    public String log() {
        return handle().inContainer(container).getLog();
    }

    /** Waits until the app has written something. */
    public void awaitLog(String text) {
        Await.untilAsserted(
                "'" + text + "' of pod " + name(), () -> assertThat(log()).contains(text));
    }

    /** Ends the pod at once, as a crash of its node would: no signal that it could handle, no time to say goodbye. */
    public void kill() {
        handle().withGracePeriod(0).delete();
    }

    /** Ends the pod as a rollout does, with a signal and its grace period, and returns it as it was when it was gone. */
    public Pod end() {
        CompletableFuture<Pod> gone = new CompletableFuture<>();
        Watcher<Pod> watcher = new Watcher<>() {
            @Override
            public void eventReceived(Action action, Pod seen) {
                if (action == Action.DELETED) {
                    gone.complete(seen);
                }
            }

            @Override
            public void onClose(WatcherException cause) {
                gone.completeExceptionally(cause);
            }
        };
        try (Watch watch = handle().watch(watcher)) {
            handle().delete();
            Await.until("the end of pod " + name(), gone::isDone);
            return gone.join();
        }
    }

    /** How often the app's containers were started again. */
    public int restarts() {
        return handle().get().getStatus().getContainerStatuses().stream()
                .mapToInt(ContainerStatus::getRestartCount)
                .sum();
    }

    /** How often the sidecar was started again. */
    public int sidecarRestarts() {
        return statusOf(handle().get(), SIDECAR).getRestartCount();
    }

    /** Waits until a metric of the sidecar has a value; where a bridge has several in this pod, the first counts. */
    public void awaitMetric(String metric, String bridge, String value) {
        String start = metric + "{bridge=\"" + pod.getMetadata().getNamespace() + "/" + bridge + "\"";
        Await.untilAsserted(
                metric + " of " + bridge + " to be " + value,
                () -> assertThat(sh(READ_METRICS).output().lines().filter(line -> line.startsWith(start)))
                        .first()
                        .asString()
                        .endsWith("} " + value));
    }

    /** A metric of the sidecar that has no labels. */
    public double metric(String name) {
        return sh(READ_METRICS)
                .output()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    /** Scripts are arguments too, and nobody wants to read a whole one in a message. */
    private static String firstLine(String argument) {
        int end = argument.indexOf('\n');
        return end < 0 ? argument : argument.substring(0, end) + " ...";
    }

    private PodResource handle() {
        return Cluster.get()
                .client()
                .pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(name());
    }

    static boolean isReady(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(c -> "Ready".equals(c.getType()) && "True".equals(c.getStatus()));
    }

    /** How a container of a pod is doing, the sidecar included. */
    public static ContainerStatus statusOf(Pod pod, String container) {
        return Stream.concat(
                        pod.getStatus().getInitContainerStatuses().stream(),
                        pod.getStatus().getContainerStatuses().stream())
                .filter(status -> status.getName().equals(container))
                .findFirst()
                .orElseThrow();
    }

    /** The injected sidecar of a pod. */
    public static Optional<Container> sidecarOf(Pod pod) {
        return pod.getSpec().getInitContainers().stream()
                .filter(container -> SIDECAR.equals(container.getName()))
                .findFirst();
    }
}
