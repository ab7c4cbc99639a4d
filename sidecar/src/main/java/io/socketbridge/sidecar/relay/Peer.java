package io.socketbridge.sidecar.relay;

import java.net.InetSocketAddress;

/**
 * Who is at the other end of a connection.
 *
 * @param addresses between which it was made
 * @param uid the user's id, or {@link #UNKNOWN_ID}
 * @param gid the group's id, or {@link #UNKNOWN_ID}
 */
public record Peer(Addresses addresses, long uid, long gid) {

    /** Stands for an id that is not known. */
    public static final long UNKNOWN_ID = -1;

    /** Nothing is known. */
    public static final Peer UNKNOWN = new Peer(new Addresses.Unknown(), UNKNOWN_ID, UNKNOWN_ID);

    /** The two ends' addresses. */
    public sealed interface Addresses {

        /** Nothing is known of them. */
        record Unknown() implements Addresses {}

        /**
         * Of a Unix socket.
         *
         * @param source the name that the one who connected is bound to; mostly empty
         * @param destination the listening socket's name; an abstract one stands behind {@code @}
         */
        record Unix(String source, String destination) implements Addresses {}

        /**
         * Of a TCP connection.
         *
         * @param source the one who connected
         * @param destination to whom
         */
        record Inet(InetSocketAddress source, InetSocketAddress destination) implements Addresses {}
    }

    /** Whether anything is known. */
    public boolean isKnown() {
        return !equals(UNKNOWN);
    }
}
