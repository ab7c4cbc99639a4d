package io.socketbridge.sidecar.tls;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;

/** Both ends of a tunnel whose handshake is over, and between them nothing but two buffers. */
final class ShakenHands implements AutoCloseable {

    static final int ROOM_BYTES = 64 * 1024;

    final Protection client;
    final Protection server;

    ShakenHands(Protection client, Protection server) throws SSLException {
        this.client = client;
        this.server = server;
        ByteBuffer toServer = room().flip();
        ByteBuffer toClient = room().flip();
        boolean clientIsOver = false;
        boolean serverIsOver = false;
        while (!clientIsOver || !serverIsOver) {
            clientIsOver |= goOn(client, toClient, toServer);
            serverIsOver |= goOn(server, toServer, toClient);
        }
    }

    private static boolean goOn(Protection end, ByteBuffer came, ByteBuffer answer) throws SSLException {
        boolean over = end.handshake(came, room(), answer.compact());
        answer.flip();
        return over;
    }

    static ByteBuffer room() {
        return ByteBuffer.allocateDirect(ROOM_BYTES);
    }

    /** Bytes, sealed as one end seals them. */
    static ByteBuffer sealed(Protection end, byte[] plain) throws SSLException {
        ByteBuffer sealed = room();
        end.seal(room().put(plain).flip(), sealed);
        return sealed.flip();
    }

    @Override
    public void close() {
        client.release();
        server.release();
    }
}
