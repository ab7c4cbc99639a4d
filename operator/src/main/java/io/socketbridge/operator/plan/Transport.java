package io.socketbridge.operator.plan;

import io.socketbridge.contract.Access;
import io.socketbridge.contract.SidecarPod;
import io.socketbridge.contract.TransportProtocol;
import java.util.List;
import java.util.Optional;

/**
 * How connections get from the sidecar of a client's pod to that of a server's. None of it makes another pod of a pod: it is told to
 * sidecars while they run.
 */
public sealed interface Transport {

    /** In tunnels, from all that the bridge selects. */
    Transport DEFAULT = new Mutual(List.of(), Access.ALL);

    /** What carries it. */
    TransportProtocol protocol();

    /** What a server's sidecar takes for this bridge alone, where it may be no other. */
    Optional<Demand> demand();

    /**
     * What only one bridge can have in a pod.
     *
     * @param reason one word, for programs that read of a conflict
     * @param what it, in words: {@code port 5433}
     * @param port the number of a port; 0 where it is none
     */
    record Demand(String reason, String what, int port) {}

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
        public TransportProtocol protocol() {
            return TransportProtocol.TCP;
        }

        @Override
        public Optional<Demand> demand() {
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
        public TransportProtocol protocol() {
            return TransportProtocol.TCP;
        }

        @Override
        public Optional<Demand> demand() {
            return port == 0 ? Optional.empty() : Optional.of(new Demand(Conflict.PORT, "port " + port, port));
        }
    }

    /**
     * As UDP, a packet for each datagram.
     *
     * @param port the UDP port of the server's sidecars, or 0 to choose one
     */
    record Udp(int port) implements Transport {
        @Override
        public TransportProtocol protocol() {
            return TransportProtocol.UDP;
        }

        @Override
        public Optional<Demand> demand() {
            return port == 0 ? Optional.empty() : Optional.of(new Demand(Conflict.PORT, "UDP port " + port, port));
        }
    }

    /**
     * As packets of a protocol of IP.
     *
     * @param ipProtocol its number, 1 to 255
     * @param headerIncluded whether records are whole packets
     */
    record Ip(int ipProtocol, boolean headerIncluded) implements Transport {
        @Override
        public TransportProtocol protocol() {
            return TransportProtocol.IP;
        }

        @Override
        public Optional<Demand> demand() {
            return Optional.of(new Demand(Conflict.PROTOCOL, "IP protocol " + ipProtocol, 0));
        }
    }
}
