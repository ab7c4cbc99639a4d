package io.socketbridge.sidecar.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.sidecar.identity.Identity;
import java.nio.ByteBuffer;
import java.time.Clock;
import javax.net.ssl.SSLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NoTicketTest {

    private static final int ROOM_BYTES = 64 * 1024;

    private final Identity identity =
            new Identity(new TestAuthority("test").credentials("spiffe://cluster.local/ns/shop/sa/db"));

    @ParameterizedTest
    @EnumSource
    void aServerSaysNothingAfterItsHandshake(TlsEngine engine) throws SSLException {
        Protection client = new Tls(identity, TlsEngine.JDK, Clock.systemUTC()).client("db.test");
        Protection server = new Tls(identity, engine, Clock.systemUTC()).server();
        ByteBuffer toServer = ByteBuffer.allocateDirect(ROOM_BYTES).flip();
        ByteBuffer toClient = ByteBuffer.allocateDirect(ROOM_BYTES).flip();
        boolean over = false;
        while (!over) {
            client.handshake(toClient, ByteBuffer.allocateDirect(ROOM_BYTES), toServer.compact());
            toServer.flip();
            toClient.clear();
            over = server.handshake(toServer, ByteBuffer.allocateDirect(ROOM_BYTES), toClient);
            toClient.flip();
        }
        assertThat(toClient.remaining())
                .as("bytes sent behind the client's last word")
                .isZero();
        client.release();
        server.release();
    }
}
