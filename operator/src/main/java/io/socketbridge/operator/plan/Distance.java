package io.socketbridge.operator.plan;

import io.socketbridge.contract.Target;
import java.util.Map;
import java.util.Optional;

/** How far a server is from a client's pod, as {@link Target#distance} has it. */
final class Distance {

    /** All are equal. */
    static final int NO_MATTER = 0;

    private static final int SAME_NODE = 0;
    private static final int SAME_ZONE = 1;
    private static final int ELSEWHERE = 2;

    private Distance() {}

    /** What is not known of either is far away. */
    static int between(ObservedPod client, Endpoint server, Map<String, String> zones) {
        Optional<String> here = client.node();
        Optional<String> there = server.pod().flatMap(ObservedPod::node);
        if (here.isEmpty() || there.isEmpty()) {
            return ELSEWHERE;
        }
        if (here.equals(there)) {
            return SAME_NODE;
        }
        Optional<String> zone = here.map(zones::get);
        return zone.isPresent() && zone.equals(there.map(zones::get)) ? SAME_ZONE : ELSEWHERE;
    }
}
