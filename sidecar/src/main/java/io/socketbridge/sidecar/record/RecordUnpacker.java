package io.socketbridge.sidecar.record;

import io.socketbridge.contract.Oversize;
import io.socketbridge.contract.Records;
import io.socketbridge.sidecar.linux.Errno;
import java.lang.foreign.MemorySegment;

/**
 * Makes records of bytes, as a {@link RecordPacker} has made them. Complete ones go to the sink out of the memory that they come in; one
 * that is not complete is collected, and those that the sink does not take wait, the ones that call for attention in front. Owned by one
 * loop.
 */
public final class RecordUnpacker {

    private final Records records;
    private final RecordMeter meter;
    private final TooLarge tooLarge;
    private final RecordSink sink;
    private final RecordBatch batch = new RecordBatch();
    private final WaitingRecords waiting = new WaitingRecords();
    private final PartialRecord partial;

    /** How many bytes in front of a payload the app gets to see. */
    private final int headerBytes;

    /** The error that was found first, after which nothing is taken any more; 0 before. */
    private int failure;

    /**
     * @param records how large they may be, and whether the app sees their headers
     * @param tooLarge what becomes of larger ones, if they are to be rejected
     */
    public RecordUnpacker(Records records, RecordMeter meter, TooLarge tooLarge, RecordSink sink) {
        this.records = records;
        this.meter = meter;
        this.tooLarge = tooLarge;
        this.sink = sink;
        this.partial = new PartialRecord(records.mostBytes());
        this.headerBytes = records.headers().onInput() ? RecordPrefix.HEADER_BYTES : 0;
    }

    /**
     * Writes, as {@code ByteStream.write} does, and takes all of it.
     *
     * @return {@code length}; {@code -EMSGSIZE} if a record is too large and cuts the connection, {@code -EBADMSG} if what comes are no
     *     records; or what the sink said
     */
    public int write(MemorySegment buffer, long offset, int length) {
        long at = offset;
        long end = offset + length;
        while (at < end && failure == 0) {
            if (!partial.isEmpty() || !isWhole(buffer, at, end)) {
                at += collect(buffer, at, end);
            } else {
                int bytes = RecordPrefix.length(buffer, at);
                add(buffer, at, bytes, bytes);
                at += RecordPrefix.BYTES + bytes;
            }
        }
        dispatch();
        return failure == 0 ? length : failure;
    }

    /** Whether some wait until the sink takes more. */
    public boolean holdsBack() {
        return !waiting.isEmpty();
    }

    /**
     * Writes those that wait; to be called when the sink takes more.
     *
     * @return 0 when none is left, {@code -EAGAIN} while some are, or as {@link #write}
     */
    public int flush() {
        while (failure == 0 && !waiting.isEmpty()) {
            waiting.fill(batch);
            int offered = batch.count();
            int taken = send();
            batch.clear();
            waiting.removeFirst(taken);
            if (taken < offered && failure == 0) {
                return -Errno.EAGAIN;
            }
        }
        return failure;
    }

    /** What became of all that came, as of {@code ByteStream.outcome}. */
    public int outcome() {
        return failure == 0 && !partial.isEmpty() ? -Errno.EPROTO : failure;
    }

    /** Takes note that the sink could not pass on what it had taken; a negated error number. */
    void failed(int errno) {
        failure = failure == 0 ? errno : failure;
    }

    /** Gives back what is kept, records and all, and counts them. */
    public void release() {
        meter.dropped(RecordMeter.INCOMPLETE, partial.isEmpty() ? 0 : 1);
        meter.dropped(RecordMeter.CUT_OFF, waiting.count());
        partial.release();
        waiting.release();
    }

    private static boolean isWhole(MemorySegment buffer, long at, long end) {
        if (end - at < RecordPrefix.BYTES) {
            return false;
        }
        int bytes = RecordPrefix.length(buffer, at);
        return bytes >= 0 && bytes <= end - at - RecordPrefix.BYTES;
    }

    /** Adds to a record that is not complete; how many bytes. */
    private long collect(MemorySegment buffer, long at, long end) {
        if (partial.isEmpty()) {
            dispatch(); // The batch goes first, as its memory is not that of this one.
            if (failure != 0) {
                return end - at;
            }
        }
        long taken = partial.add(buffer, at, end);
        int bytes = partial.bytes();
        if (bytes < 0 || bytes > Records.LIMIT_BYTES) {
            failure = -Errno.EBADMSG;
        } else if (bytes > records.mostBytes() && cutsTooLarge()) {
            meter.dropped(RecordMeter.TOO_LARGE, 1);
            failure = -Errno.EMSGSIZE;
        } else if (partial.isComplete()) {
            add(partial.memory(), 0, partial.keptBytes(), bytes);
            dispatch();
            partial.release();
        }
        return taken;
    }

    private boolean cutsTooLarge() {
        return records.oversize() == Oversize.REJECT && tooLarge == TooLarge.CUTS;
    }

    /**
     * Adds a record that is there with its prefix to the batch.
     *
     * @param there its bytes that are there
     * @param bytes what it has, or had
     */
    private void add(MemorySegment memory, long at, int there, int bytes) {
        int kept = there;
        if (bytes > records.mostBytes()) {
            if (records.oversize() == Oversize.REJECT) {
                meter.dropped(RecordMeter.TOO_LARGE, 1);
                failure = tooLarge == TooLarge.CUTS ? -Errno.EMSGSIZE : failure;
                return;
            }
            meter.truncated();
            kept = records.mostBytes();
        }
        if (batch.isFull()) {
            dispatch();
        }
        batch.add(memory, at + RecordPrefix.BYTES - headerBytes, kept + headerBytes, RecordPrefix.header(memory, at));
    }

    /** Sends the batch, and keeps what is not taken. */
    private void dispatch() {
        boolean goesOn = waiting.isEmpty();
        while (goesOn && batch.count() > 0) {
            int before = failure; // What came before a record that cannot be passed on is passed on.
            int taken = send();
            batch.removeFirst(taken);
            goesOn = taken > 0 && failure == before;
        }
        for (int i = 0; i < batch.count(); i++) {
            waiting.add(batch.memory(i), batch.at(i), batch.length(i), batch.header(i));
        }
        batch.clear();
    }

    /** Sends from the batch, once, and says how many were taken or dropped; 0 after a failure. */
    private int send() {
        int taken = sink.send(batch);
        if (taken >= 0) {
            for (int i = 0; i < taken; i++) {
                meter.written(batch.length(i) - headerBytes);
            }
            return taken;
        }
        if (taken == RecordSink.DROPPED) {
            return 1;
        }
        if (taken == -Errno.EAGAIN) {
            return 0;
        }
        if (taken == -Errno.EMSGSIZE) {
            meter.dropped(RecordMeter.TOO_LARGE, 1);
            failure = tooLarge == TooLarge.CUTS ? taken : failure;
            return 1;
        }
        failure = taken;
        return 0;
    }
}
