package io.socketbridge.api.v1alpha1;

/**
 * What the API server checks of a bridge's name, beyond that it is a DNS subdomain as all names are.
 *
 * <p>It is part of DNS names in certificates, of at most 253 characters: {@code server.NAME.NAMESPACE.socketbridge.internal}.
 */
final class NameRules {

    /** As long as a namespace's may be; then none of a DNS name's labels is longer than 63 either. */
    static final String LENGTH = "self.metadata.name.size() <= 63";

    static final String LENGTH_MESSAGE =
            "\"name '\" + self.metadata.name + \"' has more than 63 characters: choose a shorter one\"";

    private NameRules() {}
}
