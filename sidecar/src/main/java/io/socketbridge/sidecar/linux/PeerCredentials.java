package io.socketbridge.sidecar.linux;

/**
 * Who is at the other end of a Unix socket, by {@code SO_PEERCRED}: what the peer was when it connected.
 *
 * @param pid process id in this process's namespace, 0 if the peer is not visible in it
 * @param uid user id, -1 if unknown
 * @param gid group id, -1 if unknown
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7)</a>
 */
public record PeerCredentials(int pid, int uid, int gid) {

    static final PeerCredentials UNKNOWN = new PeerCredentials(0, -1, -1);
}
