package io.socketbridge.sidecar.record;

import io.socketbridge.contract.Framing;
import io.socketbridge.contract.Records;
import io.socketbridge.sidecar.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Finds records in an app's bytes, by their framing. Owned by one loop. */
final class RecordDecoder implements RecordSource {

    static final int LENGTH_BYTES = 4;

    static final byte LINE_FEED = '\n';

    private static final int STEP_BYTES = 64 * 1024;

    private static final ValueLayout.OfInt BIG_ENDIAN = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Framing framing;
    private final Input input;
    private final RecordMeter meter;

    /** How many bytes of a record are kept: one more than may be says that it is too large. */
    private final int mostKept;

    /** What was read, from {@link #start} on; null while that is nothing. */
    private @Nullable RecordMemory held;

    private int start;

    /** Up to where there is no line feed. */
    private int searched;

    /** Bytes of a record of a known length that are passed over, as it is too large. */
    private int toSkip;

    /** Whether bytes are passed over up to the next line feed. */
    private boolean skipsLine;

    /** What the input said at last, if it will say nothing else; 1 before. */
    private int last = 1;

    /** Where bytes come from. */
    @FunctionalInterface
    interface Input {

        /** As {@code ByteStream.read}. */
        int read(MemorySegment memory, int offset, int length);
    }

    RecordDecoder(Records records, Framing framing, RecordMeter meter, Input input) {
        this.framing = framing;
        this.meter = meter;
        this.input = input;
        this.mostKept = records.mostBytes() + 1;
    }

    @Override
    public int receive(Receiver each, int mostRecords) {
        int given = 0;
        boolean empty = false;
        boolean drained = false;
        while (given < mostRecords) {
            int result = decode(each);
            if (result > 0) {
                given++;
            } else if (result < 0) {
                last = result;
                break;
            } else if (last <= 0) {
                given += end(each);
                break;
            } else if (empty || (drained && given > 0)) {
                break; // Where nothing was given an end may be behind a read that gave less than was asked for.
            } else {
                RecordMemory into = room();
                empty = !fill(into);
                drained = into.room() > 0;
            }
        }
        releaseIfEmpty();
        if (given > 0) {
            return given;
        }
        return last > 0 ? -Errno.EAGAIN : last == 0 ? END : last;
    }

    /** Whether the end, or an error, is known and was not told yet. */
    boolean hasEnded() {
        return last <= 0;
    }

    /** Memory to read into. */
    private RecordMemory room() {
        RecordMemory into = held;
        if (into == null) {
            into = new RecordMemory(STEP_BYTES);
            held = into;
        } else if (start > 0) {
            into.removeFirst(start);
            searched -= start;
            start = 0;
        }
        into.makeRoom(LENGTH_BYTES + mostKept + STEP_BYTES);
        return into;
    }

    /** Reads once; false if nothing was there. */
    private boolean fill(RecordMemory into) {
        int count = input.read(into.memory(), into.count(), into.room());
        if (count == -Errno.EAGAIN) {
            return false;
        }
        if (count <= 0) {
            last = count;
        } else {
            into.added(count);
        }
        return true;
    }

    /** 1 if a record was given, 0 if there is none yet, or a negated error number. */
    private int decode(Receiver each) {
        RecordMemory from = held;
        if (from == null) {
            return 0;
        }
        return switch (framing) {
            case LENGTH_PREFIX -> prefixed(from, each);
            case NEWLINE -> line(from, each);
            case NONE -> whatIsThere(from, each);
            case HEADED -> throw new IllegalStateException("no app has it");
        };
    }

    private int prefixed(RecordMemory from, Receiver each) {
        int skipped = Math.min(toSkip, from.count() - start);
        toSkip -= skipped;
        start += skipped;
        int there = from.count() - start - LENGTH_BYTES;
        if (toSkip > 0 || there < 0) {
            return 0;
        }
        int length = from.memory().get(BIG_ENDIAN, start);
        if (length < 0 || length > Records.LIMIT_BYTES) {
            return -Errno.EBADMSG;
        }
        int kept = Math.min(length, mostKept);
        if (there < kept) {
            return 0;
        }
        each.received(from.memory(), start + LENGTH_BYTES, kept);
        start += LENGTH_BYTES + kept;
        toSkip = length - kept;
        return 1;
    }

    private int line(RecordMemory from, Receiver each) {
        int at = Math.max(searched, start);
        while (at < from.count() && from.memory().get(ValueLayout.JAVA_BYTE, at) != LINE_FEED) {
            at++;
        }
        searched = at;
        boolean found = at < from.count();
        if (skipsLine) {
            start = found ? at + 1 : at;
            skipsLine = !found;
            return found ? line(from, each) : 0;
        }
        int length = at - start;
        if (length >= mostKept) {
            each.received(from.memory(), start, mostKept);
            skipsLine = !found;
        } else if (found) {
            each.received(from.memory(), start, length);
        } else {
            return 0;
        }
        start = found ? at + 1 : at;
        return 1;
    }

    private int whatIsThere(RecordMemory from, Receiver each) {
        int length = Math.min(from.count() - start, mostKept - 1);
        if (length == 0) {
            return 0;
        }
        each.received(from.memory(), start, length);
        start += length;
        return 1;
    }

    /** What is left at the end (which of a line that is passed over is nothing): a line without a line feed is a record, and a record that is not whole makes it an error. */
    private int end(Receiver each) {
        RecordMemory from = held;
        int length = from == null ? 0 : from.count() - start;
        if (length == 0 && toSkip == 0) {
            return 0;
        }
        boolean isLine = framing == Framing.NEWLINE && from != null && last == 0;
        if (isLine && from != null) {
            each.received(from.memory(), start, length);
        } else {
            meter.dropped(RecordMeter.INCOMPLETE, 1);
            last = last == 0 ? -Errno.EPROTO : last;
        }
        start += length;
        toSkip = 0;
        return isLine ? 1 : 0;
    }

    private void releaseIfEmpty() {
        if (held != null && start == held.count()) {
            release();
        }
    }

    void release() {
        if (held != null) {
            held.release();
            held = null;
        }
        start = 0;
        searched = 0;
    }
}
