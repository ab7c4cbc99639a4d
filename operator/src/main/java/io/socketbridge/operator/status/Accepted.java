package io.socketbridge.operator.status;

import io.socketbridge.operator.plan.Bridge;
import io.socketbridge.operator.plan.Problem;
import java.util.stream.Collectors;

/** Whether a bridge makes sense and is acted on. */
final class Accepted {

    static final String TYPE = "Accepted";

    private Accepted() {}

    static Condition of(Bridge bridge) {
        return bridge.isAccepted()
                ? new Condition(TYPE, true, "Accepted", "the bridge is acted on" + privilege(bridge))
                : new Condition(
                        TYPE,
                        false,
                        bridge.problems().getFirst().reason(),
                        bridge.problems().stream().map(Problem::message).collect(Collectors.joining("; ")));
    }

    private static String privilege(Bridge bridge) {
        return bridge.needsRawSockets()
                ? "; the sidecars of its pods run as root with the capability NET_RAW, and no other, which namespace "
                        + bridge.namespace() + " has to allow"
                : "";
    }
}
