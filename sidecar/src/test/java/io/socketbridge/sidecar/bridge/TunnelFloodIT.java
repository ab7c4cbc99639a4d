package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that sends too much of what carries nothing, or what nobody can read, ends its own tunnel and no other. */
@Timeout(120)
class TunnelFloodIT {

    private static final int BATCH = 5_000;

    /** Far more than are taken in a second, on any machine that takes them at all. */
    private static final int MOST_BATCHES = 2_000;

    @AutoClose
    private final TunnelServer server = new TunnelServer();

    private Neighbour neighbour;

    @BeforeEach
    void settle() throws Exception {
        neighbour = new Neighbour(server);
    }

    @AfterEach
    void othersGoOn() throws Exception {
        try (Neighbour before = neighbour) {
            before.assertUnharmed();
            server.assertServes();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1703030020000102030405060708090A0B0C0D0E0F000102030405060708090A0B0C0D0E0F", // another's record
                "1703034101", // of a record that is too long
                "474554202F20485454502F312E310D0A", // no record
                "150303001500000000000000000000000000000000000000FF00", // an alert that nobody sealed
            })
    void whatCameBeforeARecordThatCannotBeOpenedIsDeliveredAndThenTheConnectionReset(String record) throws Exception {
        byte[] before = StreamContract.random(1, 150_000);
        try (Stranger tunnel = server.client()) {
            TunnelServer.open(tunnel);
            assertThat(tunnel.readFrame()).isEqualTo(TunnelServer.ACCEPTED);
            try (SocketChannel app = server.take(tunnel)) {
                StreamContract.write(app, new byte[] {1});
                assertThat(tunnel.readFrame()).endsWith((byte) 1);
                tunnel.hold();
                for (int at = 0; at < before.length; at += 50_000) {
                    tunnel.send(TunnelServer.DATA, Arrays.copyOfRange(before, at, at + 50_000));
                }
                tunnel.sendBesideTls(HexFormat.of().parseHex(record));
                FutureTask<Boolean> sending = new FutureTask<>(() -> wasSent(tunnel));
                Thread.ofVirtual().start(sending);
                Ending.assertReads(app, before);
                Ending.assertReset(app);
                assertThat(sending.get(60, TimeUnit.SECONDS)).isNotNull();
            }
            tunnel.awaitEnd();
        }
    }

    /** Whether the last of it was taken before the other end closed. */
    private static boolean wasSent(Stranger tunnel) {
        try {
            tunnel.release();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0900000800000000000000AA", "0A00000800000000000000AA", "0B000000", "0700000100"})
    void framesThatCarryNothingBetweenConnections(String frame) throws Exception {
        try (Stranger tunnel = server.client()) {
            TunnelServer.await(tunnel);
            flood(tunnel, HexFormat.of().parseHex(frame));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0900000800000000000000AA", "0A00000800000000000000AA", "0B000000"})
    void framesThatCarryNothingInAConnection(String frame) throws Exception {
        try (Stranger tunnel = server.client()) {
            TunnelServer.open(tunnel);
            assertThat(tunnel.readFrame()).isEqualTo(TunnelServer.ACCEPTED);
            try (SocketChannel app = server.take(tunnel)) {
                StreamContract.write(app, new byte[] {1});
                assertThat(tunnel.readFrame()).endsWith((byte) 1);
                flood(tunnel, HexFormat.of().parseHex(frame));
                Ending.assertReset(app);
            }
        }
    }

    /** Sends until the other end has enough, and reads nothing. */
    private static void flood(Stranger tunnel, byte[] frame) {
        ByteBuffer batch = ByteBuffer.allocate(BATCH * frame.length);
        while (batch.hasRemaining()) {
            batch.put(frame);
        }
        assertThatThrownBy(() -> {
                    for (int i = 0; i < MOST_BATCHES; i++) {
                        tunnel.sendRaw(batch.array());
                    }
                })
                .isInstanceOf(SocketException.class);
    }

    @Test
    void recordsThatCarryNothing() throws Exception {
        try (RecordStranger tunnel = new RecordStranger(server.port, server.web(), TunnelServer.DB)) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < MOST_BATCHES; i++) {
                            tunnel.changeKeys();
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void recordsThatCarryNothingAreTakenNowAndThen() throws Exception {
        try (RecordStranger tunnel = new RecordStranger(server.port, server.web(), TunnelServer.DB)) {
            byte[] ping = {0x09, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8};
            for (int i = 0; i < 20; i++) {
                tunnel.changeKeys();
                tunnel.send(ping);
            }
            tunnel.awaitAnswers(20);
        }
    }

    @Test
    void aByteInEachFrameArrivesAndHoldsNobodyUp() throws Exception {
        byte[] sent = StreamContract.random(2, 200_000);
        ByteBuffer frames = ByteBuffer.allocate(5 * sent.length);
        for (byte each : sent) {
            frames.putInt(0x03_000001).put(each);
        }
        try (Stranger tunnel = server.client()) {
            TunnelServer.open(tunnel);
            assertThat(tunnel.readFrame()).isEqualTo(TunnelServer.ACCEPTED);
            try (SocketChannel app = server.take(tunnel)) {
                FutureTask<Boolean> sending = new FutureTask<>(() -> {
                    tunnel.sendRaw(frames.array());
                    return true;
                });
                Thread.ofVirtual().start(sending);
                neighbour.assertUnharmed();
                Ending.assertReads(app, sent);
                assertThat(sending.get(60, TimeUnit.SECONDS)).isTrue();
                TunnelServer.end(tunnel, app);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x03_00FFFD, 0x03_000000, 0x05_000002, 0x04_000001, 0xFF_000000, 0x01_000010, 0x09_FFFFFF})
    void aFrameThatMayNotComeCutsTheConnectionBehindWhatCameBeforeIt(int header) throws Exception {
        try (Stranger tunnel = server.client()) {
            TunnelServer.open(tunnel);
            assertThat(tunnel.readFrame()).isEqualTo(TunnelServer.ACCEPTED);
            try (SocketChannel app = server.take(tunnel)) {
                StreamContract.write(app, new byte[] {1});
                assertThat(tunnel.readFrame()).endsWith((byte) 1);
                tunnel.sendRaw(ByteBuffer.allocate(5 + 4 + 16)
                        .putInt(0x03_000001)
                        .put((byte) 7)
                        .putInt(header)
                        .array());
                Ending.assertReads(app, new byte[] {7});
                Ending.assertReset(app);
            }
            tunnel.awaitEnd();
        }
    }

    @Test
    void garbageInAConnectionIsNeverTakenForItsEnd() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 30; i++) {
            byte[] garbage = new byte[1 + random.nextInt(60_000)];
            random.nextBytes(garbage);
            garbage[0] = (byte) (0x0C + random.nextInt(0xF0)); // no frame's type
            try (Stranger tunnel = server.client()) {
                TunnelServer.open(tunnel);
                assertThat(tunnel.readFrame()).isEqualTo(TunnelServer.ACCEPTED);
                try (SocketChannel app = server.take(tunnel)) {
                    StreamContract.write(app, new byte[] {1});
                    assertThat(tunnel.readFrame()).as("seed %d", seed).endsWith((byte) 1);
                    tunnel.hold();
                    tunnel.sendRaw(garbage);
                    wasSent(tunnel);
                    Ending.assertReset(app);
                }
            }
        }
    }
}
