package io.socketbridge.operator.plan;

import io.socketbridge.contract.Access;
import io.socketbridge.contract.SidecarPod;
import java.util.List;
import java.util.Optional;

/**
 * How connections get from the sidecar of a client's pod to that of a server's. None of it makes another pod of a pod: it is told to
 * sidecars while they run.
 */
public sealed interface Transport {

    /** In tunnels, from all that the bridge selects. */
    Transport DEFAULT = new Mutual(List.of(), Access.ALL);

    /** The TCP port that a server's sidecar takes for this bridge alone, where it may be no other. */
    Optional<Integer> demandedPort();

    /**
     * In tunnels of mutual TLS, to {@link SidecarPod#TUNNEL_PORT}, which all bridges of the server's pod share.
     *
     * @param serviceAccounts those that clients' pods have to have one of; empty for any
     * @param access which users may connect
     */
    record Mutual(List<String> serviceAccounts, Access access) implements Transport {
        public Mutual {
            serviceAccounts = List.copyOf(serviceAccounts);
        }

        @Override
        public Optional<Integer> demandedPort() {
            return Optional.empty();
        }
    }

    /**
     * As plain TCP.
     *
     * @param port the TCP port of the server's sidecars, or 0 to choose one
     */
    record Plain(int port) implements Transport {

        /** @throws IllegalArgumentException if the port is one that sidecars have another use for */
        public Plain {
            if (port == SidecarPod.HEALTH_PORT || port == SidecarPod.TUNNEL_PORT) {
                throw new IllegalArgumentException(
                        "server.port " + port + " is the sidecar's own: choose another, or none");
            }
        }

        @Override
        public Optional<Integer> demandedPort() {
            return port == 0 ? Optional.empty() : Optional.of(port);
        }
    }
}
