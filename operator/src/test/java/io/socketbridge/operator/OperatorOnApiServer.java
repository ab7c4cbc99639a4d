package io.socketbridge.operator;

import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.socketbridge.operator.identity.TestRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs the operator against a real API server, with no more rights than {@code deploy/base} gives it. */
public final class OperatorOnApiServer implements QuarkusTestResourceLifecycleManager {

    private @Nullable TestApiServer server;

    @Override
    public Map<String, String> start() {
        TestApiServer started = TestApiServer.start();
        server = started;
        started.apply("deploy/base/namespace.yaml");
        started.apply("deploy/base/rbac.yaml");
        started.apply("deploy/base/webhook.yaml");
        started.apply("deploy/base/service.yaml");
        int port = freePort();
        try (KubernetesClient client = started.client()) {
            client.resource(TestNamespace.intermediateSecret(TestRoot.create("a root"), "an intermediate"))
                    .create();
            // The client's own properties: those of Quarkus are fixed when the application is built.
            System.setProperty("kubernetes.master", started.config().getMasterUrl());
            System.setProperty("kubernetes.certs.ca.file", started.config().getCaCertFile());
            System.setProperty("kubernetes.auth.token", operatorToken(client));
        }
        return Map.of(
                "quarkus.http.test-ssl-port",
                String.valueOf(port),
                "quarkus.management.test-port",
                "0",
                "socketbridge.webhook.url",
                "https://127.0.0.1:" + port);
    }

    @Override
    public void inject(TestInjector injector) {
        TestApiServer started = server;
        if (started != null) {
            injector.injectIntoFields(started.client(), new TestInjector.MatchesType(KubernetesClient.class));
        }
    }

    @Override
    public void stop() {
        List.of("kubernetes.master", "kubernetes.certs.ca.file", "kubernetes.auth.token")
                .forEach(System::clearProperty);
        TestApiServer started = server;
        if (started != null) {
            started.close();
        }
    }

    private static String operatorToken(KubernetesClient client) {
        TokenRequest request = client.serviceAccounts()
                .inNamespace("socketbridge-system")
                .withName("socketbridge-operator")
                .tokenRequest(new TokenRequestBuilder().withNewSpec().endSpec().build());
        return request.getStatus().getToken();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
