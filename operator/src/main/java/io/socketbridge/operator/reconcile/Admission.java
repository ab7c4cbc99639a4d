package io.socketbridge.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.socketbridge.operator.identity.OperatorIdentity;
import io.socketbridge.operator.resource.InjectionWebhook;
import io.socketbridge.operator.resource.Installation;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Which namespaces the API server asks us about. Written by the reconciler's thread alone, read by any. */
@ApplicationScoped
class Admission {

    private static final Logger LOG = Logger.getLogger(Admission.class);

    private final KubernetesClient client;
    private final OperatorIdentity identity;
    private final Installation installation;
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

    /** The namespaces that the API server was last told; empty before the first time. */
    private volatile Optional<Set<String>> told = Optional.empty();

    @Inject
    Admission(KubernetesClient client, OperatorIdentity identity, Installation installation) {
        this.client = client;
        this.identity = identity;
        this.installation = installation;
    }

    /** Calls the listener with each namespace that the API server has newly been told of. */
    void onChange(Consumer<String> listener) {
        listeners.add(listener);
    }

    /** Whether new pods of the namespace come by the webhook. */
    boolean covers(String namespace) {
        return told.filter(namespaces -> namespaces.contains(namespace)).isPresent();
    }

    /** Lets the next {@link #ensure} write, whatever it was. */
    void forget() {
        rewrite = true;
    }

    /** Whether the API server trusts whom it should; on the reconciler's thread. */
    boolean isWritten() {
        return !rewrite;
    }

    /** Set by {@link #forget}; owned by the reconciler's thread. */
    private boolean rewrite;

    void ensure(SortedSet<String> namespaces) {
        Set<String> before = told.orElse(Set.of());
        if (!rewrite && told.isPresent() && before.equals(namespaces)) {
            return;
        }
        client.resource(InjectionWebhook.of(namespaces, installation, identity.trustPem()))
                .patch(Ownership.APPLY);
        rewrite = false;
        told = Optional.of(Set.copyOf(namespaces));
        LOG.infof("the API server asks about new pods of: %s", namespaces);
        Set<String> added = new TreeSet<>(namespaces);
        added.removeAll(before);
        added.forEach(namespace -> listeners.forEach(listener -> listener.accept(namespace)));
    }
}
