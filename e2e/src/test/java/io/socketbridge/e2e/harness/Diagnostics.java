package io.socketbridge.e2e.harness;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes down what a namespace and the operator look like at the moment of a failure. */
final class Diagnostics {

    private final KubernetesClient client = Cluster.get().client();
    private final Path directory;

    private Diagnostics(Path directory) {
        this.directory = directory;
    }

    /** Fills a folder of the build's output, named after the test, and says on standard output which. */
    static void dump(String namespace, String test) {
        Path directory = Path.of(System.getProperty("e2e.diagnostics"), test.replaceAll("[^A-Za-z0-9.]+", "_"));
        new Diagnostics(directory).dump(namespace);
        System.out.println(
                "[e2e] " + test + " failed; see " + directory.toAbsolutePath().normalize());
    }

    private void dump(String namespace) {
        write(
                "bridges.yaml",
                () -> Serialization.asYaml(client.genericKubernetesResources(Bridge.KIND)
                        .inNamespace(namespace)
                        .list()));
        write(
                "pods.yaml",
                () -> Serialization.asYaml(client.pods().inNamespace(namespace).list()));
        write(
                "workloads.yaml",
                () -> Stream.of(
                                client.apps()
                                        .deployments()
                                        .inNamespace(namespace)
                                        .list(),
                                client.apps()
                                        .statefulSets()
                                        .inNamespace(namespace)
                                        .list(),
                                client.apps()
                                        .daemonSets()
                                        .inNamespace(namespace)
                                        .list(),
                                client.batch()
                                        .v1()
                                        .jobs()
                                        .inNamespace(namespace)
                                        .list())
                        .map(Serialization::asYaml)
                        .collect(Collectors.joining()));
        write(
                "events.txt",
                () -> client.v1().events().inNamespace(namespace).list().getItems().stream()
                        .map(Diagnostics::line)
                        .sorted()
                        .collect(Collectors.joining("\n")));
        client.pods().inNamespace(namespace).list().getItems().forEach(this::writeLogs);
        client.pods().inNamespace(Cluster.OPERATOR_NAMESPACE).list().getItems().forEach(this::writeLogs);
    }

    private void writeLogs(Pod pod) {
        Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
                .map(Container::getName)
                .forEach(container -> write(
                        pod.getMetadata().getName() + "." + container + ".log",
                        () -> client.pods()
                                .resource(pod)
                                .inContainer(container)
                                .usingTimestamps()
                                .getLog()));
    }

    /** Writes one file; what cannot be had is a sentence in it, and no reason to go without the others. */
    private void write(String file, Supplier<String> text) {
        String content;
        try {
            content = text.get();
        } catch (KubernetesClientException e) {
            content = "not to be had: " + e.getMessage();
        }
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve(file), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String line(Event event) {
        return event.getLastTimestamp() + " " + event.getType() + " "
                + event.getInvolvedObject().getKind() + "/"
                + event.getInvolvedObject().getName() + " " + event.getReason() + ": " + event.getMessage();
    }
}
