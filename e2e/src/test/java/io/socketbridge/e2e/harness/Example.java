package io.socketbridge.e2e.harness;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The files of a folder of {@code examples/}, as they are, but for the nodes that their pods run on. */
public final class Example {

    private final List<HasMetadata> resources = new ArrayList<>();

    private Example() {}

    /** Reads every YAML file of {@code examples/NAME}. */
    public static Example named(String name) {
        Example example = new Example();
        Path folder = Path.of(System.getProperty("e2e.repository"), "examples", name);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
                try (InputStream yaml = Files.newInputStream(file)) {
                    example.resources.addAll(Cluster.get().client().load(yaml).items());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return example;
    }

    /** Pins the pods of a Deployment or StatefulSet to a node. */
    public Example with(String workload, String node) {
        PodTemplateSpec template = resources.stream()
                .filter(resource -> workload.equals(resource.getMetadata().getName()))
                .flatMap(Example::template)
                .findFirst()
                .orElseThrow(() -> new AssertionError("The example has no workload " + workload + "."));
        template.getSpec().setNodeSelector(Map.of("kubernetes.io/hostname", node));
        return this;
    }

    /** Applies all of it. */
    public void applyTo(TestNamespace namespace) {
        for (HasMetadata resource : resources) {
            if (!"Namespace".equals(resource.getKind())) {
                resource.getMetadata().setNamespace(namespace.name());
                namespace.apply(resource);
            }
        }
    }

    private static Stream<PodTemplateSpec> template(HasMetadata resource) {
        return switch (resource) {
            case Deployment deployment -> Stream.of(deployment.getSpec().getTemplate());
            case StatefulSet set -> Stream.of(set.getSpec().getTemplate());
            default -> Stream.empty();
        };
    }
}
