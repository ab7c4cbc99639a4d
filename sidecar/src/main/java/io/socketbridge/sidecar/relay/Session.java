package io.socketbridge.sidecar.relay;

import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.sidecar.loop.EventLoop;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One accepted connection, from then to its end: who it is from, and where it is in its life. Owned by its loop. */
final class Session {

    private final Lane lane;
    private final ByteStream accepted;
    private final Policy policy;
    private final long acceptedNanos = System.nanoTime();
    private final boolean logged;
    private final Tally tally;
    private Phase phase;

    /** Where it is in its lane; the lane's. */
    int slot;

    /** Zero until a target is connected. */
    private long connectNanos;

    private String target = "";

    /** Who is at the other end; null until somebody asks. */
    private @Nullable ProxyHeader origin;

    private long pid = Peer.UNKNOWN_ID;

    Session(Lane lane, ByteStream accepted) {
        this.lane = lane;
        this.accepted = accepted;
        this.policy = lane.relay().policy();
        this.tally = new Tally(lane.relay().meter());
        this.logged =
                policy.accessLogPercent() > 0 && ThreadLocalRandom.current().nextInt(100) < policy.accessLogPercent();
        this.origin = accepted.header().map(Session::named).orElse(null);
        this.phase = policy.expectsHeader() ? new HeaderReader(this) : new Dialling(this);
    }

    /** Begins its life: reads the header that has to come first, and finds a target. */
    void start() {
        lane.add(this);
        if (logged) {
            origin(); // while there is somebody to be asked
        }
        phase.start();
    }

    Lane lane() {
        return lane;
    }

    EventLoop loop() {
        return lane.loop();
    }

    Relay relay() {
        return lane.relay();
    }

    ByteStream accepted() {
        return accepted;
    }

    Policy policy() {
        return policy;
    }

    Phase phase() {
        return phase;
    }

    /** By when it has to be joined to a target. */
    long connectDeadlineNanos() {
        return acceptedNanos + TimeUnit.MILLISECONDS.toNanos(policy.limits().connectTimeoutMillis());
    }

    long acceptedNanos() {
        return acceptedNanos;
    }

    /** It began with this header. */
    void headerRead(ProxyHeader header) {
        if (header.peer().isKnown()) {
            origin = named(header);
        } else if (!header.id().isEmpty()) {
            origin = new ProxyHeader(ownOrigin().peer(), header.id());
        }
        phase = new Dialling(this);
        phase.start();
    }

    private static ProxyHeader named(ProxyHeader header) {
        return header.id().isEmpty() ? new ProxyHeader(header.peer(), ConnectionId.next()) : header;
    }

    /** Joins it to a target. */
    void connected(ByteStream stream, Destination destination) {
        connectNanos = Math.max(1, System.nanoTime() - acceptedNanos);
        relay().meter().connected(connectNanos);
        target = destination.address();
        if (destination.header() == ProxyProtocol.V2 && !sendHeader(stream)) {
            tally.reset(ResetReason.PEER);
            stream.reset();
            accepted.abandon();
            ended();
            return;
        }
        accepted.joined();
        phase = new Connection(
                loop(),
                relay()::warn,
                tally,
                accepted,
                stream,
                this::ended,
                new Liveness(loop().kernel(), lane.sockets(), System.nanoTime(), accepted, stream));
        phase.start();
    }

    private boolean sendHeader(ByteStream stream) {
        byte[] header = origin().encode();
        MemorySegment buffer = loop().buffer();
        MemorySegment.copy(header, 0, buffer, ValueLayout.JAVA_BYTE, 0, header.length);
        // The first bytes on a new socket, and few: they find room, or nobody takes any.
        return stream.writeFirst(buffer, 0, header.length) == header.length;
    }

    /** Ends it before it was joined to a target. */
    void failed(String reason) {
        tally.failed(reason);
        accepted.refuse(reason);
        ended();
    }

    /** Ends it before it was joined to a target, for a reason that has nothing to do with targets. */
    void reset(ResetReason reason) {
        tally.reset(reason);
        accepted.abandon();
        ended();
    }

    private void ended() {
        lane.remove(this);
        loop().load().decrementAndGet();
        long nanos = System.nanoTime() - acceptedNanos;
        relay().meter().lasted(nanos);
        if (logged) {
            relay().accessLog().write(origin(), pid, target, tally, connectNanos, nanos);
        }
        relay().left();
    }

    /** Who it is from; asked for when somebody wants to know. */
    ProxyHeader origin() {
        ProxyHeader known = origin;
        if (known == null) {
            known = ownOrigin();
            origin = known;
        }
        return known;
    }

    private ProxyHeader ownOrigin() {
        PeerReader reader = new PeerReader(lane.sockets(), accepted);
        pid = reader.pid();
        return new ProxyHeader(reader.peer(), ConnectionId.next());
    }
}
