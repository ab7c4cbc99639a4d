package io.socketbridge.sidecar.datagram;

import io.socketbridge.contract.Records;
import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.linux.MessageBatch;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.Handler;
import io.socketbridge.sidecar.record.RecordBatch;
import io.socketbridge.sidecar.record.RecordMeter;
import io.socketbridge.sidecar.record.RecordPacker;
import io.socketbridge.sidecar.record.RecordSource;
import io.socketbridge.sidecar.record.RecordUnpacker;
import io.socketbridge.sidecar.record.TooLarge;
import io.socketbridge.sidecar.relay.ProxyHeader;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A flow of datagrams to a server, through a socket that is connected to it. It ends when the sender's side ends: the server's has no way to say
 * so. Owned by its loop.
 */
final class DatagramStream extends DatagramEnd {

    private static final int INTEREST = Epoll.IN | Epoll.EDGE_TRIGGERED;

    /** How often it is received before it is asked how many were lost. */
    private static final int RECEIVES = 256;

    private final EventLoop loop;
    private final DatagramPeer peer;
    private final int fd;
    private final RecordMeter meter;
    private final int mostReceived;
    private final RecordUnpacker output;
    private final RecordPacker input;
    private final LossCounter losses;
    private int receives;
    private @Nullable Handler handler;
    private long registration = -1;
    private boolean roomAwaited;

    /** Whether nothing more will be sent: then what has come by now is all that is received. */
    private boolean ending;

    private boolean closed;

    DatagramStream(EventLoop loop, DatagramPeer peer, Records records, RecordMeter meter) {
        this.loop = loop;
        this.peer = peer;
        this.fd = peer.descriptor();
        this.meter = meter;
        this.losses = new LossCounter(loop.kernel(), meter);
        this.mostReceived = RecordPacker.mostReceived(records) + 1 + peer.mostHeaderBytes();
        this.output = new RecordUnpacker(records, meter, TooLarge.DROPPED, this::send);
        this.input = new RecordPacker(records, meter, TooLarge.DROPPED, this::receive);
    }

    @Override
    public Optional<ProxyHeader> header() {
        return Optional.empty();
    }

    @Override
    public int watch(Handler watcher) throws LinuxException {
        handler = watcher;
        registration = loop.watch(fd, INTEREST, this::ready);
        return ending ? Epoll.IN | Epoll.RDHUP : 0;
    }

    /** Errors are no end: they are taken off by the next call. */
    private void ready(int events) {
        boolean error = (events & Epoll.ERR) != 0;
        boolean room = error || (events & Epoll.OUT) != 0;
        if (room && output.holdsBack()) {
            int result = output.flush();
            room = result != -Errno.EAGAIN;
        }
        signal((room ? Epoll.OUT : 0) | (error ? Epoll.IN : events & Epoll.IN));
    }

    private void signal(int events) {
        if (handler != null && events != 0) {
            handler.ready(events);
        }
    }

    @Override
    public void awaitRoom(boolean awaited) {
        if (awaited != roomAwaited && registration >= 0) {
            roomAwaited = awaited;
            loop.change(registration, fd, awaited ? INTEREST | Epoll.OUT : INTEREST);
        }
    }

    @Override
    public int look() {
        return input.hasMore() ? Epoll.IN : loop.outOfBand().poll(fd) & Epoll.IN;
    }

    @Override
    public int read(MemorySegment buffer, int offset, int length) {
        int count = input.read(buffer, offset, length);
        return count == -Errno.EAGAIN && ending ? 0 : count;
    }

    /** Until nothing is left, or there are as many as were asked for. */
    private int receive(RecordSource.Receiver each, int most) {
        if (++receives % RECEIVES == 0) {
            losses.count(fd);
        }
        MessageBatch batch = loop.messages();
        int received = 0;
        while (received < most) {
            int count = batch.receive(fd, most - received, mostReceived, false);
            if (count < 0) {
                if (peer.receiveFailed(-count) == -Errno.EINTR) {
                    continue;
                }
                break;
            }
            for (int i = 0; i < count; i++) {
                give(batch, i, each);
            }
            received += count;
        }
        return received == 0 ? -Errno.EAGAIN : received;
    }

    private void give(MessageBatch batch, int i, RecordSource.Receiver each) {
        if (batch.hadDescriptors(i)) {
            meter.dropped("descriptors", 1);
            return;
        }
        int header = peer.headerBytes(batch, i);
        each.received(batch.memory(), batch.start(i) + header, batch.length(i) - header);
    }

    @Override
    public int write(MemorySegment buffer, int offset, int length) {
        return output.write(buffer, offset, length);
    }

    @Override
    public boolean holdsBack() {
        return output.holdsBack();
    }

    private int send(RecordBatch records) {
        MessageBatch batch = loop.messages();
        records.fill(batch, null);
        int result = batch.send(fd);
        for (boolean again = false; result < 0 && result != -Errno.EAGAIN; again = true) {
            int meaning = peer.sendFailed(-result, again);
            if (meaning != -Errno.EINTR) {
                return meaning;
            }
            result = batch.send(fd);
        }
        return result;
    }

    @Override
    public int outcome() {
        return output.outcome();
    }

    @Override
    public int endOutput() {
        ending = true;
        loop.afterOthers(() -> signal(Epoll.IN | Epoll.RDHUP));
        return 0;
    }

    @Override
    public boolean refuseInput() {
        return false;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        handler = null;
        losses.count(fd);
        loop.forget(registration);
        countUnread();
        loop.kernel().close(fd);
        output.release();
        input.release();
    }

    @Override
    public void refuse(String reason) {
        close();
    }

    /** What the server had sent and nobody will read. */
    private void countUnread() {
        MessageBatch batch = loop.messages();
        int count = batch.receive(fd, MessageBatch.MOST, 1, false);
        while (count > 0) {
            meter.dropped(RecordMeter.CUT_OFF, count);
            count = batch.receive(fd, MessageBatch.MOST, 1, false);
        }
    }
}
