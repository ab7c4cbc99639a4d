package io.socketbridge.operator.identity;

import io.socketbridge.contract.TunnelNames;
import java.util.List;

/**
 * Whom a pod's certificate is about.
 *
 * @param namespace the pod's namespace
 * @param serviceAccount its service account
 * @param pod its name
 * @param uid its unique id
 * @param grants the ends of bridges that it may be; see {@link TunnelNames#grant}
 */
public record PodSubject(String namespace, String serviceAccount, String pod, String uid, List<String> grants) {

    public PodSubject {
        grants = List.copyOf(grants);
    }

    String spiffeId(String trustDomain) {
        return TunnelNames.spiffeId(trustDomain, namespace, serviceAccount);
    }
}
