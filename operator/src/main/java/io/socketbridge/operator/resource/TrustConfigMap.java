package io.socketbridge.operator.resource;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.socketbridge.contract.SidecarPod;

/** What sidecars trust: in each namespace that has a bridge, as a pod can only mount what its own namespace has. */
public final class TrustConfigMap {

    /** Its name. */
    public static final String NAME = "socketbridge-trust";

    private TrustConfigMap() {}

    /** The ConfigMap of a namespace. */
    public static ConfigMap of(String namespace, String trustPem) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(NAME)
                .addToLabels(Labels.MANAGED_BY, Labels.SOCKETBRIDGE)
                .endMetadata()
                .addToData(SidecarPod.TRUST_FILE, trustPem)
                .build();
    }
}
