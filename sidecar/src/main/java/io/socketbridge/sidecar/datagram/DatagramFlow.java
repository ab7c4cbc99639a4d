package io.socketbridge.sidecar.datagram;

import io.socketbridge.contract.Overflow;
import io.socketbridge.contract.Records;
import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.SocketAddress;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.Handler;
import io.socketbridge.sidecar.record.RecordBatch;
import io.socketbridge.sidecar.record.RecordMeter;
import io.socketbridge.sidecar.record.RecordPrefix;
import io.socketbridge.sidecar.record.RecordSink;
import io.socketbridge.sidecar.record.RecordUnpacker;
import io.socketbridge.sidecar.record.TooLarge;
import io.socketbridge.sidecar.relay.ProxyHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The datagrams that one sender sends to a listener, and the replies to it. To the relay it is a connection. Owned by its loop.
 *
 * <p>What the sender has sent waits in a queue, from which it is read; replies go out of the listener's own socket, which cannot tell when
 * the one they are for has room again: then it is tried again after a while.
 */
final class DatagramFlow extends DatagramEnd {

    /** What may wait before the sender is held back, or datagrams are dropped; one more datagram may be larger. */
    static final int QUEUE_BYTES = 256 * 1024;

    private static final Duration FIRST_RETRY = Duration.ofMillis(1);
    private static final Duration LAST_RETRY = Duration.ofMillis(50);

    private final DatagramListener listener;
    private final EventLoop loop;
    private final Sender sender;
    private final Records records;
    private final RecordMeter meter;
    private final ByteQueue queue;
    private final MemorySegment prefix = Arena.ofAuto().allocate(RecordPrefix.BYTES, 8);
    private final RecordUnpacker replies;
    private @Nullable Handler handler;

    /** Bytes of the record whose beginning was read already: they are first in the queue. */
    private int startedBytes;

    private int waitingRecords;
    private int sequence;
    private Duration retry = FIRST_RETRY;
    private boolean retryDue;
    private boolean ended;
    private boolean evicted;
    private boolean closed;

    /** When something was last sent either way. */
    private long usedNanos = System.nanoTime();

    /** Whether the queue holds more than it should; the listener's. */
    private boolean full;

    DatagramFlow(DatagramListener listener, EventLoop loop, Sender sender, Records records, RecordMeter meter) {
        this.listener = listener;
        this.loop = loop;
        this.sender = sender;
        this.records = records;
        this.meter = meter;
        this.queue = new ByteQueue(loop.chunks());
        this.replies = new RecordUnpacker(records, meter, TooLarge.DROPPED, this::reply);
    }

    Sender sender() {
        return sender;
    }

    long usedNanos() {
        return usedNanos;
    }

    boolean isFull() {
        return full;
    }

    /** Whether no more datagrams belong to it. */
    boolean isEnded() {
        return ended;
    }

    /** Ends it for another. */
    void evict() {
        evicted = true;
        end();
    }

    boolean wasEvicted() {
        return evicted;
    }

    /** Whether something waits, either way. */
    boolean isBusy() {
        return queue.count() > 0 || replies.holdsBack();
    }

    /** Takes a datagram, or drops it or an earlier one, as the route has it. */
    void offer(MemorySegment memory, long start, int length) {
        usedNanos = System.nanoTime();
        int bytes = RecordPrefix.BYTES + length;
        switch (records.overflow()) {
            case BLOCK -> {}
            case DROP_NEWEST -> {
                if (queue.count() >= QUEUE_BYTES) {
                    meter.dropped("overflow", 1);
                    return;
                }
            }
            case DROP_OLDEST -> {
                while (queue.count() + bytes > QUEUE_BYTES && dropOldest()) {
                    meter.dropped("overflow", 1);
                }
            }
        }
        meter.read(length);
        int control = records.headers().control();
        int datastream = records.headers().datastream();
        RecordPrefix.write(prefix, 0, length, RecordPrefix.header(control, datastream, sequence++));
        queue.add(prefix, 0, RecordPrefix.BYTES);
        queue.add(memory, start, length);
        waitingRecords++;
        if (!full && records.overflow() == Overflow.BLOCK && queue.count() >= QUEUE_BYTES) {
            full = true;
            listener.filled(true);
        }
    }

    /** Takes the oldest whole record out of the queue; false if there is none. */
    private boolean dropOldest() {
        if (waitingRecords == 0) {
            return false;
        }
        // The rest of one whose beginning was read stays in front.
        byte[] rest = new byte[startedBytes];
        queue.take(MemorySegment.ofArray(rest), 0, startedBytes);
        queue.skip(RecordPrefix.BYTES + queue.firstInt());
        queue.addFirst(MemorySegment.ofArray(rest));
        waitingRecords--;
        return true;
    }

    /** Has what was taken be read. */
    void signal() {
        if (handler != null) {
            handler.ready(Epoll.IN);
        }
    }

    /** Ends it in order: what waits is still read, and then the end. */
    void end() {
        if (!ended) {
            ended = true;
            listener.left(this);
            if (handler != null) {
                handler.ready(Epoll.IN | Epoll.RDHUP);
            }
        }
    }

    @Override
    public Optional<ProxyHeader> header() {
        return Optional.of(new ProxyHeader(listener.peer(sender), ""));
    }

    @Override
    public int watch(Handler watcher) {
        handler = watcher;
        return (queue.count() > 0 ? Epoll.IN : 0) | (ended ? Epoll.IN | Epoll.RDHUP : 0);
    }

    @Override
    public int look() {
        return queue.count() > 0 || ended ? Epoll.IN : 0;
    }

    @Override
    public int read(MemorySegment buffer, int offset, int length) {
        int taken = 0;
        while (taken < length && queue.count() > 0) {
            if (startedBytes == 0) {
                startedBytes = RecordPrefix.BYTES + queue.firstInt();
                waitingRecords--;
            }
            int some = queue.take(buffer, offset + (long) taken, Math.min(startedBytes, length - taken));
            startedBytes -= some;
            taken += some;
        }
        if (taken > 0) {
            empty();
            return taken;
        }
        return ended ? 0 : -Errno.EAGAIN;
    }

    private void empty() {
        if (full && queue.count() < QUEUE_BYTES / 2) {
            full = false;
            listener.filled(false);
        }
    }

    @Override
    public int write(MemorySegment buffer, int offset, int length) {
        usedNanos = System.nanoTime();
        listener.used(this);
        int result = replies.write(buffer, offset, length);
        retryLater();
        return result;
    }

    @Override
    public boolean holdsBack() {
        return replies.holdsBack();
    }

    private int reply(RecordBatch batch) {
        SocketAddress to = sender.returnAddress().orElse(null);
        return to == null ? dropReply("no-return-address") : sent(listener.send(batch, to));
    }

    private int sent(int result) {
        return switch (-result) {
            case Errno.EAGAIN, Errno.EINTR -> 0;
            case Errno.ENOENT, Errno.ECONNREFUSED -> {
                loop.afterOthers(this::end);
                yield dropReply("receiver-gone");
            }
            case Errno.EACCES, Errno.EPERM -> dropReply("denied");
            case Errno.ECONNABORTED -> dropReply("closed");
            default -> result > 0 || result == -Errno.EMSGSIZE ? result : dropReply(Errno.name(-result));
        };
    }

    private int dropReply(String reason) {
        meter.dropped(reason, 1);
        return RecordSink.DROPPED;
    }

    private void retryLater() {
        if (!replies.holdsBack() || retryDue || closed) {
            return;
        }
        retryDue = true;
        loop.schedule(retry, () -> {
            retryDue = false;
            if (closed) {
                return;
            }
            retry = replies.flush() == -Errno.EAGAIN ? longer(retry) : FIRST_RETRY;
            if (replies.holdsBack()) {
                retryLater();
            } else if (handler != null) {
                handler.ready(Epoll.OUT);
            }
        });
    }

    private static Duration longer(Duration retry) {
        return retry.compareTo(LAST_RETRY) < 0 ? retry.multipliedBy(2) : LAST_RETRY;
    }

    @Override
    public int outcome() {
        return replies.outcome();
    }

    /** {@inheritDoc} A server that sends no more has ended the flow, and what the sender sends next is of another. */
    @Override
    public int endOutput() {
        loop.afterOthers(this::end);
        return 0;
    }

    @Override
    public boolean refuseInput() {
        drop(RecordMeter.CUT_OFF);
        loop.afterOthers(this::end);
        return true;
    }

    @Override
    public void close() {
        drop(RecordMeter.CUT_OFF);
        leave();
    }

    @Override
    public void refuse(String reason) {
        drop(reason);
        leave();
    }

    private void leave() {
        handler = null;
        closed = true;
        if (!ended) {
            ended = true;
            listener.left(this);
        }
        replies.release();
        listener.closed(this);
    }

    /** Drops what waits. */
    void drop(String reason) {
        meter.dropped(reason, waitingRecords + (startedBytes > 0 ? 1 : 0));
        waitingRecords = 0;
        startedBytes = 0;
        queue.release();
        empty();
    }
}
