package io.socketbridge.sidecar.tunnel;

import io.socketbridge.sidecar.frame.FrameHeader;
import io.socketbridge.sidecar.frame.FrameType;
import io.socketbridge.sidecar.frame.ResetCode;
import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.Farewells;
import io.socketbridge.sidecar.loop.LogLimit;
import io.socketbridge.sidecar.tls.Protection;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A protected TCP connection to another sidecar, through which one app's connection passes after the other. Owned by one loop.
 *
 * <p>While a {@link TunnelStream} is being read, the frames are its own; otherwise they go to the {@link Owner}.
 */
final class Tunnel {

    private static final int INTEREST = Epoll.IN | Epoll.OUT | Epoll.RDHUP | Epoll.EDGE_TRIGGERED;

    private static final int ENDING = Epoll.RDHUP | Epoll.HUP | Epoll.ERR;

    /** How many frames that are no data are taken before others get a turn. */
    private static final int TURNS = 64;

    /** One that is older is not used for another connection: new keys cost a handshake, which at this rate is nothing. */
    private static final Duration OLD = Duration.ofHours(1);

    private static final Logger LOG = Logger.getLogger(Tunnel.class);
    private static final LogLimit BUGS = new LogLimit();

    private final long beganNanos = System.nanoTime();
    private final Restraint restraint = new Restraint();
    private final EventLoop loop;
    private final SealedLink link;
    private final FrameInput input;
    private final Owner owner;
    private final Departures departures;

    /** Whether the end is to be told as one, and not as a reset. */
    private boolean endsInOrder;

    private boolean departing;
    private long registration;
    private State state = State.HANDSHAKING;

    /** Gets events while it is being read; null while no stream is. */
    private @Nullable TunnelStream reader;

    private boolean readAgainSoon;
    private boolean goingAway;
    private long heardNanos = System.nanoTime();

    private enum State {
        HANDSHAKING,
        ESTABLISHED,
        /** Until all is sent. */
        LEAVING,
        CLOSED
    }

    /** Whose a tunnel is. Called on the loop. */
    interface Owner {

        /** The handshake is over: it is known who is at the other end. */
        void established();

        /** A frame came that is no stream's. */
        void frame(FrameType type, byte[] payload) throws TunnelException;

        /** The tunnel has become of no use while nobody read from it. */
        void broken(TunnelException reason);

        /** It is closed; called once, and last. */
        void closed();
    }

    /**
     * Takes a connected socket over; does nothing before {@link #start}.
     *
     * @param registration with the loop; negative if there is none
     * @param departures is told while it has only to send what waits
     */
    Tunnel(EventLoop loop, int fd, long registration, Protection protection, Departures departures, Owner owner) {
        this.departures = departures;
        this.loop = loop;
        this.link = new SealedLink(loop, fd, protection);
        this.input = new FrameInput(loop, link);
        this.owner = owner;
        this.registration = registration;
    }

    /** Begins the handshake. */
    void start() {
        try {
            if (registration >= 0) {
                loop.hand(registration, this::ready);
            } else {
                registration = loop.watch(link.descriptor(), INTEREST, this::ready);
            }
        } catch (LinuxException e) {
            fail(new TunnelException("resources", String.valueOf(e.getMessage())));
            return;
        }
        guarded(this::goOn);
    }

    EventLoop loop() {
        return loop;
    }

    int descriptor() {
        return link.descriptor();
    }

    Protection protection() {
        return link.protection();
    }

    /** Whether another connection may begin on it: it works, and its keys have not been used for long or for much. */
    boolean isUsable() {
        return state == State.ESTABLISHED
                && !goingAway
                && !link.isWorn()
                && System.nanoTime() - beganNanos < OLD.toNanos();
    }

    /** Whether the other end would still be believed; where the engine cannot say, it would not. */
    boolean isStillTrusted() {
        try {
            return link.protection().isStillTrusted();
        } catch (RuntimeException e) {
            BUGS.write(more -> LOG.warnf(e, "a tunnel's engine cannot say whether to trust the other end%s", more));
            return false;
        }
    }

    /** When the other end was last heard, by {@link System#nanoTime}. */
    long heardNanos() {
        return heardNanos;
    }

    private void ready(int events) {
        if (state != State.CLOSED) {
            guarded(() -> take(events));
        }
    }

    /** What nobody has thought of ends this tunnel, and nothing else. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            BUGS.write(more -> LOG.warnf(e, "a tunnel is ended by an error that should not be%s", more));
            TunnelStream stream = reader;
            try {
                fail(new TunnelException("error", e.toString()));
                if (stream != null) {
                    stream.isGone();
                }
            } finally {
                close();
            }
        }
    }

    private void take(int events) {
        if ((events & (Epoll.OUT | Epoll.HUP | Epoll.ERR)) != 0) {
            int flushed = link.flush();
            if (state == State.LEAVING) {
                leaveWhenSent(flushed);
                return;
            }
        }
        boolean input = (events & (Epoll.IN | ENDING)) != 0;
        if (input) {
            link.readable((events & ENDING) != 0);
            heardNanos = System.nanoTime();
        }
        TunnelStream stream = reader;
        if (stream != null) {
            stream.ready((input ? Epoll.IN : 0) | (link.isFull() ? 0 : Epoll.OUT));
        } else if (input) {
            goOn();
        }
    }

    private void goOn() {
        try {
            if (state == State.HANDSHAKING) {
                int came = link.handshake(EventLoop.HEADROOM_BYTES);
                if (came < 0) {
                    readAgain();
                    return;
                }
                state = State.ESTABLISHED;
                input.accept(EventLoop.HEADROOM_BYTES, came);
                owner.established();
            }
            for (int frames = 0; state == State.ESTABLISHED && reader == null; frames++) {
                if (frames == TURNS) {
                    readAgain();
                    return;
                }
                if (readData() > 0) {
                    throw new TunnelException("protocol", "bytes came outside of a connection");
                }
                FrameType type = pending();
                if (type == null) {
                    readAgain();
                    return;
                }
                if (type == FrameType.RESET) {
                    restrain();
                }
                owner.frame(type, input.take());
            }
        } catch (TunnelException e) {
            fail(e);
        }
    }

    /** Whether something that was sent was not acknowledged yet by the machine at the other end. */
    boolean isUnacknowledged() {
        return loop.kernel().unacknowledgedBytes(link.descriptor()) > 0;
    }

    /** Has a stream read what comes, from now on; null for the owner. What came before is read soon. */
    void readBy(@Nullable TunnelStream stream) {
        reader = stream;
        readAgain();
    }

    /** Has an event come soon, if there is something that no other event would tell of. */
    void readAgain() {
        if (!readAgainSoon && input.mayHold()) {
            readAgainSoon = true;
            loop.afterOthers(() -> {
                readAgainSoon = false;
                if (state != State.CLOSED) {
                    guarded(this::readOn);
                }
            });
        }
    }

    private void readOn() {
        TunnelStream stream = reader;
        if (stream != null) {
            stream.ready(Epoll.IN | (pending() == FrameType.OUT_OF_BAND ? Epoll.PRI : 0));
        } else {
            goOn();
        }
    }

    /**
     * Reads data into the loop's buffer: how many bytes, or 0 when a frame is {@link #pending} that ends it, or there is none yet, or not
     * before others had a turn: then {@link #readAgain} is to be called.
     */
    int readData() throws TunnelException {
        int count = input.read();
        for (int frames = 0; count == 0 && frames < TURNS && isOurs(input.pending()); frames++) {
            restrain();
            takeOurs(input.pending(), input.take());
            count = input.read();
        }
        return count;
    }

    private void restrain() throws TunnelException {
        if (!restraint.takes(System.nanoTime())) {
            throw new TunnelException(
                    "protocol", "more than " + Restraint.MOST_IN_A_SECOND + " frames in a second that carry nothing");
        }
    }

    private static boolean isOurs(@Nullable FrameType type) {
        return type == FrameType.PING || type == FrameType.PONG || type == FrameType.GO_AWAY;
    }

    private void takeOurs(@Nullable FrameType type, byte[] payload) {
        if (type == FrameType.PING && !link.isFull()) {
            send(FrameType.PONG, payload);
        }
        goingAway |= type == FrameType.GO_AWAY;
    }

    /** The frame that comes next, if it is known, is no data, and is not about the tunnel itself. */
    @Nullable
    FrameType pending() {
        FrameType next = input.pending();
        return isOurs(next) ? null : next;
    }

    /** Takes the pending frame. */
    byte[] take() {
        return input.take();
    }

    /** Whether what was sent waits to be taken, so that nothing more should be sent. */
    boolean isFull() {
        return link.isFull();
    }

    /**
     * Sends bytes of the loop's buffer, from its start; what is in front of each of them may be overwritten.
     *
     * @return 0, or a negated error number
     */
    int sendData(int length) {
        int sent = 0;
        while (sent < length) {
            int now = Math.min(length - sent, FrameHeader.MOST_DATA_BYTES);
            int at = EventLoop.HEADROOM_BYTES + sent - FrameHeader.BYTES;
            FrameHeader.write(loop.framed(), at, FrameHeader.of(FrameType.DATA, now));
            int result = link.send(at, FrameHeader.BYTES + now);
            if (result < 0) {
                return result;
            }
            sent += now;
        }
        return 0;
    }

    /** Sends frames without a payload, in one piece: 0, or a negated error number. */
    int send(FrameType... types) {
        int at = 0;
        for (FrameType type : types) {
            FrameHeader.write(loop.framed(), at, FrameHeader.of(type, 0));
            at += FrameHeader.BYTES;
        }
        return link.send(0, at);
    }

    /** Sends a short frame: 0, or a negated error number. */
    int send(FrameType type, byte[] payload) {
        MemorySegment framed = loop.framed();
        FrameHeader.write(framed, 0, FrameHeader.of(type, payload.length));
        MemorySegment.copy(payload, 0, framed, ValueLayout.JAVA_BYTE, FrameHeader.BYTES, payload.length);
        return link.send(0, FrameHeader.BYTES + payload.length);
    }

    /** Cuts the connection that is on it, and the tunnel with it, after what was sent. */
    void reset(ResetCode code) {
        if (state == State.ESTABLISHED) {
            send(FrameType.RESET, new byte[] {code.code()});
            depart();
        } else {
            close();
        }
    }

    /** Closes when all is sent, or after a while; what was sent arrives, also when this process has ended by then. */
    void leave() {
        endsInOrder = true;
        depart();
    }

    private void depart() {
        if (state != State.ESTABLISHED) {
            close();
            return;
        }
        state = State.LEAVING;
        departing = true;
        departures.began();
        reader = null;
        if (link.isFull()) {
            loop.schedule(Farewells.LONGEST, this::close);
        }
        leaveWhenSent(link.isFull() ? -Errno.EAGAIN : 0);
    }

    private void leaveWhenSent(int flushed) {
        if (flushed == -Errno.EAGAIN) {
            return;
        }
        if (!release()) {
            return;
        }
        if (endsInOrder) {
            loop.kernel().setResetOnClose(link.descriptor(), false);
            loop.kernel().close(link.descriptor());
        } else {
            loop.farewells().reset(link.descriptor());
        }
    }

    /** Closes at once. */
    void close() {
        if (release()) {
            loop.kernel().close(link.descriptor());
        }
    }

    /** Gives back all but the descriptor; false where that was done before. */
    private boolean release() {
        if (state == State.CLOSED) {
            return false;
        }
        state = State.CLOSED;
        reader = null;
        loop.forget(registration);
        input.release();
        try {
            link.release();
        } catch (RuntimeException | AssertionError | LinkageError | StackOverflowError e) {
            BUGS.write(more -> LOG.warnf(e, "a tunnel's engine could not be given back%s", more));
        }
        if (departing) {
            departures.over();
        }
        owner.closed();
        return true;
    }

    private void fail(TunnelException reason) {
        if (state == State.HANDSHAKING || state == State.ESTABLISHED) {
            close();
            owner.broken(reason);
        }
    }
}
