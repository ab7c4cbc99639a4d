package io.socketbridge.operator.plan;

import io.socketbridge.contract.Address;
import io.socketbridge.contract.RawAddress;
import io.socketbridge.contract.SocketType;
import io.socketbridge.contract.TcpAddress;
import io.socketbridge.contract.TransportProtocol;
import io.socketbridge.contract.TunnelAddress;
import io.socketbridge.contract.UdpAddress;
import io.socketbridge.contract.UnixAddress;
import io.socketbridge.operator.select.Selector;

/** Who serves a bridge. */
public sealed interface Server {

    /** Who it is, in a few words. */
    String summary();

    /** The type of its socket, as clients meet it. */
    SocketType type();

    /** What carries connections to it. */
    TransportProtocol protocol();

    /**
     * Pods whose app listens on a Unix socket.
     *
     * @param selector the pods
     * @param type the socket's type
     * @param path the socket
     * @param transport how connections get to their sidecars
     */
    record Pods(Selector selector, SocketType type, UnixAddress path, Transport transport) implements Server {

        /** Those whose socket's type is as its address has it. */
        public Pods(Selector selector, UnixAddress path, Transport transport) {
            this(selector, path.type(), path, transport);
        }

        @Override
        public String summary() {
            return selector.toString();
        }

        @Override
        public TransportProtocol protocol() {
            return transport.protocol();
        }
    }

    /**
     * A service of somebody else's.
     *
     * @param address where it is: TCP, UDP or IP
     */
    record Service(Address address) implements Server {
        @Override
        public String summary() {
            return Endpoint.place(address);
        }

        @Override
        public SocketType type() {
            return switch (protocol()) {
                case TCP -> SocketType.STREAM;
                case UDP -> SocketType.DATAGRAM;
                case IP -> SocketType.RAW;
            };
        }

        @Override
        public TransportProtocol protocol() {
            return switch (address) {
                case UdpAddress _ -> TransportProtocol.UDP;
                case RawAddress _ -> TransportProtocol.IP;
                case TcpAddress _, TunnelAddress _, UnixAddress _ -> TransportProtocol.TCP;
            };
        }
    }
}
