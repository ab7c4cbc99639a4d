package io.socketbridge.sidecar.record;

import io.socketbridge.contract.Oversize;
import io.socketbridge.contract.RecordHeaders;
import io.socketbridge.contract.Records;
import io.socketbridge.sidecar.linux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Makes bytes of records: each with its prefix, one behind the other. What does not fit where it is to be written is kept for the next
 * read, so that a reader gets as many bytes as it asks for while there are so many. Owned by one loop.
 */
public final class RecordPacker {

    private final Records records;
    private final RecordHeaders headers;
    private final RecordMeter meter;
    private final TooLarge tooLarge;
    private final RecordSource source;
    private final RecordSource.Receiver receiver = this::received;
    private final MemorySegment prefix = Arena.ofAuto().allocate(RecordPrefix.BYTES, 8);

    /** What was received and did not fit, from {@link #leftStart} on; null when that is nothing. */
    private @Nullable RecordMemory left;

    private int leftStart;
    private int sequence;

    /** Bytes of the last record that was received, with its prefix. */
    private int lastBytes = RecordPrefix.BYTES;

    /** What the source said at last, if it will say nothing else: the end, or an error; 0 before. */
    private int last;

    /** What {@link #receiver} writes to, while {@link #read} lasts. */
    private MemorySegment buffer = MemorySegment.NULL;

    private long at;
    private long end;

    /**
     * @param records how large they may be, and who writes their headers
     * @param tooLarge what becomes of larger ones, if they are to be rejected
     */
    public RecordPacker(Records records, RecordMeter meter, TooLarge tooLarge, RecordSource source) {
        this.records = records;
        this.headers = records.headers();
        this.meter = meter;
        this.tooLarge = tooLarge;
        this.source = source;
    }

    /** How many bytes of a record a source needs to receive, at most: with one more it is too large. */
    public static int mostReceived(Records records) {
        return records.mostBytes() + (records.headers().onOutput() ? RecordPrefix.HEADER_BYTES : 0);
    }

    /**
     * Reads, as {@code ByteStream.read} does.
     *
     * @return a count, less than {@code length} only when that was all; 0 at the end, {@code -EAGAIN} when nothing is there; {@code
     *     -EMSGSIZE} if a record is too large and cuts the connection, {@code -EBADMSG} if it has not the header that it has to have; or
     *     what the source said
     */
    public int read(MemorySegment into, long offset, int length) {
        buffer = into;
        at = offset;
        end = offset + length;
        takeLeft();
        boolean more = last == 0;
        while (more && at < end) {
            int most = Math.clamp((end - at) / lastBytes, 1, RecordBatch.MOST);
            int count = source.receive(receiver, most);
            more = count == most && last == 0;
            if (count < 0 && count != -Errno.EAGAIN) {
                last = last == 0 ? count : last;
            }
        }
        buffer = MemorySegment.NULL;
        int count = (int) (at - offset);
        if (count > 0) {
            return count;
        }
        return last == 0 ? -Errno.EAGAIN : last == RecordSource.END ? 0 : last;
    }

    /** Whether there is more to be read of which no event will tell: what was received and not read yet, the end, or an error. */
    public boolean hasMore() {
        return left != null || last != 0;
    }

    /** Gives back what is kept, bytes and all. */
    public void release() {
        if (left != null) {
            left.release();
            left = null;
        }
    }

    private void takeLeft() {
        if (left == null) {
            return;
        }
        int count = (int) Math.min(end - at, left.count() - leftStart);
        MemorySegment.copy(left.memory(), leftStart, buffer, at, count);
        at += count;
        leftStart += count;
        if (leftStart == left.count()) {
            release();
        }
    }

    private void received(MemorySegment memory, long start, int length) {
        if (last != 0) {
            meter.dropped(RecordMeter.CUT_OFF, 1); // behind one that has cut the connection
            return;
        }
        int control = headers.control();
        int datastream = headers.datastream();
        long payload = start;
        int bytes = length;
        if (headers.onOutput()) {
            if (length < RecordPrefix.HEADER_BYTES) {
                last = -Errno.EBADMSG;
                return;
            }
            int given = RecordPrefix.bareHeader(memory, start);
            control = RecordPrefix.control(given) & (RecordHeaders.END_OF_MESSAGE | RecordHeaders.ATTENTION);
            datastream = RecordPrefix.datastream(given);
            payload += RecordPrefix.HEADER_BYTES;
            bytes -= RecordPrefix.HEADER_BYTES;
        }
        if (bytes > records.mostBytes()) {
            if (records.oversize() == Oversize.REJECT) {
                meter.dropped(RecordMeter.TOO_LARGE, 1);
                last = tooLarge == TooLarge.CUTS ? -Errno.EMSGSIZE : last;
                return;
            }
            meter.truncated();
            bytes = records.mostBytes();
        }
        meter.read(bytes);
        RecordPrefix.write(prefix, 0, bytes, RecordPrefix.header(control, datastream, sequence++));
        lastBytes = RecordPrefix.BYTES + bytes;
        append(prefix, 0, RecordPrefix.BYTES);
        append(memory, payload, bytes);
    }

    private void append(MemorySegment memory, long start, int length) {
        int fits = left == null ? (int) Math.min(end - at, length) : 0;
        MemorySegment.copy(memory, start, buffer, at, fits);
        at += fits;
        if (fits < length) {
            int rest = length - fits;
            if (left == null) {
                left = new RecordMemory(lastBytes);
                leftStart = 0;
            }
            left.add(memory, start + fits, rest, left.count() + rest);
        }
    }
}
