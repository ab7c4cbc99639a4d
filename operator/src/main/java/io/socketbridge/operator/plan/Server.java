package io.socketbridge.operator.plan;

import io.socketbridge.contract.TcpAddress;
import io.socketbridge.contract.UnixAddress;
import io.socketbridge.operator.select.Selector;

/** Who serves a bridge. */
public sealed interface Server {

    /** Who it is, in a few words. */
    String summary();

    /**
     * Pods whose app listens on a Unix socket.
     *
     * @param selector the pods
     * @param path the socket
     * @param transport how connections get to their sidecars
     */
    record Pods(Selector selector, UnixAddress path, Transport transport) implements Server {
        @Override
        public String summary() {
            return selector.toString();
        }
    }

    /**
     * A TCP service.
     *
     * @param address where it is
     */
    record Service(TcpAddress address) implements Server {
        @Override
        public String summary() {
            return address.toString().substring("tcp:".length());
        }
    }
}
