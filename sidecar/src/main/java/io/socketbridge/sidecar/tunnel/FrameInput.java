package io.socketbridge.sidecar.tunnel;

import io.socketbridge.sidecar.frame.FrameHeader;
import io.socketbridge.sidecar.frame.FrameType;
import io.socketbridge.sidecar.frame.ProtocolException;
import io.socketbridge.sidecar.loop.ChunkPool.Chunk;
import io.socketbridge.sidecar.loop.EventLoop;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Takes frames out of what a link receives. The bytes of data frames come to lie in the loop's buffer, one behind the other; a frame of
 * another kind ends that, and has to be taken before more is read. Owned by one loop.
 *
 * <p>What was opened behind such a frame is kept, and taken apart where it lies: each byte is moved at most twice, however small the frames
 * are.
 */
final class FrameInput {

    private static final byte[] NO_BYTES = {};

    private final EventLoop loop;
    private final SealedLink link;

    /** The header that is being read, and how much of it was. */
    private int header;

    private int headerBytes;

    /** Of the frame that is being read; without meaning between frames. */
    private FrameType type = FrameType.DATA;

    private int payloadLeft;

    /** The payload of a frame that is no data; as long as it shall be. */
    private byte[] payload = NO_BYTES;

    /** A frame that is no data and was read whole; null while there is none. */
    private @Nullable FrameType pending;

    /** What was opened behind it, from {@link #deferredAt} to {@link #deferredEnd}; null when that is nothing. */
    private @Nullable Chunk deferred;

    private int deferredAt;
    private int deferredEnd;

    /** How many bytes of data the loop's buffer holds; during a read. */
    private int count;

    /** Why nothing more can be read, once what came before is taken; null while something may. */
    private @Nullable TunnelException failure;

    FrameInput(EventLoop loop, SealedLink link) {
        this.loop = loop;
        this.link = link;
    }

    /** A frame that is no data and comes next; null while there is none. */
    @Nullable
    FrameType pending() {
        return pending;
    }

    /** Takes the {@link #pending} frame, and gives its payload. */
    byte[] take() {
        pending = null;
        return payload;
    }

    /** Whether {@link #read} may find something without another event. */
    boolean mayHold() {
        return pending != null || deferred != null || failure != null || link.mayHold();
    }

    /** Takes note of plain bytes that were put into {@link EventLoop#framed} while the handshake ended. */
    void accept(int at, int bytes) {
        defer(at, at + bytes);
    }

    /**
     * Reads data into the loop's buffer, from its start, up to a frame of another kind; not more than a turn's worth.
     *
     * @return how many bytes; 0 when a frame of another kind is {@link #pending}, or nothing is there yet
     * @throws TunnelException if nothing more can be read; what came before was given by earlier calls
     */
    int read() throws TunnelException {
        count = 0;
        TunnelException known = failure;
        if (known == null && pending == null) {
            try {
                fill();
            } catch (TunnelException e) {
                known = e;
                failure = e;
            }
        }
        if (known != null && count == 0 && pending == null) {
            throw known;
        }
        return count;
    }

    private void fill() throws TunnelException {
        readDeferred();
        int opened = 0;
        while (pending == null && deferred == null && opened < EventLoop.BUFFER_BYTES) {
            int more = readRecords();
            if (more == 0) {
                return;
            }
            opened += more;
        }
    }

    private void readDeferred() throws TunnelException {
        Chunk chunk = deferred;
        if (chunk == null) {
            return;
        }
        int end = deferredEnd;
        int at = end;
        try {
            at = parse(chunk.memory(), deferredAt, end);
        } finally {
            deferredAt = at;
            if (at == end) {
                release();
            }
        }
    }

    /** Reads what the link gives at once behind what there is; how many bytes were opened. */
    private int readRecords() throws TunnelException {
        MemorySegment framed = loop.framed();
        boolean frameStarts = payloadLeft == 0 && headerBytes == 0;
        // A header that comes first comes to lie in front of its bytes, which are then where they should be.
        int at = EventLoop.HEADROOM_BYTES + count - (frameStarts ? FrameHeader.BYTES : 0);
        boolean covers = frameStarts && count > 0;
        int covered = FrameHeader.read(framed, at);
        int before = at;
        try {
            int end = at + link.receive(at);
            int parsed = parse(framed, at, end);
            defer(parsed, end);
            return end - at;
        } finally {
            if (covers) {
                FrameHeader.write(framed, before, covered);
            }
        }
    }

    /**
     * Takes plain bytes apart, up to the end of a frame that is no data, and puts data behind what the loop's buffer holds; where it has
     * got to.
     */
    private int parse(MemorySegment from, int start, int end) throws TunnelException {
        int at = start;
        while (at < end && pending == null) {
            if (payloadLeft == 0) {
                at = parseHeader(from, at, end);
                continue;
            }
            int bytes = Math.min(payloadLeft, end - at);
            if (type == FrameType.DATA) {
                take(from, at, bytes);
            } else {
                MemorySegment.copy(from, ValueLayout.JAVA_BYTE, at, payload, payload.length - payloadLeft, bytes);
            }
            at += bytes;
            payloadLeft -= bytes;
            if (payloadLeft == 0 && type != FrameType.DATA) {
                pending = type;
            }
        }
        return at;
    }

    private void take(MemorySegment from, int at, int bytes) {
        MemorySegment framed = loop.framed();
        int to = EventLoop.HEADROOM_BYTES + count;
        if (from.address() + at != framed.address() + to) {
            MemorySegment.copy(from, at, framed, to, bytes);
        }
        count += bytes;
    }

    private int parseHeader(MemorySegment from, int start, int end) throws TunnelException {
        int at = start;
        if (headerBytes == 0 && end - at >= FrameHeader.BYTES) {
            header = FrameHeader.read(from, at);
            at += FrameHeader.BYTES;
        } else {
            while (headerBytes < FrameHeader.BYTES && at < end) {
                header = header << 8 | Byte.toUnsignedInt(from.get(ValueLayout.JAVA_BYTE, at++));
                headerBytes++;
            }
            if (headerBytes < FrameHeader.BYTES) {
                return at;
            }
        }
        headerBytes = 0;
        try {
            type = FrameHeader.type(header);
        } catch (ProtocolException e) {
            throw new TunnelException("protocol", String.valueOf(e.getMessage()));
        }
        payloadLeft = FrameHeader.length(header);
        if (type != FrameType.DATA) {
            payload = payloadLeft == 0 ? NO_BYTES : new byte[payloadLeft];
            if (payloadLeft == 0) {
                pending = type;
            }
        }
        return at;
    }

    private void defer(int at, int end) {
        if (at == end) {
            return;
        }
        Chunk chunk = loop.chunks().acquire(end - at);
        MemorySegment.copy(loop.framed(), at, chunk.memory(), 0, end - at);
        deferred = chunk;
        deferredAt = 0;
        deferredEnd = end - at;
    }

    /** Gives back what is held. */
    void release() {
        if (deferred != null) {
            loop.chunks().release(deferred);
            deferred = null;
        }
    }
}
