package io.socketbridge.operator.identity;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A Secret of type kubernetes.io/tls that somebody else keeps an authority in, with the root above it in {@code ca.crt}. */
final class ExistingSecret {

    private final KubernetesClient client;
    private final String namespace;
    private final String name;

    ExistingSecret(KubernetesClient client, String namespace, String name) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
    }

    /**
     * What is in it.
     *
     * @param own signs
     * @param intermediates what is sent behind a leaf: the authority's own certificate and those between it and a root
     * @param roots what is trusted
     */
    record Content(KeyAndCertificate own, List<X509Certificate> intermediates, List<X509Certificate> roots) {}

    String name() {
        return name;
    }

    /** @throws IllegalStateException if it is not there, or cannot be used; the message says why, and what to do */
    Content read(Instant now) {
        Secret secret = Optional.ofNullable(
                        client.secrets().inNamespace(namespace).withName(name).get())
                .orElseThrow(() -> new IllegalStateException("Secret " + this
                        + ", which socketbridge.identity.authority-secret names, does not exist: make it, or have"
                        + " cert-manager make it"));
        try {
            return content(Optional.ofNullable(secret.getData()).orElse(Map.of()), now);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("Secret " + this + " cannot be used as an authority: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }

    /** @throws IllegalArgumentException if it cannot be used; the message says why */
    static Content content(Map<String, String> data, Instant now) {
        List<X509Certificate> chain = certificates(data, "tls.crt");
        List<X509Certificate> roots = certificates(data, "ca.crt");
        PrivateKey key = key(data);
        X509Certificate own = chain.getFirst();
        AuthorityCheck.check(new KeyAndCertificate(key, own), chain, roots, now);
        return new Content(
                new KeyAndCertificate(key, own),
                chain.stream().filter(each -> !roots.contains(each)).toList(),
                roots);
    }

    private static List<X509Certificate> certificates(Map<String, String> data, String field) {
        try {
            return Pem.certificates(text(data, field));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
        }
    }

    private static PrivateKey key(Map<String, String> data) {
        try {
            return Pem.key(text(data, "tls.key"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("tls.key: " + e.getMessage(), e);
        }
    }

    private static String text(Map<String, String> data, String field) {
        String value = data.get(field);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException(
                    "it is missing; tls.crt, tls.key and ca.crt are needed, as cert-manager writes them");
        }
        return new String(Base64.getDecoder().decode(value), StandardCharsets.US_ASCII);
    }
}
