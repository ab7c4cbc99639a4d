package io.socketbridge.sidecar.relay;

import io.socketbridge.contract.RouteState;
import io.socketbridge.sidecar.loop.Acceptor;
import io.socketbridge.sidecar.loop.EventLoop;

/**
 * Where connections come from. Its methods are called on the loop that it lives on.
 *
 * <p>It can be bound and yet not open, and then it refuses connections as a socket does on which nobody listens.
 */
public interface Listener {

    /**
     * Takes the address, without listening on it yet.
     *
     * @throws ListenException if it cannot be had
     */
    void bind() throws ListenException;

    /**
     * Listens; does nothing where it does so already.
     *
     * @param gate says how many may be taken, and is told of each
     * @throws ListenException if it cannot
     */
    void open(Accepted accepted, Acceptor.Gate gate) throws ListenException;

    /** Goes on taking connections after the gate had said that it admits none. */
    void resume();

    /** Stops listening but keeps the address: whoever connects is refused at once. */
    void refuse() throws ListenException;

    /** Gives the address up, with the socket's file. */
    void close();

    /** The address as it is bound, with the port that the kernel chose; for people and for the report. */
    String address();

    /** Takes a connection. */
    interface Accepted {

        /** The stream belongs to {@code loop}, on which this is called and whose load counts it. */
        void accept(EventLoop loop, ByteStream stream);
    }

    /** An address that cannot be listened on. */
    final class ListenException extends Exception {

        private final RouteState state;
        private final String message;

        /**
         * @param state what is reported
         * @param message what is wrong, with the address, and what to do
         */
        public ListenException(RouteState state, String message) {
            this.state = state;
            this.message = message;
        }

        @Override
        public String getMessage() {
            return message;
        }

        /** What is reported. */
        public RouteState state() {
            return state;
        }
    }
}
