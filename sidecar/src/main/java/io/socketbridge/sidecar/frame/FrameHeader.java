package io.socketbridge.sidecar.frame;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** What every frame begins with: a byte for the type and three for the payload's length, the most significant first. */
public final class FrameHeader {

    /** The header's length. */
    public static final int BYTES = 4;

    /** The longest payload of {@link FrameType#DATA}: with its header it fills four records of TLS. */
    public static final int MOST_DATA_BYTES = 64 * 1024 - BYTES;

    private static final ValueLayout.OfInt BIG_ENDIAN = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private FrameHeader() {}

    /** Reads one, or whatever four bytes are there, as a big-endian number. */
    public static int read(MemorySegment memory, int at) {
        return memory.get(BIG_ENDIAN, at);
    }

    /** Writes what {@link #of} gives, or {@link #read} has read. */
    public static void write(MemorySegment memory, int at, int header) {
        memory.set(BIG_ENDIAN, at, header);
    }

    /** A header, as a big-endian number. */
    public static int of(FrameType type, int length) {
        return type.code() << 24 | length;
    }

    /**
     * The type in a header.
     *
     * @throws ProtocolException if it is none that may come
     */
    public static FrameType type(int header) throws ProtocolException {
        return FrameType.of(header >>> 24, length(header));
    }

    /** The payload's length in a header. */
    public static int length(int header) {
        return header & 0xFF_FFFF;
    }
}
