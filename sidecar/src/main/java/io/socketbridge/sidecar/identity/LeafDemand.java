package io.socketbridge.sidecar.identity;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/**
 * What the pod's certificate has to be.
 *
 * @param needed whether one is needed at all
 * @param names the DNS names that it has to have
 * @param trusted the authorities, one of which has to vouch for it
 */
public record LeafDemand(boolean needed, Set<String> names, List<X509Certificate> trusted) {

    /** None is needed. */
    public static final LeafDemand NOTHING = new LeafDemand(false, Set.of(), List.of());

    public LeafDemand {
        names = Set.copyOf(names);
        trusted = List.copyOf(trusted);
    }
}
