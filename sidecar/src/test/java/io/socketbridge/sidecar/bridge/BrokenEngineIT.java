package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.sidecar.bridge.BreakableProtection.Fault;
import io.socketbridge.sidecar.bridge.BreakableProtection.Task;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An engine of TLS that is broken ends its own tunnel, and harms nobody else. */
@Timeout(120)
class BrokenEngineIT {

    /** Those that loops and the JVM keep for later. */
    private static final int SPARE_DESCRIPTORS = 8;

    private static final int MANY = 40;

    private final BreakableProtection.Engines engines = new BreakableProtection.Engines();

    @AutoClose
    private final TunnelServer server = new TunnelServer(engines::protect);

    @ParameterizedTest
    @CsvSource({
        "HANDSHAKE, EXCEPTION",
        "HANDSHAKE, ERROR",
        "SERVER_NAME, EXCEPTION",
        "PEER, EXCEPTION",
        "TRUST, EXCEPTION",
        "OPEN, EXCEPTION",
        "OPEN, ERROR",
        "SEAL, EXCEPTION",
        "SEAL, ERROR",
        "RELEASE, EXCEPTION",
        "RELEASE, ERROR"
    })
    void fromItsBeginning(Task task, Fault fault) throws Exception {
        try (Neighbour neighbour = new Neighbour(server)) {
            long descriptors = TunnelServer.openDescriptors();
            for (int i = 0; i < MANY; i++) {
                engines.breakAt(task, fault);
                live();
                engines.mend();
            }
            neighbour.assertUnharmed();
            assertGivenBack(descriptors);
        }
        server.assertServes();
    }

    /** A tunnel's life, as far as it gets. */
    private void live() throws IOException, GeneralSecurityException {
        try (Stranger tunnel =
                Stranger.connect(server.port, server.web(), TunnelServer.DB, "TLSv1.3", "socketbridge/1")) {
            tunnel.shakeHands();
            TunnelServer.open(tunnel);
            tunnel.readFrame();
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            assertThat(e).isNotNull(); // How far it gets is for its engine to say.
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TRUST, EXCEPTION",
        "SERVER_NAME, EXCEPTION",
        "PEER, EXCEPTION",
        "OPEN, EXCEPTION",
        "OPEN, ERROR",
        "SEAL, EXCEPTION",
        "SEAL, ERROR"
    })
    void betweenTwoConnections(Task task, Fault fault) throws Exception {
        try (Neighbour neighbour = new Neighbour(server);
                Stranger tunnel = server.client()) {
            TunnelServer.open(tunnel);
            assertThat(tunnel.readFrame()).isEqualTo(TunnelServer.ACCEPTED);
            server.end(tunnel);
            engines.breakAt(task, fault);
            TunnelServer.open(tunnel);
            tunnel.awaitEnd();
            engines.mend();
            neighbour.assertUnharmed();
        }
        server.assertServes();
    }

    @ParameterizedTest
    @CsvSource({"OPEN, EXCEPTION", "OPEN, ERROR", "SEAL, EXCEPTION", "SEAL, ERROR"})
    void whileAConnectionIsOnIt(Task task, Fault fault) throws Exception {
        try (Neighbour neighbour = new Neighbour(server);
                Stranger tunnel = server.client()) {
            TunnelServer.open(tunnel);
            assertThat(tunnel.readFrame()).isEqualTo(TunnelServer.ACCEPTED);
            try (SocketChannel app = server.take(tunnel)) {
                StreamContract.write(app, new byte[] {1});
                assertThat(tunnel.readFrame()).endsWith((byte) 1);
                engines.breakAt(task, fault);
                if (task == Task.OPEN) {
                    tunnel.send(TunnelServer.DATA, new byte[] {2});
                } else {
                    StreamContract.write(app, new byte[] {2});
                }
                tunnel.awaitEnd();
                engines.mend();
                Ending.assertReset(app);
            }
            neighbour.assertUnharmed();
        }
        server.assertServes();
    }

    @Test
    void isWrittenToTheLogNowAndThen() throws Exception {
        List<LogRecord> warnings = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                if (line.getLevel().intValue() >= Level.WARNING.intValue()) {
                    warnings.add(line);
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("io.socketbridge");
        logger.addHandler(handler);
        try {
            engines.breakAt(Task.OPEN, Fault.EXCEPTION);
            // Another test's line may have been the last for a while.
            int lives = 0;
            while (lives < MANY || warnings.isEmpty()) {
                live();
                lives++;
            }
            assertThat(warnings).hasSizeLessThan(lives / 2);
        } finally {
            logger.removeHandler(handler);
        }
        engines.mend();
        server.assertServes();
    }

    private void assertGivenBack(long descriptors) {
        Bridge.await(
                () -> engines.held() == 1, () -> engines.held() + " engines are held, and not the neighbour's alone");
        Bridge.await(
                () -> {
                    server.closeAll(); // The app has sent nothing, and so was not told.
                    return TunnelServer.openDescriptors() <= descriptors + SPARE_DESCRIPTORS;
                },
                () -> TunnelServer.openDescriptors() + " descriptors are open, and before there were " + descriptors);
    }
}
