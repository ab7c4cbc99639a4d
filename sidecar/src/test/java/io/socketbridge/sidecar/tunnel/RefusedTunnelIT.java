package io.socketbridge.sidecar.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.Listen;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.Role;
import io.socketbridge.contract.Route;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.contract.Target;
import io.socketbridge.sidecar.control.RouteTable;
import io.socketbridge.sidecar.frame.FrameType;
import io.socketbridge.sidecar.frame.ResetCode;
import io.socketbridge.sidecar.local.SocketWatch;
import io.socketbridge.sidecar.loop.EventLoops;
import io.socketbridge.sidecar.tls.Protections;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A connection that one server's sidecar does not take is taken by another's: nothing of it was delivered. */
@Timeout(60)
class RefusedTunnelIT {

    @TempDir
    Path directory = Path.of("");

    private final EventLoops loops;
    private final SocketWatch watch = new SocketWatch();
    private final HandServer refusing;
    private final HandServer taking;

    RefusedTunnelIT() throws IOException {
        loops = EventLoops.start(1);
        refusing = new HandServer();
        taking = new HandServer();
    }

    @AfterEach
    void stop() throws IOException {
        watch.close();
        loops.close();
        refusing.close();
        taking.close();
    }

    @ParameterizedTest
    @EnumSource
    void forWhateverReasonItIs(ResetCode code) throws Exception {
        RouteTable table = new RouteTable(loops, watch, Protections.CLEARTEXT, 0, () -> {});
        table.apply(new Snapshot(
                        "1",
                        List.of(new Route(
                                "a",
                                "a",
                                Role.CLIENT,
                                new Listen("unix:" + directory.resolve("a"), "", false, ProxyProtocol.NONE),
                                List.of(target(refusing, 0), target(taking, 1))))))
                .join();
        Awaitility.await().until(() -> table.report().getFirst().state() == RouteState.READY);
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("a")))) {
            client.write(ByteBuffer.wrap(new byte[] {1}));
            try (HandServer.Accepted first = refusing.accept().greet()) {
                first.expect(FrameType.OPEN).send(FrameType.RESET, code.code());
                first.awaitEnd();
            }
            try (HandServer.Accepted second = taking.accept().greet()) {
                second.expect(FrameType.OPEN).send(FrameType.ACCEPT);
                second.expect(FrameType.DATA).send(FrameType.DATA, (byte) 2);
                ByteBuffer answer = ByteBuffer.allocate(1);
                assertThat(client.read(answer)).isEqualTo(1);
                assertThat(answer.get(0)).isEqualTo((byte) 2);
            }
        }
        table.close().join();
    }

    private static Target target(HandServer server, int distance) {
        return new Target(server.address("127.0.0.1").toString(), "", ProxyProtocol.NONE, distance);
    }
}
