package io.socketbridge.sidecar.relay;

import io.socketbridge.sidecar.linux.PeerSockets;
import io.socketbridge.sidecar.linux.PeerSockets.Credentials;
import java.net.InetSocketAddress;

/** Asks the kernel who connected. Takes a few system calls, so it is done for those alone of whom somebody wants to know. */
final class PeerReader {

    private final Peer peer;
    private final long pid;

    PeerReader(PeerSockets sockets, ByteStream accepted) {
        int fd = accepted.descriptor();
        if (accepted.crossesNetwork()) {
            InetSocketAddress local = sockets.localAddress(fd).orElse(null);
            InetSocketAddress remote = sockets.remoteAddress(fd).orElse(null);
            pid = Peer.UNKNOWN_ID;
            peer = local == null || remote == null
                    ? Peer.UNKNOWN
                    : new Peer(new Peer.Addresses.Inet(remote, local), Peer.UNKNOWN_ID, Peer.UNKNOWN_ID);
        } else {
            Credentials credentials = sockets.credentials(fd).orElse(null);
            pid = credentials == null || credentials.pid() == 0 ? Peer.UNKNOWN_ID : credentials.pid();
            peer = new Peer(
                    new Peer.Addresses.Unix(sockets.remoteName(fd), sockets.localName(fd)),
                    credentials == null ? Peer.UNKNOWN_ID : Integer.toUnsignedLong(credentials.uid()),
                    credentials == null ? Peer.UNKNOWN_ID : Integer.toUnsignedLong(credentials.gid()));
        }
    }

    Peer peer() {
        return peer;
    }

    /** The process's id, which means something on this machine alone. Not known of one in a container of its own, as apps of pods are. */
    long pid() {
        return pid;
    }
}
