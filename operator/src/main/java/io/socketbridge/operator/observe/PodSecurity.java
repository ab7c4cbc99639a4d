package io.socketbridge.operator.observe;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.socketbridge.operator.plan.Problem;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Whether a namespace lets in pods whose sidecar has the capability {@code NET_RAW}. What a cluster enforces in namespaces that say nothing
 * cannot be seen, and counts as nothing.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/security/pod-security-standards/">Pod Security Standards</a>
 */
final class PodSecurity {

    private static final String LABEL = "pod-security.kubernetes.io/enforce";

    /** The only standard that allows the capability. */
    private static final String PRIVILEGED = "privileged";

    private final LabelWatch<Namespace> namespaces;

    /** @param listener is called with a namespace's name after it enforces another standard; it must not block */
    PodSecurity(KubernetesClient client, Consumer<String> listener) {
        this.namespaces = new LabelWatch<>(client, Namespace.class, LABEL, listener);
    }

    /** Why a bridge that needs raw IP sockets cannot be in a namespace. */
    Optional<Problem> problemIn(String namespace) {
        if (!namespaces.hasSeen(namespace)) {
            return namespaces.isRefused()
                    ? Optional.empty()
                    : Optional.of(new Problem(
                            "AdmissionPending", "it is being asked what pods namespace " + namespace + " lets in"));
        }
        return Optional.ofNullable(namespaces.known().get(namespace))
                .filter(standard -> !standard.equals(PRIVILEGED))
                .map(standard -> new Problem(
                        "PodSecurityForbids",
                        "transport.protocol IP needs raw IP sockets, so the sidecars of this bridge's pods need the capability"
                                + " NET_RAW, and namespace " + namespace + " turns such pods away (" + LABEL + ": "
                                + standard + "): label the namespace with " + LABEL + "=" + PRIVILEGED
                                + ", or set transport.protocol to TCP, where Raw needs no privilege"));
    }

    /** Whether nobody has asked, or more will not be known soon. */
    boolean isSettled() {
        return namespaces.isSettled();
    }

    void stop() {
        namespaces.stop();
    }
}
