package io.socketbridge.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.socketbridge.operator.identity.OperatorIdentity;
import io.socketbridge.operator.resource.Labels;
import io.socketbridge.operator.resource.TrustConfigMap;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The ConfigMap that sidecars know the operator by. Used by the reconciler's thread alone. */
@ApplicationScoped
class Trust {

    private final KubernetesClient client;
    private final OperatorIdentity identity;

    /** Where it is, as far as is known. */
    private final Set<String> present = new HashSet<>();

    /** Where it is, and as it should be. */
    private final Set<String> ensured = new HashSet<>();

    @Inject
    Trust(KubernetesClient client, OperatorIdentity identity) {
        this.client = client;
        this.identity = identity;
    }

    /** Finds those that are there, and takes none for right. */
    void discover() {
        ensured.clear();
        present.clear();
        client.configMaps()
                .inAnyNamespace()
                // By name, as the operator may see no others.
                .withField("metadata.name", TrustConfigMap.NAME)
                .withLabel(Labels.MANAGED_BY, Labels.SOCKETBRIDGE)
                .list()
                .getItems()
                .forEach(configMap -> present.add(configMap.getMetadata().getNamespace()));
    }

    /** Takes none for right any more. */
    void forget() {
        ensured.clear();
    }

    /** Whether it is as it should be wherever it is. */
    boolean isEverywhere() {
        return ensured.containsAll(present);
    }

    List<String> namespaces() {
        return List.copyOf(present);
    }

    void ensure(String namespace) {
        if (!ensured.contains(namespace)) {
            client.resource(TrustConfigMap.of(namespace, identity.trustPem())).patch(Ownership.APPLY);
            present.add(namespace);
            ensured.add(namespace);
        }
    }

    void remove(String namespace) {
        if (present.contains(namespace)) {
            client.configMaps()
                    .inNamespace(namespace)
                    .withName(TrustConfigMap.NAME)
                    .delete();
            present.remove(namespace);
            ensured.remove(namespace);
        }
    }
}
