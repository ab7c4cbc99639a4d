package io.socketbridge.sidecar.tls;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLException;

/**
 * No protection at all, and anybody at the other end. A tunnel begins with a line that says which bridge is meant, from client to
 * server: the protocol's name, a space, the bridge's, and a line feed.
 */
final class Cleartext implements Protection {

    private static final String GREETING = Tls.APPLICATION_PROTOCOL + " ";
    private static final int MOST_NAME_BYTES = 255;

    private final boolean client;
    private String serverName;
    private boolean greeted;

    private Cleartext(boolean client, String serverName) {
        this.client = client;
        this.serverName = serverName;
    }

    static Cleartext client(String serverName) {
        return new Cleartext(true, serverName);
    }

    static Cleartext server() {
        return new Cleartext(false, "");
    }

    @Override
    public int mostOverhead(int plainBytes) {
        return 0;
    }

    @Override
    public int leastRoom() {
        return 1;
    }

    @Override
    public int slack() {
        return 0;
    }

    @Override
    public boolean handshake(ByteBuffer sealed, ByteBuffer plain, ByteBuffer answer) throws SSLException {
        if (greeted) {
            return true;
        }
        if (client) {
            answer.put((GREETING + serverName + "\n").getBytes(StandardCharsets.US_ASCII));
            greeted = true;
            return true;
        }
        byte[] greeting = GREETING.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < sealed.remaining(); i++) {
            byte next = sealed.get(sealed.position() + i);
            if (i < greeting.length ? next != greeting[i] : i > greeting.length + MOST_NAME_BYTES) {
                throw new SSLException("this is no cleartext tunnel");
            }
            if (next == '\n') {
                byte[] line = new byte[i + 1];
                sealed.get(line);
                serverName = new String(line, greeting.length, i - greeting.length, StandardCharsets.US_ASCII);
                greeted = true;
                return true;
            }
        }
        return false;
    }

    @Override
    public PeerIdentity peer() {
        return PeerIdentity.ANYBODY;
    }

    @Override
    public boolean isStillTrusted() {
        return true;
    }

    @Override
    public String serverName() {
        return serverName;
    }

    @Override
    public long mostKeyBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public void seal(ByteBuffer plain, ByteBuffer sealed) {
        sealed.put(plain);
    }

    @Override
    public boolean open(ByteBuffer sealed, ByteBuffer plain, ByteBuffer answer) {
        int count = Math.min(sealed.remaining(), plain.remaining());
        plain.put(plain.position(), sealed, sealed.position(), count);
        plain.position(plain.position() + count);
        sealed.position(sealed.position() + count);
        return sealed.hasRemaining();
    }

    @Override
    public boolean isInputOver() {
        return false;
    }

    @Override
    public void release() {
        // There is nothing that is held.
    }
}
