package io.socketbridge.e2e.harness;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One pod of a test's app: where it runs, what is in it, and a shell in the app's (its first) container. */
public final class AppPod {

    /** The container that the operator injects. */
    public static final String SIDECAR = "socketbridge";

    private static final Duration EXEC_DEADLINE = Duration.ofMinutes(3);

    private final Pod pod;

    AppPod(Pod pod) {
        this.pod = pod;
    }

    /** The pod as it was when it was looked up. */
    public Pod resource() {
        return pod;
    }

    public String name() {
        return pod.getMetadata().getName();
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
        String text = Stream.of(command).map(AppPod::firstLine).collect(Collectors.joining(" "));
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        try (ExecWatch watch = handle().inContainer(app())
                .writingOutput(stdout)
                .writingError(stderr)
                .exec(command)) {
            int exitCode = watch.exitCode().get(EXEC_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            return new Exec(
                    text, exitCode, stdout.toString(StandardCharsets.UTF_8), stderr.toString(StandardCharsets.UTF_8));
        } catch (TimeoutException e) {
            throw new AssertionError(
                    "Still running in pod " + name() + " after " + EXEC_DEADLINE + ": " + text + "\n"
                            + stdout.toString(StandardCharsets.UTF_8) + stderr.toString(StandardCharsets.UTF_8),
                    e);
        } catch (ExecutionException e) {
            throw new KubernetesClientException("exec in pod " + name() + " failed: " + text, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in: " + text, e);
        }
    }

    /** What a container has written so far, and when. */
    public List<LogLine> timedLog(String container) {
        return LogLine.parse(handle().inContainer(container).usingTimestamps().getLog());
    }

    /** What the app has written so far. */
    public String log() {
        return handle().inContainer(app()).getLog();
    }

    /** Ends the pod at once, as a crash of its node would: no signal that it could handle, no time to say goodbye. */
    public void kill() {
        handle().withGracePeriod(0).delete();
    }

    /** How often the app's container was started again. */
    public int restarts() {
        return handle().get().getStatus().getContainerStatuses().stream()
                .mapToInt(ContainerStatus::getRestartCount)
                .sum();
    }

    /** Scripts are arguments too, and nobody wants to read a whole one in a message. */
    private static String firstLine(String argument) {
        int end = argument.indexOf('\n');
        return end < 0 ? argument : argument.substring(0, end) + " ...";
    }

    private String app() {
        return pod.getSpec().getContainers().getFirst().getName();
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

    /** The injected sidecar of a pod. */
    public static Optional<Container> sidecarOf(Pod pod) {
        return pod.getSpec().getInitContainers().stream()
                .filter(container -> SIDECAR.equals(container.getName()))
                .findFirst();
    }
}
