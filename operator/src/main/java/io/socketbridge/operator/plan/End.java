package io.socketbridge.operator.plan;

import io.socketbridge.contract.UnixAddress;

/** One end of a bridge in one pod. */
public sealed interface End {

    /** The bridge. */
    Bridge bridge();

    /** The socket in the pod. */
    UnixAddress path();

    /** Unique in the pod, and the same for as long as the bridge has this end. */
    String id();

    /**
     * The pod's app connects to {@code path}, on which the sidecar listens.
     *
     * @param bridge the bridge
     * @param index which of the bridge's clients
     */
    record ClientEnd(Bridge bridge, int index) implements End {

        /** The bridge's word on it. */
        public Client client() {
            return bridge.clients().get(index);
        }

        @Override
        public UnixAddress path() {
            return client().path();
        }

        @Override
        public String id() {
            return bridge.key() + "/client/" + index;
        }
    }

    /**
     * The pod's app listens on {@code path}, to which the sidecar connects.
     *
     * @param bridge the bridge
     * @param server the bridge's word on it
     * @param port the port that the sidecar listens on, or what it has instead of one: the protocol of IP
     */
    record ServerEnd(Bridge bridge, Server.Pods server, int port) implements End {

        @Override
        public UnixAddress path() {
            return server.path();
        }

        @Override
        public String id() {
            return idFor(bridge);
        }

        static String idFor(Bridge bridge) {
            return bridge.key() + "/server";
        }
    }
}
