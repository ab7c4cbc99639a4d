package io.socketbridge.operator.identity;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;

/**
 * Where the authority rests: a Secret in the operator's namespace, made by whichever replica comes first. Of two replicas that write at
 * the same time, one does.
 */
final class AuthoritySecret {

    static final String NAME = "socketbridge-authority";

    /** A person asks for a rotation by setting this annotation to a value that it did not have before. */
    static final String ROTATE = "socketbridge.io/rotate";

    private final KubernetesClient client;
    private final String namespace;

    AuthoritySecret(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /**
     * The Secret at one moment.
     *
     * @param state what it says
     * @param secret as it was read
     */
    record Stored(AuthorityState state, Secret secret) {

        /** What the annotation {@link #ROTATE} says; empty without one. */
        String asked() {
            return Optional.ofNullable(secret.getMetadata().getAnnotations())
                    .map(annotations -> annotations.get(ROTATE))
                    .orElse("");
        }

        @Override
        public String toString() {
            return "Secret " + NAME + ", version " + secret.getMetadata().getResourceVersion();
        }
    }

    /** @throws IllegalStateException if it cannot be understood; the message says what to do */
    Optional<Stored> load() {
        return Optional.ofNullable(
                        client.secrets().inNamespace(namespace).withName(NAME).get())
                .map(secret -> new Stored(stateIn(secret), secret));
    }

    /**
     * Writes.
     *
     * @param before what the new state was made of; empty if there was no Secret
     * @return false if somebody else has written since, and nothing was written
     */
    boolean store(AuthorityState state, Optional<Stored> before) {
        Secret secret = before.map(stored -> new SecretBuilder(stored.secret()))
                .orElseGet(this::empty)
                .withData(SecretFormat.write(state))
                .build();
        try {
            if (before.isPresent()) {
                client.resource(secret).update(); // With the version that was read, or not at all.
            } else {
                client.resource(secret).create();
            }
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public String toString() {
        return namespace + "/" + NAME;
    }

    private AuthorityState stateIn(Secret secret) {
        try {
            return SecretFormat.read(Optional.ofNullable(secret.getData()).orElse(Map.of()));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "Secret " + this + ", " + e.getMessage() + ": delete it, and the operator makes a new authority",
                    e);
        }
    }

    private SecretBuilder empty() {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(NAME)
                .withNamespace(namespace)
                .addToLabels("app.kubernetes.io/managed-by", "socketbridge")
                .endMetadata()
                .withType("kubernetes.io/tls");
    }
}
