package io.socketbridge.operator.plan;

import java.util.List;
import java.util.Map;

/** Namespaces for tests. */
public final class Views {

    /** That of {@link #shop}. */
    public static final String TRUST_DOMAIN = "example.org";

    private Views() {}

    /** Namespace {@code shop}, in which the bridges of {@link Bridges} are. */
    public static NamespaceView shop(List<Bridge> bridges, List<ObservedPod> pods, Map<String, SidecarReport> reports) {
        return shop(bridges, pods, reports, Map.of());
    }

    /** The same, with the zones of nodes. */
    public static NamespaceView shop(
            List<Bridge> bridges,
            List<ObservedPod> pods,
            Map<String, SidecarReport> reports,
            Map<String, String> zones) {
        return new NamespaceView("shop", bridges, pods, reports, zones, TRUST_DOMAIN);
    }
}
