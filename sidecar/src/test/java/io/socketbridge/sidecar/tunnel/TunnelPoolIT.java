package io.socketbridge.sidecar.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.Tunnel;
import io.socketbridge.sidecar.frame.FrameType;
import io.socketbridge.sidecar.frame.ResetCode;
import io.socketbridge.sidecar.loop.Backoff;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.EventLoops;
import io.socketbridge.sidecar.loop.HostResolver;
import io.socketbridge.sidecar.relay.ByteStream;
import io.socketbridge.sidecar.relay.Dialer;
import io.socketbridge.sidecar.relay.Peer;
import io.socketbridge.sidecar.relay.ProxyHeader;
import io.socketbridge.sidecar.tls.Protection;
import io.socketbridge.sidecar.tls.Protections;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which tunnels a client's sidecar makes, and when, seen from a server. */
@Timeout(60)
class TunnelPoolIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Longer than any test lasts. */
    private static final Duration NEVER = Duration.ofHours(1);

    private static final Duration SOON = Duration.ofMillis(1);

    private final List<String> outcomes = new CopyOnWriteArrayList<>();
    private final EventLoops loops;
    private final EventLoop loop;
    private final HandServer server;

    TunnelPoolIT() throws IOException {
        loops = EventLoops.start(1);
        loop = loops.next();
        server = new HandServer();
    }

    @AfterEach
    void stop() throws IOException {
        loops.close();
        server.close();
    }

    @Test
    void aConnectionIsBegunAnewWhereTheReadyTunnelsServerIsAboutToEnd() throws Exception {
        TunnelPool pool = pool(Protections.CLEARTEXT, NEVER);
        onLoop(pool::refill);
        try (HandServer.Accepted ready = server.accept().greet()) {
            dial(pool);
            ready.expect(FrameType.OPEN).send(FrameType.RESET, ResetCode.DRAIN.code());
            ready.awaitEnd();
            // One is made ready in the place of the first, and one is for the connection; whichever comes first.
            try (HandServer.Accepted next = server.accept().greet();
                    HandServer.Accepted last = server.accept().greet()) {
                HandServer.firstToSpeak(next, last).expect(FrameType.OPEN).send(FrameType.ACCEPT);
                awaitOutcomes("connected");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ResetCode.class,
            names = {"DRAIN", "UNAVAILABLE", "RESOURCES"})
    void aConnectionThatANewTunnelsServerRefusesHasFailed(ResetCode code) throws Exception {
        TunnelPool pool = pool(Protections.CLEARTEXT, NEVER, 0);
        dial(pool);
        try (HandServer.Accepted only = server.accept().greet()) {
            only.expect(FrameType.OPEN).send(FrameType.RESET, code.code());
            only.awaitEnd();
        }
        awaitOutcomes(
                switch (code) {
                    case DRAIN -> "draining";
                    case UNAVAILABLE -> "refused";
                    default -> "resources";
                });
    }

    @Test
    void noneIsMadeReadyAgainAndAgainWhereTheServerHangsUpAfterTheHandshake() throws Exception {
        TunnelPool pool = pool(Protections.CLEARTEXT, NEVER);
        dial(pool);
        server.accept().greet().hangUp();
        server.accept().greet().hangUp();
        awaitOutcomes("ended");
        for (int i = 1; i <= 5; i++) {
            dial(pool);
            server.accept().greet().hangUp();
            int failed = i + 1;
            Awaitility.await().until(() -> outcomes.size() == failed);
        }
        hop();
        assertThat(server.hasMore()).as("more than one for each connection").isFalse();
    }

    @Test
    void oneIsMadeReadyAtOnceWhenAConnectionIsTakenAfterAll() throws Exception {
        TunnelPool pool = pool(Protections.CLEARTEXT, NEVER);
        dial(pool);
        server.accept().greet().hangUp();
        server.accept().greet().hangUp();
        awaitOutcomes("ended");
        dial(pool);
        try (HandServer.Accepted taken = server.accept().greet()) {
            taken.expect(FrameType.OPEN).send(FrameType.ACCEPT);
            server.accept().greet().close();
            awaitOutcomes("ended", "connected");
        }
    }

    @Test
    void anotherIsMadeReadyAfterAFailureThatNobodyHasForeseen() throws Exception {
        TunnelPool pool = pool(new FailsOnce(), SOON);
        onLoop(pool::refill);
        server.accept().awaitEnd();
        server.accept().greet().close();
    }

    @Test
    void aConnectionFailsAndNothingIsLeftOpenAfterAFailureThatNobodyHasForeseen() throws Exception {
        TunnelPool pool = pool(new FailsOnce(), NEVER, 0);
        dial(pool);
        server.accept().awaitEnd();
        awaitOutcomes("error");
    }

    @Test
    void nobodyIsConnectedWhoWasGivenUpWhileAHostWasLookedUp() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        HostResolver.THREADS.execute(() -> awaitUninterrupted(busy));
        HostResolver.THREADS.execute(() -> awaitUninterrupted(busy));
        TunnelPool pool = pool("localhost", Protections.CLEARTEXT, NEVER, 0);
        Attempt givenUp = dial(pool);
        onLoop(givenUp::cancel);
        dial(pool);
        busy.countDown();
        try (HandServer.Accepted wanted = server.accept().greet()) {
            wanted.expect(FrameType.OPEN).send(FrameType.ACCEPT);
            awaitOutcomes("connected");
        }
        assertThat(server.hasMore()).isFalse();
    }

    @Test
    void whoDialsAfterTheEndIsConnectedAndNothingIsKeptReady() throws Exception {
        TunnelDialer dialer = new TunnelDialer(
                server.address("127.0.0.1"), Tunnel.NONE, Protections.CLEARTEXT, 1, new Departures(), false);
        dialer.close();
        dialer.warmUp(loops);
        onLoop(() -> dialer.dial(loop, () -> new ProxyHeader(Peer.UNKNOWN, ""), LIMIT, new Noted()));
        try (HandServer.Accepted only = server.accept().greet()) {
            only.expect(FrameType.OPEN).send(FrameType.ACCEPT);
            awaitOutcomes("connected");
        }
        hop();
        assertThat(server.hasMore()).isFalse();
    }

    private TunnelPool pool(Protections protections, Duration backoff) {
        return pool(protections, backoff, 1);
    }

    private TunnelPool pool(Protections protections, Duration backoff, int mostFree) {
        return pool("127.0.0.1", protections, backoff, mostFree);
    }

    private TunnelPool pool(String host, Protections protections, Duration backoff, int mostFree) {
        return new TunnelPool(
                loop,
                server.address(host),
                Tunnel.NONE,
                protections,
                mostFree,
                new Backoff(backoff, backoff),
                new Departures());
    }

    private Attempt dial(TunnelPool pool) {
        Attempt attempt =
                new Attempt(new ProxyHeader(Peer.UNKNOWN, ""), System.nanoTime() + LIMIT.toNanos(), new Noted());
        onLoop(() -> pool.dial(attempt));
        return attempt;
    }

    private void onLoop(Runnable task) {
        CompletableFuture.runAsync(task, loop).join();
    }

    /** Lets the loop do what it has put off for others. */
    private void hop() {
        for (int i = 0; i < 5; i++) {
            onLoop(() -> {});
        }
    }

    private void awaitOutcomes(String... expected) {
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(outcomes).containsExactly(expected));
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Noted implements Dialer.Outcome {

        @Override
        public void connected(ByteStream stream) {
            outcomes.add("connected");
        }

        @Override
        public void failed(String reason, String message) {
            outcomes.add(reason);
        }
    }

    /** Fails in a way that is not foreseen, the first time. */
    private static final class FailsOnce implements Protections {

        private final AtomicInteger calls = new AtomicInteger();

        @Override
        public Protection client(String serverName) throws SSLException {
            if (calls.getAndIncrement() == 0) {
                throw new IllegalStateException("nobody has foreseen this");
            }
            return Protections.CLEARTEXT.client(serverName);
        }

        @Override
        public Protection server() throws SSLException {
            return Protections.CLEARTEXT.server();
        }
    }
}
