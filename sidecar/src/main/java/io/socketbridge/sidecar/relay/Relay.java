package io.socketbridge.sidecar.relay;

import io.socketbridge.contract.RouteState;
import io.socketbridge.sidecar.loop.Acceptor;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.LogLimit;
import io.socketbridge.sidecar.relay.Listener.ListenException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One route at work: while its targets are ready, what connects to its listener is joined to one of them; while they are
 * not, the listener refuses, or connections wait.
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
    private final Meter meter;
    private final Gate gate;
    private final AccessLog accessLog;
    private final LogLimit warnings = new LogLimit();
    private final LogLimit denials = new LogLimit();
    private final LogLimit headerWarnings = new LogLimit();
    private final Map<EventLoop, Lane> lanes = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();
    private final LogLimit ejections = new LogLimit();
    private final LogLimit returns = new LogLimit();
    private final Balancer balancer = new Balancer(new Watch());
    private volatile Policy policy;
    private volatile Reach reach = new Reach(List.of(), new Readiness(RouteState.NO_TARGET, "no target is known yet"));

    private boolean bound;
    private boolean closed;

    /** Whether no connection is wanted any more. */
    private volatile boolean drained;

    /** What is reported; the listener's loop writes it. */
    private volatile Readiness current = reach.readiness();

    /**
     * Where connections go.
     *
     * @param destinations the nearest first
     * @param readiness whether they serve
     */
    record Reach(List<Destination> destinations, Readiness readiness) {}

    /**
     * @param bridge for the log
     * @param role for the log
     * @param listenerLoop the loop that the listener lives on
     * @param changed is told of each new state, on the listener's loop
     * @param before is the same route at another address, and closed: what it has done counts, as do its connections for how many there
     *     may be; null if there was none
     */
    public Relay(
            String bridge,
            String role,
            Listener listener,
            EventLoop listenerLoop,
            Policy policy,
            Consumer<Readiness> changed,
            @Nullable Relay before) {
        this.name = bridge + " " + role;
        this.accessLog = new AccessLog(bridge, role);
        this.listener = listener;
        this.listenerLoop = listenerLoop;
        this.policy = policy;
        this.changed = changed;
        this.meter = before == null ? new Meter() : before.meter;
        this.gate = before == null ? new Gate(meter) : before.gate;
        gate.open(listenerLoop, listener::resume, policy.mostConnections());
    }

    /** Takes the listener's address; where that fails it is reported and tried again. */
    public CompletableFuture<Void> start() {
        return CompletableFuture.runAsync(this::bind, listenerLoop);
    }

    /** Sets where new connections go, and whether they are taken; those that are open stay as they are. */
    public void update(List<Destination> destinations, Readiness readiness) {
        balancer.update(destinations);
        reach = new Reach(
                destinations.stream()
                        .sorted(Comparator.comparingInt(Destination::distance))
                        .toList(),
                readiness);
        lanes.values().forEach(lane -> lane.loop().execute(lane::targetsChanged));
        listenerLoop.execute(this::apply);
    }

    /** Sets what connections may take. Limits hold at once for those that are open, as far as they still can. */
    public void update(Policy newPolicy) {
        policy = newPolicy;
        gate.admit(newPolicy.mostConnections());
        listenerLoop.execute(this::apply);
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

    /**
     * Gives the address up, and lets connections go on for as long as the policy says; then they are reset.
     *
     * @return completes when none is left
     */
    public CompletableFuture<Void> drain() {
        return close().thenComposeAsync(
                        ignored -> {
                            CompletableFuture<Void> emptied = gate.emptied();
                            if (!emptied.isDone()) {
                                Duration limit =
                                        Duration.ofMillis(policy.limits().drainTimeoutMillis());
                                listenerLoop.schedule(limit, this::resetAll);
                            }
                            return emptied;
                        },
                        listenerLoop);
    }

    private void resetAll() {
        drained = true;
        lanes.values().forEach(lane -> lane.loop().execute(() -> lane.reset(ResetReason.DRAIN)));
    }

    /** The address that the listener is bound to; empty while it is not. */
    public String address() {
        return current.state() == RouteState.ADDRESS_IN_USE || current.state() == RouteState.LISTEN_FAILED
                ? ""
                : listener.address();
    }

    /** Whether connections are served and, if not, why. */
    public Readiness readiness() {
        return current;
    }

    /** Takes note of somebody who may not connect; any thread may call. */
    public void denied(String reason, String message) {
        meter.denied(reason);
        denials.write(more -> LOG.warnf("%s: connection denied: %s%s", name, message, more));
    }

    /** What has passed through. */
    public Meter meter() {
        return meter;
    }

    /** What connections may take. */
    Policy policy() {
        return policy;
    }

    /** Where connections go now. */
    Reach reach() {
        return reach;
    }

    /** Says in which order they are tried. */
    Balancer balancer() {
        return balancer;
    }

    /** Whether none of its connections are left. */
    public boolean isEmpty() {
        return open.get() == 0;
    }

    /** One of its connections has ended, and its descriptors are closed. */
    void left() {
        open.decrementAndGet();
        gate.left();
    }

    AccessLog accessLog() {
        return accessLog;
    }

    /** Says that a connection was in vain; not more often than a person wants to read. */
    void warn(String message) {
        warnings.write(more -> LOG.warnf("%s: %s%s", name, message, more));
    }

    /** Says that a connection did not begin as it had to; not more often than a person wants to read. */
    void warnOfHeader(String message) {
        headerWarnings.write(more -> LOG.warnf("%s: %s%s", name, message, more));
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
        Readiness wanted = reach.readiness();
        try {
            if (wanted.serves() || policy.waits()) {
                listener.open(this::accepted, new Entrance());
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
        if (readiness.serves()) {
            LOG.infof("%s: listening on %s%s", name, listener.address(), because(readiness));
        } else if (bound && policy.waits()) {
            LOG.infof("%s: connections to %s wait%s", name, listener.address(), because(readiness));
        } else {
            LOG.infof("%s: not listening%s", name, because(readiness));
        }
        changed.accept(readiness);
    }

    private static String because(Readiness readiness) {
        return readiness.message().isEmpty() ? "" : ": " + readiness.message();
    }

    /** Tells people what becomes of targets. */
    private final class Watch implements Balancer.Observer {

        @Override
        public void ejected(String address, boolean again, Duration pause, String lastFailure) {
            meter.targetEjected();
            if (!again) {
                ejections.write(more -> LOG.warnf(
                        "%s: target %s is passed over for a while, as connecting to it failed %d times in a row; the"
                                + " last time: %s%s",
                        name, address, Balancer.FAILURES, lastFailure, more));
            }
        }

        @Override
        public void back(String address) {
            returns.write(more -> LOG.infof("%s: target %s is back%s", name, address, more));
        }
    }

    /** The gate, which may be another relay's too, and the count of those that came in here. */
    private final class Entrance implements Acceptor.Gate {

        @Override
        public boolean admits() {
            return gate.admits();
        }

        @Override
        public void taken() {
            open.incrementAndGet();
            gate.taken();
        }

        @Override
        public void failed(int errno) {
            gate.failed(errno);
        }
    }

    /** Called on the loop that the stream belongs to. */
    private void accepted(EventLoop loop, ByteStream stream) {
        Lane lane = lanes.get(loop);
        if (lane == null) {
            lane = new Lane(loop, this);
            lanes.put(loop, lane);
        }
        Session session = new Session(lane, stream);
        session.start();
        if (drained) {
            lane.reset(ResetReason.DRAIN);
        }
    }
}
