package io.socketbridge.sidecar.datagram;

import io.socketbridge.contract.Oversize;
import io.socketbridge.contract.RawAddress;
import io.socketbridge.contract.Records;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.UdpAddress;
import io.socketbridge.contract.UnixAddress;
import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.linux.MessageBatch;
import io.socketbridge.sidecar.linux.SocketAddress;
import io.socketbridge.sidecar.loop.Acceptor;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.LogLimit;
import io.socketbridge.sidecar.record.RecordBatch;
import io.socketbridge.sidecar.record.RecordMeter;
import io.socketbridge.sidecar.relay.Listener;
import io.socketbridge.sidecar.relay.Peer;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jboss.logging.Logger;

/**
 * A socket that the sidecar makes and apps send datagrams to: those of each sender are a {@link DatagramFlow}, which is taken as a connection.
 * Lives on one loop, with all its flows.
 *
 * <p>While a flow holds more than it should, or waits until there may be another, nothing is received: whoever sends more waits, as at any
 * local socket whose server is slow.
 */
public final class DatagramListener implements Listener {

    private static final Logger LOG = Logger.getLogger(DatagramListener.class);

    /** How many batches are received before others get a turn. */
    private static final int TURNS = 4;

    /** What a batch may have of large datagrams: as much as a flow may hold. */
    private static final int BATCH_BYTES = DatagramFlow.QUEUE_BYTES;

    /** When it is tried again to watch the socket, where the kernel had no memory for it. */
    private static final Duration REST = Duration.ofSeconds(1);

    private final EventLoop loop;
    private final Reception reception;
    private final Records records;
    private final RecordMeter meter;
    private final Flows flows = new Flows();
    private final Admission admission;
    private final Ageing ageing;
    private final LossCounter losses;
    private final LogLimit descriptors = new LogLimit();
    private final LogLimit errors = new LogLimit();

    /** Those that were given datagrams of the last batch. */
    private final ArrayDeque<DatagramFlow> given = new ArrayDeque<>();

    private int fd = -1;
    private long registration = -1;

    /** How many flows hold more than they should. */
    private int full;

    /** What a datagram of the last batch had, with its overhead. */
    private int usualBytes = 1;

    private DatagramListener(
            EventLoop loop,
            Reception reception,
            Records records,
            Duration idleTimeout,
            RecordMeter meter,
            FlowMeter flowMeter) {
        this.loop = loop;
        this.reception = reception;
        this.records = records;
        this.meter = meter;
        this.losses = new LossCounter(loop.kernel(), meter);
        this.admission = new Admission(loop, flows, flowMeter);
        this.ageing = new Ageing(loop, flows, flowMeter, idleTimeout, admission::holdsBack, this::countLosses);
    }

    /**
     * What a listener has to know besides its address.
     *
     * @param loop the loop that it lives on
     * @param records how large they may be, and what becomes of those for which there is no room
     * @param idleTimeout after so long without one either way a flow ends
     * @param meter counts them
     * @param flows counts how flows end
     */
    public record Terms(EventLoop loop, Records records, Duration idleTimeout, RecordMeter meter, FlowMeter flows) {}

    /** A Unix datagram socket; {@code mode} is its file's. */
    public static DatagramListener unix(UnixAddress address, int mode, Terms terms) {
        return of(new UnixReception(terms.loop(), address, mode, terms.records().mostBytes()), terms);
    }

    /** A UDP port; {@code anyPort} says whether another will do. */
    public static DatagramListener udp(UdpAddress address, boolean anyPort, Terms terms) {
        return ip(IpFamily.UDP, address.toString(), address.host(), address.port(), anyPort, terms);
    }

    /** A protocol above IP. */
    public static DatagramListener raw(RawAddress address, Terms terms) {
        return ip(IpFamily.of(address), address.toString(), address.host(), 0, false, terms);
    }

    private static DatagramListener ip(
            IpFamily family, String text, String host, int port, boolean anyPort, Terms terms) {
        return of(
                new IpReception(
                        terms.loop(),
                        family,
                        text,
                        host,
                        port,
                        anyPort,
                        terms.records().mostBytes()),
                terms);
    }

    private static DatagramListener of(Reception reception, Terms terms) {
        return new DatagramListener(
                terms.loop(), reception, terms.records(), terms.idleTimeout(), terms.meter(), terms.flows());
    }

    @Override
    public String address() {
        return reception.address();
    }

    /** Changes how long a flow may rest; any thread may call. */
    public void allowRest(Duration timeout) {
        ageing.allow(timeout);
    }

    @Override
    public void bind() throws ListenException {
        if (fd < 0) {
            fd = reception.bind();
            losses.restart();
        }
    }

    @Override
    public void open(Accepted taker, Acceptor.Gate taken) throws ListenException {
        admission.open(taker, taken);
        bind();
        try {
            watchIfWanted();
        } catch (LinuxException e) {
            throw new ListenException(RouteState.LISTEN_FAILED, e.getMessage());
        }
    }

    @Override
    public void resume() {
        admission.admit();
        goOn();
    }

    /** {@inheritDoc} The socket is closed, and its file stays: whoever sends to it is refused. What it had received is lost, and counted. */
    @Override
    public void refuse() {
        closeSocket("unavailable");
    }

    @Override
    public void close() {
        closeSocket("closed");
        reception.release();
    }

    private void closeSocket(String reason) {
        admission.shut(reason);
        if (fd < 0) {
            return;
        }
        stopWatching();
        int left = loop.messages().receive(fd, MessageBatch.MOST, 1, false);
        while (left > 0) {
            meter.dropped(reason, left);
            left = loop.messages().receive(fd, MessageBatch.MOST, 1, false);
        }
        countLosses();
        loop.kernel().close(fd);
        fd = -1;
        flows.inOrder().toList().forEach(DatagramFlow::end);
    }

    /** Sends replies out of the socket: how many, or a negated error number. */
    int send(RecordBatch batch, SocketAddress to) {
        if (fd < 0) {
            return -Errno.ECONNABORTED;
        }
        MessageBatch messages = loop.messages();
        batch.fill(messages, to);
        return messages.send(fd);
    }

    Peer peer(Sender sender) {
        return reception.peer(sender);
    }

    private void countLosses() {
        if (fd >= 0) {
            losses.count(fd);
        }
    }

    /** A flow has come to hold more than it should, or does so no more. */
    void filled(boolean now) {
        full += now ? 1 : -1;
        if (!now) {
            loop.afterOthers(this::goOn);
        }
    }

    /** A flow is used. */
    void used(DatagramFlow flow) {
        flows.used(flow);
    }

    /** No more datagrams belong to a flow. */
    void left(DatagramFlow flow) {
        flows.remove(flow);
    }

    /** A flow is over. */
    void closed(DatagramFlow flow) {
        admission.left(flow);
    }

    private boolean wants() {
        return admission.isOpen() && full == 0 && !admission.holdsBack();
    }

    private void watchIfWanted() throws LinuxException {
        if (wants() && registration < 0 && fd >= 0) {
            registration = loop.watch(fd, Epoll.IN, events -> receive());
        }
    }

    private void goOn() {
        try {
            watchIfWanted();
        } catch (LinuxException e) {
            errors.write(more -> LOG.warnf("%s: %s; trying again%s", address(), e.getMessage(), more));
            loop.schedule(REST, this::goOn);
        }
    }

    private void stopWatching() {
        if (registration >= 0) {
            loop.unwatch(registration, fd);
            registration = -1;
        }
    }

    private void receive() {
        MessageBatch batch = loop.messages();
        for (int turn = 0; turn < TURNS && registration >= 0; turn++) {
            int most = Math.clamp(BATCH_BYTES / usualBytes, 1, MessageBatch.MOST);
            int count = batch.receive(
                    fd, most, records.mostBytes() + reception.mostHeaderBytes(), reception.tellsCredentials());
            if (count < 0) {
                failed(-count);
                return;
            }
            int bytes = 0;
            for (int i = 0; i < count; i++) {
                bytes += batch.length(i);
                take(batch, i);
            }
            usualBytes = Math.max(1, bytes / count);
            // Not before, as whoever reads them may use the batch.
            deliver();
            if (!wants()) {
                stopWatching();
            }
            if (count < most) {
                return;
            }
        }
    }

    /** An error of a network's socket is about a reply, which is lost. */
    private void failed(int errno) {
        if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
            return;
        }
        meter.dropped(Errno.name(errno), 1);
        errors.write(more -> LOG.warnf("receive %s: %s%s", address(), Errno.describe(errno), more));
    }

    private void take(MessageBatch batch, int i) {
        if (batch.hadDescriptors(i)) {
            meter.dropped("descriptors", 1);
            descriptors.write(more -> LOG.warnf(
                    "%s: datagram dropped: the app sent file descriptors (SCM_RIGHTS), which cannot leave the machine%s",
                    address(), more));
            return;
        }
        int header = reception.headerBytes(batch, i);
        int length = batch.length(i) - header;
        if (batch.isCut(i) || length > records.mostBytes()) {
            if (records.oversize() == Oversize.REJECT) {
                meter.dropped(RecordMeter.TOO_LARGE, 1);
                return;
            }
            meter.truncated();
            length = Math.min(length, records.mostBytes());
        }
        DatagramFlow flow = flows.find(batch, i);
        if (flow == null) {
            flow = new DatagramFlow(this, loop, new Sender(batch, i), records, meter);
            flows.add(flow);
            admission.add(flow);
            ageing.begin();
        }
        flow.offer(batch.memory(), batch.start(i) + header, length);
        if (given.peekLast() != flow) {
            given.add(flow);
        }
    }

    private void deliver() {
        admission.admit();
        for (DatagramFlow flow = given.poll(); flow != null; flow = given.poll()) {
            flow.signal();
        }
    }
}
