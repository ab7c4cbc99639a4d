package io.socketbridge.sidecar.tls;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;

/**
 * What stands between a tunnel's frames and its TCP connection: encryption, and knowing who is at the other end. Owned by one loop.
 *
 * <p>All buffers are direct, between their position and their limit. <i>Sealed</i> is what goes over the network.
 */
public interface Protection {

    /** By what more than the plain bytes the sealed ones may be, at most, for so many plain bytes. */
    int mostOverhead(int plainBytes);

    /** Room that {@link #open} and {@link #handshake} need for plain bytes; with less they open nothing. */
    int leastRoom();

    /** How much of that room they never fill. */
    int slack();

    /**
     * Goes on with the handshake as far as what has come allows.
     *
     * @param sealed what has come; what is left of it needs more to follow
     * @param plain gets what came behind the handshake, if anything
     * @param answer gets what has to be sent, also where this throws
     * @return whether it is over
     * @throws SSLException if the other end is not to be talked to
     */
    boolean handshake(ByteBuffer sealed, ByteBuffer plain, ByteBuffer answer) throws SSLException;

    /** Who is at the other end; once the handshake is over. */
    PeerIdentity peer();

    /**
     * Whether the other end would still be believed: its certificates have not expired since the handshake, and are by an authority that is
     * trusted now. Cheap enough to be asked for each connection, once the handshake is over.
     */
    boolean isStillTrusted();

    /** For whom the other end has asked (SNI), at a server; empty if it did not say. */
    String serverName();

    /**
     * How many sealed bytes may pass in one direction before the keys have protected as much as they safely can; {@link Long#MAX_VALUE} where
     * there is no such bound, or others take their place in time.
     */
    long mostKeyBytes();

    /** Seals all of {@code plain}. */
    void seal(ByteBuffer plain, ByteBuffer sealed) throws SSLException;

    /**
     * Opens what is whole of {@code sealed}, while there is room.
     *
     * @param answer gets what has to be sent, mostly nothing
     * @return whether more may be opened once there is room; else what is left needs more to follow
     */
    boolean open(ByteBuffer sealed, ByteBuffer plain, ByteBuffer answer) throws SSLException;

    /** Whether the other end has said that nothing more will come. */
    boolean isInputOver();

    /** Gives back what is not the garbage collector's; no more calls may follow. */
    void release();
}
