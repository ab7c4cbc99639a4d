package io.socketbridge.sidecar.record;

import io.socketbridge.contract.Framing;
import io.socketbridge.contract.Records;
import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.Handler;
import io.socketbridge.sidecar.relay.ByteStream;
import io.socketbridge.sidecar.relay.ProxyHeader;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A stream in whose bytes an app frames records: what is read are these records with their prefixes, and what is written are records with
 * theirs, which the app gets in its framing. Owned by its loop.
 */
final class FramedStream implements ByteStream {

    private final EventLoop loop;
    private final ByteStream app;
    private final RecordMeter meter;
    private final RecordDecoder decoder;
    private final RecordEncoder encoder;
    private final RecordPacker input;
    private final RecordUnpacker output;
    private @Nullable Handler handler;

    /** Whether the app has sent something out of band, for which records have no place. */
    private boolean marked;

    private boolean closed;

    /** @param app belongs to this stream from now on */
    FramedStream(EventLoop loop, ByteStream app, Records records, Framing framing, RecordMeter meter) {
        this.loop = loop;
        this.app = app;
        this.meter = meter;
        this.decoder = new RecordDecoder(records, framing, meter, app::read);
        this.encoder = new RecordEncoder(framing, app::write);
        this.input = new RecordPacker(records, meter, TooLarge.CUTS, decoder);
        this.output = new RecordUnpacker(records, meter, TooLarge.CUTS, encoder);
    }

    @Override
    public Optional<ProxyHeader> header() {
        return app.header();
    }

    @Override
    public int descriptor() {
        return app.descriptor();
    }

    @Override
    public int watch(Handler watcher) throws LinuxException {
        handler = watcher;
        return app.watch(this::ready);
    }

    /** There is room only when nothing waits for it any more. */
    private void ready(int events) {
        marked |= (events & Epoll.PRI) != 0;
        boolean room = (events & (Epoll.OUT | Epoll.HUP | Epoll.ERR)) != 0;
        boolean waits = room && holdsBack() && flush() == -Errno.EAGAIN;
        int hidden = waits ? Epoll.OUT | Epoll.PRI : Epoll.PRI;
        signal((events & ~hidden) | (marked ? Epoll.IN : 0));
    }

    private int flush() {
        int result = encoder.flush();
        if (result == -Errno.EAGAIN) {
            return result;
        }
        if (result < 0) {
            output.failed(result);
            return result;
        }
        result = output.flush();
        return result == 0 && encoder.holdsBack() ? -Errno.EAGAIN : result;
    }

    private void signal(int events) {
        if (handler != null && events != 0) {
            handler.ready(events);
        }
    }

    @Override
    public void whenGone(Runnable task) throws LinuxException {
        app.whenGone(task);
    }

    @Override
    public void forgetWhenGone() {
        app.forgetWhenGone();
    }

    @Override
    public void joined() {
        app.joined();
    }

    @Override
    public void awaitRoom(boolean awaited) {
        app.awaitRoom(awaited);
    }

    @Override
    public boolean hasNews(int events) {
        return true; // Marks are not for the relay.
    }

    @Override
    public int look() {
        int state = app.look();
        marked |= (state & Epoll.PRI) != 0;
        return (state & ~Epoll.PRI) | Epoll.IN;
    }

    @Override
    public int read(MemorySegment buffer, int offset, int length) {
        if (marked) {
            return -Errno.EBADMSG;
        }
        int count = input.read(buffer, offset, length);
        if (count > 0 && count < length && (input.hasMore() || decoder.hasEnded())) {
            loop.afterOthers(() -> {
                if (!closed) {
                    signal(Epoll.IN);
                }
            });
        }
        return count;
    }

    @Override
    public int readToMark(MemorySegment buffer, int offset, int length) {
        return read(buffer, offset, length);
    }

    @Override
    public boolean isAtMark() {
        return false;
    }

    @Override
    public int write(MemorySegment buffer, int offset, int length) {
        return output.write(buffer, offset, length);
    }

    @Override
    public int writeFirst(MemorySegment buffer, int offset, int length) {
        return app.write(buffer, offset, length);
    }

    @Override
    public boolean holdsBack() {
        return output.holdsBack() || encoder.holdsBack();
    }

    @Override
    public int outcome() {
        return output.outcome();
    }

    @Override
    public int mostAtOnce() {
        return app.mostAtOnce();
    }

    @Override
    public boolean crossesNetwork() {
        return app.crossesNetwork();
    }

    @Override
    public int endOutput() {
        return app.endOutput();
    }

    @Override
    public boolean refuseInput() {
        return app.refuseInput();
    }

    @Override
    public boolean refusesLater() {
        return app.refusesLater();
    }

    @Override
    public void peerIsGone() {
        app.peerIsGone();
    }

    @Override
    public void close() {
        release();
        app.close();
    }

    @Override
    public void reset() {
        release();
        app.reset();
    }

    @Override
    public void refuse(String reason) {
        release();
        app.refuse(reason);
    }

    @Override
    public void abandon() {
        release();
        app.abandon();
    }

    private void release() {
        closed = true;
        handler = null;
        input.release();
        output.release();
        meter.dropped(RecordMeter.CUT_OFF, encoder.waiting());
        decoder.release();
        encoder.release();
    }
}
