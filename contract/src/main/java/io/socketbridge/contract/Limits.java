package io.socketbridge.contract;

/**
 * How much and how long a route's connections may take; each side of a bridge keeps them on its own.
 *
 * @param maxConnections connections open at once; what comes above waits in the socket's backlog, as it does where a local server
 *     does not accept; 0 for as many as the process may have descriptors for
 * @param connectTimeoutMillis how long a connection that was taken may wait for a server, and for the server to take it
 * @param idleTimeoutMillis a connection on which nothing moved either way for so long is reset; 0 for never
 * @param drainTimeoutMillis how long connections may go on after the sidecar was told to end; then they are reset
 * @param deadPeerTimeoutMillis after so long without a sign of life from the machine at the other end of a TCP connection it is
 *     taken for dead, and the connection reset
 * @param maxLifetimeMillis a connection is reset when it is so old, so that who is at its ends is asked anew; 0 for never
 */
public record Limits(
        int maxConnections,
        long connectTimeoutMillis,
        long idleTimeoutMillis,
        long drainTimeoutMillis,
        long deadPeerTimeoutMillis,
        long maxLifetimeMillis) {

    /** The keepalive of TCP counts in seconds, and three probes have to fit. */
    public static final long LEAST_DEAD_PEER_TIMEOUT_MILLIS = 6_000;

    /** What holds where nothing is said. */
    public static final Limits DEFAULT = new Limits(0, 10_000, 0, 5_000, 60_000, 0);

    /** @throws IllegalArgumentException if a value is out of range; the message names it */
    public Limits {
        require(maxConnections >= 0, "maxConnections", maxConnections, "0 or more");
        require(connectTimeoutMillis > 0, "connectTimeoutMillis", connectTimeoutMillis, "1 or more");
        require(idleTimeoutMillis >= 0, "idleTimeoutMillis", idleTimeoutMillis, "0 or more");
        require(drainTimeoutMillis >= 0, "drainTimeoutMillis", drainTimeoutMillis, "0 or more");
        require(
                deadPeerTimeoutMillis >= LEAST_DEAD_PEER_TIMEOUT_MILLIS,
                "deadPeerTimeoutMillis",
                deadPeerTimeoutMillis,
                LEAST_DEAD_PEER_TIMEOUT_MILLIS + " or more");
        require(maxLifetimeMillis >= 0, "maxLifetimeMillis", maxLifetimeMillis, "0 or more");
    }

    /** The same with another {@code idleTimeoutMillis}. */
    public Limits resting(long millis) {
        return new Limits(
                maxConnections,
                connectTimeoutMillis,
                millis,
                drainTimeoutMillis,
                deadPeerTimeoutMillis,
                maxLifetimeMillis);
    }

    private static void require(boolean holds, String name, long value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(name + " " + value + " is out of range: it is " + allowed);
        }
    }
}
