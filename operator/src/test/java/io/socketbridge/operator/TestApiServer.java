package io.socketbridge.operator;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A real API server with etcd, and nothing else: no controllers, no nodes. Has our CustomResourceDefinition. */
final class TestApiServer implements AutoCloseable {

    private static final String DIRECTORY = "SOCKETBRIDGE_KUBE_API_TEST_DIR";
    private static final String VERSION = "1.34.4";

    private final KubeAPIServer server;
    private final Config config;

    private TestApiServer(KubeAPIServer server) {
        this.server = server;
        this.config = Config.fromKubeconfig(server.getKubeConfigYaml());
    }

    static TestApiServer start() {
        KubeAPIServer server = new KubeAPIServer(KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withTestDir(binaries().toString())
                .withApiServerVersion(VERSION)
                .withOfflineMode(true)
                .build());
        server.start();
        TestApiServer started = new TestApiServer(server);
        try (KubernetesClient client = started.client()) {
            started.apply("crds/socketbridges.socketbridge.io.yaml");
            client.resources(CustomResourceDefinition.class)
                    .withName("socketbridges.socketbridge.io")
                    .waitUntilCondition(
                            definition -> definition.getStatus() != null
                                    && definition.getStatus().getConditions().stream()
                                            .anyMatch(condition -> condition
                                                            .getType()
                                                            .equals("Established")
                                                    && condition.getStatus().equals("True")),
                            30,
                            TimeUnit.SECONDS);
        }
        return started;
    }

    Config config() {
        return config;
    }

    KubernetesClient client() {
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** Applies a file of the tree. */
    void apply(String file) {
        try (KubernetesClient client = client();
                InputStream content = Files.newInputStream(Path.of("..").resolve(file))) {
            for (HasMetadata resource : client.load(content).items()) {
                client.resource(resource).serverSideApply();
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + file, e);
        }
    }

    @Override
    public void close() {
        server.stop();
    }

    private static Path binaries() {
        Path directory = Path.of(Optional.ofNullable(System.getProperty("socketbridge.kube-api-test.dir"))
                .or(() -> Optional.ofNullable(System.getenv(DIRECTORY)))
                .orElse("not set"));
        if (!Files.isExecutable(directory.resolve("k8s/" + VERSION + "-linux-amd64/kube-apiserver"))) {
            throw new IllegalStateException("no kube-apiserver for the tests (" + DIRECTORY + ": " + directory
                    + "): run `make kube`, and set " + DIRECTORY + " to what it prints; `make test-fast` does both");
        }
        return directory;
    }
}
