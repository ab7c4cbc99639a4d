package io.socketbridge.operator;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.socketbridge.operator.inject.Injector;
import io.socketbridge.operator.inject.SidecarTemplate;
import io.socketbridge.operator.resource.Installation;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What is the same for as long as the operator runs. */
@ApplicationScoped
class Environment {

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    Installation installation(
            KubernetesClient client,
            @ConfigProperty(name = "socketbridge.namespace") String namespace,
            @ConfigProperty(name = "socketbridge.service") String service,
            @ConfigProperty(name = "socketbridge.sidecar.image") String sidecarImage,
            @ConfigProperty(name = "socketbridge.webhook.url") Optional<String> webhookUrl) {
        Optional<String> clusterIp = Optional.ofNullable(client.services()
                        .inNamespace(namespace)
                        .withName(service)
                        .get())
                .map(Service::getSpec)
                .map(spec -> spec.getClusterIP())
                .filter(ip -> !ip.isEmpty() && !ip.equals("None"));
        return new Installation(namespace, service, clusterIp, sidecarImage, webhookUrl);
    }

    @Produces
    @Singleton
    Injector injector(Installation installation) {
        return new Injector(new SidecarTemplate(installation.sidecarImage(), installation.controlUrls()));
    }
}
