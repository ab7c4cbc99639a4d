package io.socketbridge.sidecar.record;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What stands in front of each record among a connection's bytes: the payload's length and the record's header, the most significant
 * byte first.
 *
 * <p>The header is a number of four bytes: connection control, datastream type, and a sequence number of two. In front of its payload it
 * is exactly what an app sees that wants to see headers.
 */
public final class RecordPrefix {

    /** The prefix's length. */
    public static final int BYTES = 8;

    /** The header's, at the prefix's end. */
    public static final int HEADER_BYTES = 4;

    private static final ValueLayout.OfInt BIG_ENDIAN = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private RecordPrefix() {}

    /** Writes a prefix. */
    public static void write(MemorySegment memory, long at, int length, int header) {
        memory.set(BIG_ENDIAN, at, length);
        memory.set(BIG_ENDIAN, at + BYTES - HEADER_BYTES, header);
    }

    /** The payload's length in a prefix; unsigned, so that one of more than two gigabytes is negative. */
    public static int length(MemorySegment memory, long at) {
        return memory.get(BIG_ENDIAN, at);
    }

    /** The header in a prefix. */
    public static int header(MemorySegment memory, long at) {
        return memory.get(BIG_ENDIAN, at + BYTES - HEADER_BYTES);
    }

    /** A header that stands alone, in front of what an app sends. */
    public static int bareHeader(MemorySegment memory, long at) {
        return memory.get(BIG_ENDIAN, at);
    }

    /** A header; of the sequence number the last two bytes. */
    public static int header(int control, int datastream, int sequence) {
        return control << 24 | datastream << 16 | (sequence & 0xFFFF);
    }

    /** The connection control bits of a header. */
    public static int control(int header) {
        return header >>> 24;
    }

    /** The datastream type of a header. */
    public static int datastream(int header) {
        return header >>> 16 & 0xFF;
    }

    /** The sequence number of a header, 0 to 65,535. */
    public static int sequence(int header) {
        return header & 0xFFFF;
    }
}
