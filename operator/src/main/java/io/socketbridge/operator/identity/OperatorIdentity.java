package io.socketbridge.operator.identity;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.socketbridge.operator.resource.Installation;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;

/** By what the operator is known: to the API server, when it calls the webhook, and to sidecars. */
@ApplicationScoped
public class OperatorIdentity {

    private final Installation installation;
    private final Clock clock;
    private final CertificateAuthority authority;

    @Inject
    OperatorIdentity(KubernetesClient client, Installation installation, Clock clock) {
        this.installation = installation;
        this.clock = clock;
        this.authority = new AuthoritySecret(client, installation.namespace()).loadOrCreate(clock.instant());
    }

    /** What others have to trust, in PEM. */
    public String trustPem() {
        return Pem.of(authority.own().certificate());
    }

    /** A new key, with a certificate for the operator's names and addresses. */
    KeyAndCertificate issueServing() {
        return authority.issueServer(installation.dnsNames(), installation.ipAddresses(), clock.instant());
    }
}
