package io.socketbridge.sidecar.relay;

import io.socketbridge.contract.RouteState;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.relay.Listener.ListenException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * One route at work: while its targets are ready, what connects to its listener is joined to one of them; while they are
 * not, the listener refuses.
 *
 * <p>Its methods may be called on any thread; what they change is changed on the listener's loop.
 */
public final class Relay {

    private static final Logger LOG = Logger.getLogger(Relay.class);

    /** How soon an address that was in use is tried again. */
    private static final Duration BIND_RETRY = Duration.ofSeconds(1);

    private final String name;
    private final Listener listener;
    private final EventLoop listenerLoop;
    private final Consumer<Readiness> changed;
    private final Meter meter = new Meter();
    private final AtomicInteger nextTarget = new AtomicInteger();
    private volatile List<Dialer> targets = List.of();

    /** What is known of the targets. Listener's loop. */
    private Readiness wanted = new Readiness(RouteState.NO_TARGET, "no target is known yet");

    private boolean bound;
    private boolean closed;

    /** What is reported; the listener's loop writes it. */
    private volatile Readiness current = wanted;

    /**
     * @param name for the log: bridge and role
     * @param listenerLoop the loop that the listener lives on
     * @param changed is told of each new state, on the listener's loop
     */
    public Relay(String name, Listener listener, EventLoop listenerLoop, Consumer<Readiness> changed) {
        this.name = name;
        this.listener = listener;
        this.listenerLoop = listenerLoop;
        this.changed = changed;
    }

    /** Takes the listener's address; where that fails it is reported and tried again. */
    public CompletableFuture<Void> start() {
        return CompletableFuture.runAsync(this::bind, listenerLoop);
    }

    /** Sets where new connections go, and whether they are taken; those that are open stay as they are. */
    public void update(List<Dialer> newTargets, Readiness readiness) {
        targets = newTargets;
        listenerLoop.execute(() -> {
            wanted = readiness;
            apply();
        });
    }

    /** Gives the address up. Connections that are open go on. */
    public CompletableFuture<Void> close() {
        return CompletableFuture.runAsync(
                () -> {
                    closed = true;
                    listener.close();
                },
                listenerLoop);
    }

    /** The address that the listener is bound to; empty while it is not. */
    public String address() {
        return current.state() == RouteState.ADDRESS_IN_USE || current.state() == RouteState.LISTEN_FAILED
                ? ""
                : listener.address();
    }

    /** Whether connections are taken and, if not, why. */
    public Readiness readiness() {
        return current;
    }

    /** What has passed through. */
    public Meter meter() {
        return meter;
    }

    private void bind() {
        if (closed || bound) {
            return;
        }
        try {
            listener.bind();
            bound = true;
            apply();
        } catch (ListenException e) {
            report(new Readiness(e.state(), e.getMessage()));
            listenerLoop.schedule(BIND_RETRY, this::bind);
        }
    }

    private void apply() {
        if (closed || !bound) {
            return;
        }
        try {
            if (wanted.isReady()) {
                listener.open(this::accepted);
            } else {
                listener.refuse();
            }
            report(wanted);
        } catch (ListenException e) {
            bound = false;
            report(new Readiness(e.state(), e.getMessage()));
            listenerLoop.schedule(BIND_RETRY, this::bind);
        }
    }

    private void report(Readiness readiness) {
        if (readiness.equals(current)) {
            return;
        }
        current = readiness;
        if (readiness.isReady()) {
            LOG.infof("%s: listening on %s", name, listener.address());
        } else {
            LOG.infof("%s: not listening: %s", name, readiness.message());
        }
        changed.accept(readiness);
    }

    /** Called on the loop that the stream belongs to. */
    private void accepted(EventLoop loop, ByteStream stream) {
        meter.opened();
        List<Dialer> candidates = targets;
        int first = Math.floorMod(nextTarget.getAndIncrement(), Math.max(1, candidates.size()));
        new Attempt(loop, stream, candidates, first).next("no-target", "no target is ready");
    }

    /** Dials one target after the other, until one answers. Owned by its loop. */
    private final class Attempt implements Dialer.Outcome {

        private final EventLoop loop;
        private final ByteStream accepted;
        private final List<Dialer> candidates;
        private final int first;
        private int tried;

        Attempt(EventLoop loop, ByteStream accepted, List<Dialer> candidates, int first) {
            this.loop = loop;
            this.accepted = accepted;
            this.candidates = candidates;
            this.first = first;
        }

        void next(String reason, String message) {
            if (tried == candidates.size()) {
                LOG.warnf("%s: connection reset: %s", name, message);
                meter.failed(reason);
                meter.reset(ResetReason.UNREACHABLE);
                accepted.abandon();
                ended();
                return;
            }
            Dialer dialer = candidates.get((first + tried++) % candidates.size());
            dialer.dial(loop, this);
        }

        @Override
        public void connected(ByteStream target) {
            new Connection(loop, name, meter, accepted, target, this::ended).start();
        }

        @Override
        public void failed(String reason, String message) {
            next(reason, message);
        }

        private void ended() {
            meter.ended();
            loop.load().decrementAndGet();
        }
    }
}
