package io.socketbridge.contract;

import java.util.List;

/**
 * From one listening address to one or more others that serve it.
 *
 * @param id unique in the snapshot and stable across snapshots, such as {@code shop/orders-db/client/0}
 * @param bridge the SocketBridge, as {@code NAMESPACE/NAME}
 * @param role which end of the bridge this is
 * @param listen where connections come from
 * @param targets where they go, any of them; empty while none is ready
 * @param tunnel whose tunnels they are, where an address is one
 * @param records what it carries, if not bytes
 * @param whenUnavailable what becomes of connections while none is ready
 * @param limits what its connections may take
 * @param accessLogPercent of how many connections in a hundred there is a line in the log, 0 to 100
 */
public record Route(
        String id,
        String bridge,
        Role role,
        Listen listen,
        List<Target> targets,
        Tunnel tunnel,
        Records records,
        WhenUnavailable whenUnavailable,
        Limits limits,
        int accessLogPercent) {

    /** @throws IllegalArgumentException if the percentage is none */
    public Route {
        targets = List.copyOf(targets);
        if (accessLogPercent < 0 || accessLogPercent > 100) {
            throw new IllegalArgumentException("accessLogPercent " + accessLogPercent + " is not in 0-100");
        }
    }

    /** A route with the usual limits, that refuses while no target is ready, and without an access log. */
    public Route(String id, String bridge, Role role, Listen listen, List<Target> targets) {
        this(id, bridge, role, listen, targets, Tunnel.NONE, Records.NONE, WhenUnavailable.REFUSE, Limits.DEFAULT, 0);
    }

    /** A route that carries bytes. */
    public Route(
            String id,
            String bridge,
            Role role,
            Listen listen,
            List<Target> targets,
            Tunnel tunnel,
            WhenUnavailable whenUnavailable,
            Limits limits,
            int accessLogPercent) {
        this(id, bridge, role, listen, targets, tunnel, Records.NONE, whenUnavailable, limits, accessLogPercent);
    }
}
