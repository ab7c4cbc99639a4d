package io.socketbridge.sidecar.tunnel;

import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.loop.ChunkPool.Chunk;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.tls.Protection;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection under its protection: plain bytes in {@link EventLoop#framed} on this side, sealed ones on the other. While nothing
 * is on its way it holds no buffer. Owned by one loop.
 */
final class SealedLink {

    /** Larger than any record. */
    private static final int RECORD_BYTES = 17 * 1024;

    /** What a loop's buffer holds, sealed, and some control frames behind it. */
    private static final int MOST_UNSENT_BYTES = 2 * EventLoop.BUFFER_BYTES;

    /** How often the socket is asked in a turn, where what came opens to nothing: others wait. */
    private static final int MOST_ROUNDS = 8;

    private final EventLoop loop;
    private final int fd;
    private final Protection protection;
    private final LinkBuffers buffers;

    /** Came, and could not be opened yet; null when that is nothing. */
    private @Nullable Chunk received;

    private int receivedBytes;

    /** Whether {@link #received} holds more that can be opened without anything to follow. */
    private boolean openable;

    /** Whether the socket held at least what was last asked of it. */
    private boolean socketMayHold = true;

    /** Whether the end, or an error, will be told behind what the socket holds. */
    private boolean socketEnds;

    /** Was sealed and not taken by the socket, from {@link #unsentStart}; null when that is nothing. */
    private @Nullable Chunk unsent;

    private int unsentStart;
    private int unsentEnd;

    /** How much was sealed, and opened, by the keys of this end and of the other. */
    private long sealedBytes;

    private long openedBytes;

    /** Whether the socket takes nothing any more; what came before may still be read. */
    private boolean sendFailed;

    /** Why nothing more will come; null while something may. */
    private @Nullable TunnelException failure;

    SealedLink(EventLoop loop, int fd, Protection protection) {
        this.loop = loop;
        this.fd = fd;
        this.protection = protection;
        this.buffers = LinkBuffers.of(loop);
    }

    int descriptor() {
        return fd;
    }

    Protection protection() {
        return protection;
    }

    /**
     * Notes that an event has said that something came.
     *
     * @param ends whether that is, or will be followed by, the end: of it no other event tells
     */
    void readable(boolean ends) {
        socketMayHold = true;
        socketEnds |= ends;
    }

    /** Whether {@link #receive}, or {@link #handshake}, may find something without another event. */
    boolean mayHold() {
        return openable || socketMayHold || failure != null;
    }

    /** Whether its keys have protected so much that no other connection should begin on it: a quarter of what they may. */
    boolean isWorn() {
        return Math.max(sealedBytes, openedBytes) > protection().mostKeyBytes() / 4;
    }

    /** Whether something waits for the socket to take it: then nothing should be sent. */
    boolean isFull() {
        return unsent != null;
    }

    /**
     * Goes on with the handshake.
     *
     * @param at where in {@link EventLoop#framed} plain bytes are put that came behind it
     * @return how many those are, or negative while it is not over: more may be there at once if {@link #mayHold}
     */
    int handshake(int at) throws TunnelException {
        ByteBuffer plain = buffers.plain(at, protection.slack());
        boolean over = false;
        for (int round = 0; !over; round++) {
            ByteBuffer sealed = buffers.sealed(received, receivedBytes);
            ByteBuffer answer = buffers.outgoing();
            int before = sealed.remaining();
            try {
                over = protection.handshake(sealed, plain, answer);
            } catch (SSLException | RuntimeException | AssertionError | LinkageError | StackOverflowError e) {
                throw fail("handshake", "the TLS handshake failed: " + says(e));
            } finally {
                send(answer);
                keep(sealed);
            }
            openable = over && sealed.hasRemaining();
            if (!over && sealed.remaining() == before && (round >= MOST_ROUNDS || !more(RECORD_BYTES))) {
                return -1;
            }
        }
        return plain.position() - at;
    }

    /**
     * Receives and opens what is there and has room.
     *
     * @param at where in {@link EventLoop#framed} the plain bytes are put
     * @return how many there are; 0 when there is no room, or nothing yet: more may be there at once if {@link #mayHold}
     * @throws TunnelException if the connection has ended or what comes next cannot be opened
     */
    int receive(int at) throws TunnelException {
        throwFailure();
        ByteBuffer plain = buffers.plain(at, protection.slack());
        int room = plain.remaining();
        if (room < protection.leastRoom()) {
            return 0;
        }
        for (int round = 0; plain.position() == at; round++) {
            if (!openable && (round >= MOST_ROUNDS || !more(room + protection.mostOverhead(room)))) {
                return 0;
            }
            open(plain);
            if (plain.position() == at) {
                throwFailure();
            }
        }
        return plain.position() - at;
    }

    private void throwFailure() throws TunnelException {
        if (failure != null) {
            sendFailed = true;
            throw failure;
        }
    }

    /** Opens what came; where that fails, what was opened before is given first. */
    private void open(ByteBuffer plain) {
        ByteBuffer sealed = buffers.sealed(received, receivedBytes);
        ByteBuffer answer = buffers.outgoing();
        int before = sealed.remaining();
        openable = false;
        try {
            openable = protection.open(sealed, plain, answer) && sealed.hasRemaining();
        } catch (SSLException | RuntimeException | AssertionError | LinkageError | StackOverflowError e) {
            fail("tls", "what came cannot be opened: " + says(e));
        } finally {
            openedBytes += before - sealed.remaining();
            send(answer);
            keep(sealed);
        }
        if (failure == null && protection.isInputOver()) {
            // Whatever came before may still be answered.
            failure = new TunnelException("ended", "the other end closed the tunnel");
        }
        if (failure == null && openedBytes > protection.mostKeyBytes()) {
            fail("keys", "its keys have protected as much as they may");
        }
    }

    /**
     * An engine's exceptions say what is wrong; others that it is broken, or in what state it must not be. So do errors that are not about
     * the whole process: what somebody sends must not end that.
     */
    private static String says(Throwable e) {
        return e instanceof SSLException ? String.valueOf(e.getMessage()) : e.toString();
    }

    /** Receives; false when nothing is there. */
    private boolean more(int most) throws TunnelException {
        if (!socketMayHold) {
            return false;
        }
        MemorySegment sealed = buffers.sealedMemory();
        int want = Math.min(Math.max(most, RECORD_BYTES), (int) sealed.byteSize() - receivedBytes);
        if (want <= 0) {
            throw fail("protocol", "a record that is too long");
        }
        // Behind what is kept, so that both are together when they are opened.
        int count = loop.kernel().receive(fd, sealed, receivedBytes, want);
        if (count > 0) {
            socketMayHold = count == want || socketEnds;
            if (received != null) {
                MemorySegment.copy(received.memory(), 0, sealed, 0, receivedBytes);
            }
            buffers.holds(receivedBytes + count);
            return true;
        }
        if (count == -Errno.EAGAIN || count == -Errno.EINTR) {
            socketMayHold = count == -Errno.EINTR;
            return false;
        }
        throw count == 0
                ? fail("ended", "the other end closed the connection")
                : fail("reset", "recv: " + Errno.describe(-count));
    }

    /** Keeps what was not opened. */
    private void keep(ByteBuffer sealed) {
        int left = sealed.remaining();
        Chunk before = received;
        received = null;
        if (left > 0) {
            Chunk taken = loop.chunks().acquire(left);
            MemorySegment.copy(buffers.sealedMemory(), sealed.position(), taken.memory(), 0, left);
            received = taken;
        }
        receivedBytes = left;
        buffers.holds(0);
        if (before != null) {
            loop.chunks().release(before);
        }
    }

    /**
     * Seals and sends bytes of {@link EventLoop#framed}; what the socket does not take is kept.
     *
     * @return 0, or a negated error number
     */
    int send(int offset, int length) {
        if (sendFailed) {
            return -Errno.ECONNRESET;
        }
        ByteBuffer plain = buffers.plain(offset, 0).limit(offset + length);
        ByteBuffer sealed = buffers.outgoing();
        try {
            protection.seal(plain, sealed);
        } catch (SSLException | RuntimeException | AssertionError | LinkageError | StackOverflowError e) {
            fail("tls", "bytes could not be sealed: " + says(e));
            return -Errno.ECONNRESET;
        }
        sealedBytes += sealed.position();
        if (sealedBytes > protection.mostKeyBytes()) {
            fail("keys", "its keys have protected as much as they may");
            return -Errno.ECONNRESET;
        }
        return send(sealed);
    }

    /** Sends what was sealed; whatever has failed before, an alert is to go out. */
    private int send(ByteBuffer sealed) {
        int count = sealed.position();
        if (count == 0) {
            return 0;
        }
        if (unsent != null) {
            return append(unsent, count);
        }
        int sent = loop.kernel().send(fd, buffers.outgoingMemory(), 0, count);
        if (sent < 0 && sent != -Errno.EAGAIN && sent != -Errno.EINTR) {
            sendFailed = true;
            return sent;
        }
        sent = Math.max(0, sent);
        if (sent < count) {
            Chunk taken = loop.chunks().acquire(count - sent);
            MemorySegment.copy(buffers.outgoingMemory(), sent, taken.memory(), 0, count - sent);
            unsent = taken;
            unsentStart = 0;
            unsentEnd = count - sent;
        }
        return 0;
    }

    /** Puts what was sealed behind what waits: control frames, which are few and short. */
    private int append(Chunk before, int count) {
        int waiting = unsentEnd - unsentStart;
        if (waiting + count > MOST_UNSENT_BYTES) {
            fail("protocol", "the other end has more and more answered, and does not read");
            return -Errno.ENOBUFS;
        }
        Chunk taken = loop.chunks().acquire(waiting + count);
        MemorySegment.copy(before.memory(), unsentStart, taken.memory(), 0, waiting);
        MemorySegment.copy(buffers.outgoingMemory(), 0, taken.memory(), waiting, count);
        loop.chunks().release(before);
        unsent = taken;
        unsentStart = 0;
        unsentEnd = waiting + count;
        return 0;
    }

    /** Sends what waits: 0 when nothing is left, {@code -EAGAIN}, or another negated error number. */
    int flush() {
        while (unsent != null) {
            int sent = loop.kernel().send(fd, unsent.memory(), unsentStart, unsentEnd - unsentStart);
            if (sent == -Errno.EAGAIN || sent == -Errno.EINTR) {
                return -Errno.EAGAIN;
            }
            if (sent < 0) {
                sendFailed = true;
                loop.chunks().release(unsent);
                unsent = null;
                return sent;
            }
            unsentStart += sent;
            if (unsentStart == unsentEnd) {
                loop.chunks().release(unsent);
                unsent = null;
            }
        }
        return 0;
    }

    private TunnelException fail(String reason, String message) {
        TunnelException made = new TunnelException(reason, message);
        failure = made;
        sendFailed = true;
        return made;
    }

    /** Gives back all but the descriptor. */
    void release() {
        if (received != null) {
            loop.chunks().release(received);
            received = null;
        }
        if (unsent != null) {
            loop.chunks().release(unsent);
            unsent = null;
        }
        // The descriptor and the engine may be another's from now on.
        sendFailed = true;
        socketMayHold = false;
        openable = false;
        protection.release();
    }
}
