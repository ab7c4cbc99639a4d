package io.socketbridge.operator.identity;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.socketbridge.operator.resource.Installation;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the configuration says of identity; docs/identity.md says what each property means. */
@ApplicationScoped
class IdentityConfiguration {

    @Produces
    @Singleton
    IssuingTerms terms(
            @ConfigProperty(name = "socketbridge.identity.trust-domain") String trustDomain,
            @ConfigProperty(name = "socketbridge.identity.leaf-lifetime") Duration leafLifetime,
            @ConfigProperty(name = "socketbridge.identity.authority-lifetime") Duration authorityLifetime,
            @ConfigProperty(name = "socketbridge.identity.announce-time") Duration announceTime,
            @ConfigProperty(name = "socketbridge.identity.clock-skew") Duration clockSkew) {
        return new IssuingTerms(trustDomain, leafLifetime, authorityLifetime, announceTime, clockSkew);
    }

    @Produces
    @Singleton
    AuthoritySource source(
            KubernetesClient client,
            Installation installation,
            IssuingTerms terms,
            Event<AuthorityNews> news,
            @ConfigProperty(name = "socketbridge.identity.authority-secret") Optional<String> existing) {
        AuthoritySecret secret = new AuthoritySecret(client, installation.namespace());
        return existing.<AuthoritySource>map(name -> new ExistingAuthority(
                        new ExistingSecret(client, installation.namespace(), name), secret, terms))
                .orElseGet(() -> new OwnAuthority(secret, terms, news::fire));
    }
}
