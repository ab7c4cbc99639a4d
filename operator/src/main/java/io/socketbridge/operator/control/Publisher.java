package io.socketbridge.operator.control;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.socketbridge.contract.ControlStream;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.operator.identity.OperatorIdentity;
import io.socketbridge.operator.observe.World;
import io.socketbridge.operator.plan.Fingerprint;
import io.socketbridge.operator.plan.NamespaceView;
import io.socketbridge.operator.plan.ObservedPod;
import io.socketbridge.operator.plan.SnapshotPlan;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Tells each sidecar what concerns it, as soon as it changes. */
@ApplicationScoped
class Publisher {

    private static final Logger LOG = Logger.getLogger(Publisher.class);

    /**
     * How long a sidecar that serves already is kept waiting for its first snapshot, while servers' sidecars find their
     * way back to an operator that has restarted. Longer than an interval of reports.
     */
    private static final Duration PATIENCE = ControlStream.REPORT_INTERVAL.plusSeconds(5);

    private final World world;
    private final OperatorIdentity identity;
    private final Vertx vertx;
    private final Clock clock;
    private final Streams streams = new Streams();

    /** Namespaces that have changed and are still to be looked at. */
    private final Set<String> changed = ConcurrentHashMap.newKeySet();

    private final ExecutorService worker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("publisher").factory());

    @Inject
    Publisher(World world, OperatorIdentity identity, Vertx vertx, Clock clock) {
        this.world = world;
        this.identity = identity;
        this.vertx = vertx;
        this.clock = clock;
    }

    void start(@Observes StartupEvent event) {
        world.onChange(this::publish);
        identity.onChange(() -> streams.namespaces().forEach(this::publish));
        vertx.setPeriodic(ControlStream.HEARTBEAT_INTERVAL.toMillis(), _ -> streams.heartbeat());
    }

    void stop(@Observes ShutdownEvent event) {
        streams.endAll();
        worker.shutdownNow();
    }

    /** Takes a stream, and sends its first snapshot. */
    void add(SnapshotStream stream) {
        streams.add(stream);
        publish(stream.pod().namespace());
        vertx.setTimer(PATIENCE.toMillis(), _ -> publish(stream.pod().namespace()));
    }

    void remove(SnapshotStream stream) {
        streams.remove(stream);
    }

    private void publish(String namespace) {
        if (changed.add(namespace) && !worker.isShutdown()) {
            worker.execute(() -> {
                changed.remove(namespace);
                try {
                    publishNow(namespace);
                } catch (RuntimeException e) {
                    LOG.errorf(e, "namespace %s: its sidecars could not be told of a change", namespace);
                }
            });
        }
    }

    private void publishNow(String namespace) {
        var open = streams.of(namespace);
        if (open.isEmpty()) {
            return;
        }
        NamespaceView view = world.view(namespace);
        String trust = identity.trustPem();
        Map<String, ObservedPod> pods =
                view.pods().stream().collect(Collectors.toMap(ObservedPod::uid, Function.identity()));
        for (SnapshotStream stream : open) {
            ObservedPod pod = pods.get(stream.pod().uid());
            if (pod == null) {
                stream.end();
            } else if (!SnapshotPlan.isPremature(pod, view)
                    || stream.opened().plus(PATIENCE).isBefore(clock.instant())) {
                stream.send(trusting(SnapshotPlan.of(pod, view), trust));
            }
        }
    }

    private static Snapshot trusting(Snapshot snapshot, String trust) {
        return new Snapshot(Fingerprint.of(snapshot.revision() + trust), trust, snapshot.routes());
    }
}
