package io.socketbridge.contract;

import java.util.List;

/**
 * From one listening address to one or more others that serve it.
 *
 * @param id unique in the snapshot and stable across snapshots, such as {@code shop/orders-db/client/0}
 * @param bridge the SocketBridge, as {@code NAMESPACE/NAME}
 * @param role which end of the bridge this is
 * @param listen where connections come from
 * @param targets where they go, any of them; empty while none is ready, and then the listener refuses
 */
public record Route(String id, String bridge, Role role, Listen listen, List<Target> targets) {

    public Route {
        targets = List.copyOf(targets);
    }
}
