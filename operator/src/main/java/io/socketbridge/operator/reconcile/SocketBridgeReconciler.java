package io.socketbridge.operator.reconcile;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.socketbridge.api.v1alpha1.BridgeCondition;
import io.socketbridge.api.v1alpha1.SocketBridge;
import io.socketbridge.api.v1alpha1.SocketBridgeStatus;
import io.socketbridge.operator.observe.World;
import io.socketbridge.operator.plan.Bridge;
import io.socketbridge.operator.plan.NamespaceView;
import io.socketbridge.operator.plan.ObservedPod;
import io.socketbridge.operator.status.Observation;
import io.socketbridge.operator.status.PodProblem;
import io.socketbridge.operator.status.StatusReport;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Observes, computes the status, writes it where it has changed. What a bridge does is done elsewhere. */
@ControllerConfiguration(name = "socketbridge", fieldManager = Ownership.FIELD_MANAGER)
class SocketBridgeReconciler implements Reconciler<SocketBridge> {

    /** After a start, for as long as sidecars may need to report again, silence is not taken for news. */
    private static final Duration SETTLING = Duration.ofSeconds(15);

    /** Conditions that come and go by themselves need no Event. */
    private static final Set<String> PASSING = Set.of("AdmissionPending", "PodsOutdated", "NotAccepted");

    private final World world;
    private final Admission admission;
    private final Refusals refusals;
    private final Events events;
    private final Clock clock;
    private final Instant settled;

    @Inject
    SocketBridgeReconciler(World world, Admission admission, Refusals refusals, Events events, Clock clock) {
        this.world = world;
        this.admission = admission;
        this.refusals = refusals;
        this.events = events;
        this.clock = clock;
        this.settled = clock.instant().plus(SETTLING);
    }

    @Override
    public List<EventSource<?, SocketBridge>> prepareEventSources(EventSourceContext<SocketBridge> context) {
        SimpleInboundEventSource<SocketBridge> changes = new SimpleInboundEventSource<>("namespaces");
        world.onChange(namespace -> propagate(namespace, changes));
        admission.onChange(namespace -> propagate(namespace, changes));
        return List.of(changes);
    }

    @Override
    public UpdateControl<SocketBridge> reconcile(SocketBridge resource, Context<SocketBridge> context) {
        NamespaceView view = world.view(resource.getMetadata().getNamespace());
        Optional<Bridge> bridge = view.bridges().stream()
                .filter(there -> there.name().equals(resource.getMetadata().getName()))
                .filter(there -> there.generation() >= resource.getMetadata().getGeneration())
                .findFirst();
        if (bridge.isEmpty()) {
            return UpdateControl.noUpdate(); // The world will call again when it has caught up.
        }
        Instant now = clock.instant();
        if (now.isBefore(settled) && view.pods().stream().anyMatch(pod -> isAwaited(pod, view))) {
            return UpdateControl.<SocketBridge>noUpdate().rescheduleAfter(Duration.between(now, settled));
        }
        Optional<SocketBridgeStatus> previous = Optional.ofNullable(resource.getStatus());
        Observation observation = observe(bridge.get(), view);
        SocketBridgeStatus status = StatusReport.of(observation, previous, now);
        UpdateControl<SocketBridge> update = UpdateControl.noUpdate();
        if (previous.filter(status::equals).isEmpty()) {
            warn(resource, previous, status);
            update = UpdateControl.patchStatus(withStatus(resource, status));
        }
        Optional<Instant> next = StatusReport.nextChange(observation, now);
        return next.isPresent() ? update.rescheduleAfter(Duration.between(now, next.get())) : update;
    }

    private Observation observe(Bridge bridge, NamespaceView view) {
        List<PodProblem> refused = view.pods().stream()
                .filter(pod -> pod.isLive()
                        && view.planFor(pod).ends().stream()
                                .anyMatch(end -> end.bridge().equals(bridge)))
                .flatMap(pod -> refusals.of(view.namespace(), pod, view).stream())
                .toList();
        return new Observation(bridge, view, admission.covers(bridge.namespace()), refused);
    }

    private static boolean isAwaited(ObservedPod pod, NamespaceView view) {
        return pod.isLive() && pod.sidecarStarted() && view.reportOf(pod).isEmpty();
    }

    private void warn(SocketBridge resource, Optional<SocketBridgeStatus> previous, SocketBridgeStatus status) {
        List<BridgeCondition> before =
                previous.flatMap(old -> Optional.ofNullable(old.conditions())).orElse(List.of());
        Objects.requireNonNull(status.conditions()).stream()
                .filter(condition ->
                        condition.status().equals("False") && !condition.type().equals("Ready"))
                .filter(condition -> !PASSING.contains(condition.reason()))
                .filter(condition -> before.stream().noneMatch(old -> isSame(old, condition)))
                .forEach(condition -> events.warn(resource, condition));
    }

    private static boolean isSame(BridgeCondition one, BridgeCondition other) {
        return one.type().equals(other.type())
                && one.reason().equals(other.reason())
                && one.message().equals(other.message());
    }

    private void propagate(String namespace, SimpleInboundEventSource<SocketBridge> changes) {
        if (changes.isRunning()) {
            world.view(namespace).bridges().stream()
                    .map(bridge -> new ResourceID(bridge.name(), namespace))
                    .forEach(changes::propagateEvent);
        }
    }

    /** Nothing but the status, which is all that server-side apply shall own. */
    private static SocketBridge withStatus(SocketBridge resource, SocketBridgeStatus status) {
        SocketBridge patch = new SocketBridge();
        patch.getMetadata().setName(resource.getMetadata().getName());
        patch.getMetadata().setNamespace(resource.getMetadata().getNamespace());
        patch.setStatus(status);
        return patch;
    }
}
