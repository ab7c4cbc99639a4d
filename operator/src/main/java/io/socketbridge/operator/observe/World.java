package io.socketbridge.operator.observe;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.socketbridge.api.v1alpha1.SocketBridge;
import io.socketbridge.contract.Report;
import io.socketbridge.operator.plan.Bridge;
import io.socketbridge.operator.plan.NamespaceView;
import io.socketbridge.operator.plan.ObservedPod;
import io.socketbridge.operator.resource.Installation;
import io.socketbridge.operator.resource.Labels;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Bridges, pods and reports as of now. Safe for use by many threads; views are values.
 *
 * <p>It watches the pods of all namespaces, as which of them have bridges changes all the time.
 */
@ApplicationScoped
public class World {

    /** How often it looks for sidecars that have fallen silent. */
    private static final long AGEING_MILLIS = 5_000;

    private final KubernetesClient client;
    private final Vertx vertx;
    private final Clock clock;
    private final BridgeReader bridgeReader;
    private final String trustDomain;
    private final Reports reports = new Reports();
    private final Zones zones;
    private final PodSecurity podSecurity;
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

    /** What has been computed since the last change; an entry goes before anybody is told of the change. */
    private final Map<String, NamespaceView> views = new ConcurrentHashMap<>();

    /** Set once, at start; whoever comes earlier finds it empty. */
    private volatile Optional<Informers> informers = Optional.empty();

    private record Informers(SharedIndexInformer<SocketBridge> bridges, SharedIndexInformer<Pod> pods) {}

    @Inject
    World(
            KubernetesClient client,
            Vertx vertx,
            Clock clock,
            Installation installation,
            @ConfigProperty(name = "socketbridge.identity.trust-domain", defaultValue = "cluster.local")
                    String trustDomain) {
        this.client = client;
        this.vertx = vertx;
        this.clock = clock;
        this.bridgeReader = new BridgeReader(installation);
        this.trustDomain = trustDomain;
        this.zones = new Zones(client, this::zonesChanged);
        this.podSecurity = new PodSecurity(client, this::standardChanged);
    }

    /** Before anything that looks at it. */
    void start(@Observes @Priority(100) StartupEvent event) {
        var pods = client.pods().inAnyNamespace().runnableInformer(0);
        PodAddresses.index(pods);
        pods.addEventHandler(new Handler<>()).run();
        var bridges = client.resources(SocketBridge.class).inAnyNamespace().inform(new Handler<>());
        informers = Optional.of(new Informers(bridges, pods));
        views.clear();
        var _ = bridgedNamespaces(); // So that it is known whether the zones of nodes matter.
        vertx.setPeriodic(AGEING_MILLIS, _ -> reports.age(clock.instant()).forEach(this::changed));
    }

    void stop(@Observes ShutdownEvent event) {
        informers.ifPresent(running -> {
            running.bridges().stop();
            running.pods().stop();
        });
        zones.stop();
        podSecurity.stop();
    }

    /** Whether it has seen all that was there when it started, and is being told of changes. */
    public boolean isComplete() {
        return informers
                        .filter(running ->
                                running.bridges().hasSynced() && running.pods().hasSynced())
                        .isPresent()
                && zones.isSettled()
                && podSecurity.isSettled();
    }

    /** Calls the listener with a namespace's name after anything in it changed; it must not block. */
    public void onChange(Consumer<String> listener) {
        listeners.add(listener);
    }

    /** All of a namespace. */
    public NamespaceView view(String namespace) {
        return views.computeIfAbsent(namespace, this::compute);
    }

    /** A pod with all that the API server has of it. */
    public Optional<Pod> pod(String namespace, String name) {
        return informers.flatMap(running ->
                Optional.ofNullable(running.pods().getIndexer().getByKey(Cache.namespaceKeyFunc(namespace, name))));
    }

    /** Whether an address is known to be that of pods, and this is none of them. */
    public boolean isOfOthers(String address, String podUid) {
        List<Pod> there = informers.stream()
                .flatMap(running -> PodAddresses.at(address, running.pods()).stream())
                .toList();
        return !there.isEmpty()
                && there.stream().noneMatch(pod -> pod.getMetadata().getUid().equals(podUid));
    }

    /** The namespaces that have a bridge that is acted on. */
    public SortedSet<String> bridgedNamespaces() {
        return namespacesOf(informers.stream().flatMap(running -> running.bridges().getStore().list().stream()))
                .stream()
                .filter(namespace -> view(namespace).bridges().stream().anyMatch(Bridge::isAccepted))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The namespaces that have pods with a sidecar. */
    public Set<String> injectedNamespaces() {
        return namespacesOf(informers.stream()
                .flatMap(running -> running.pods().getStore().list().stream())
                .filter(pod -> PodReader.read(pod).injected().isPresent()));
    }

    /** Takes what a pod's sidecar reports. */
    public void report(String namespace, ObservedPod pod, Report report) {
        if (reports.put(namespace, pod.uid(), report, clock.instant())) {
            changed(namespace);
        }
    }

    private void zonesChanged() {
        bridgedNamespaces().stream()
                .filter(namespace -> view(namespace).bridges().stream().anyMatch(Bridge::prefersClose))
                .forEach(this::changed);
    }

    private void standardChanged(String namespace) {
        if (view(namespace).bridges().stream().anyMatch(Bridge::needsRawSockets)) {
            changed(namespace);
        }
    }

    private void changed(String namespace) {
        views.remove(namespace);
        listeners.forEach(listener -> listener.accept(namespace));
    }

    private NamespaceView compute(String namespace) {
        return informers
                .map(running -> compute(namespace, running))
                .orElseGet(() -> new NamespaceView(namespace, List.of(), List.of(), Map.of(), Map.of(), trustDomain));
    }

    private NamespaceView compute(String namespace, Informers running) {
        List<Bridge> bridges = in(namespace, running.bridges()).map(this::read).toList();
        return new NamespaceView(
                namespace,
                bridges,
                in(namespace, running.pods())
                        .map(PodReader::read)
                        .filter(pod -> !"false".equals(pod.labels().get(Labels.INJECT)))
                        .toList(),
                reports.of(namespace),
                bridges.stream().anyMatch(Bridge::prefersClose) ? zones.known() : Map.of(),
                trustDomain);
    }

    private Bridge read(SocketBridge resource) {
        Bridge bridge = bridgeReader.read(resource);
        return bridge.isAccepted() && bridge.needsRawSockets()
                ? podSecurity.problemIn(bridge.namespace()).map(bridge::with).orElse(bridge)
                : bridge;
    }

    private static <T extends HasMetadata> Stream<T> in(String namespace, SharedIndexInformer<T> informer) {
        return informer.getIndexer().byIndex(Cache.NAMESPACE_INDEX, namespace).stream();
    }

    private static Set<String> namespacesOf(Stream<? extends HasMetadata> objects) {
        return objects.map(object -> object.getMetadata().getNamespace()).collect(Collectors.toSet());
    }

    private final class Handler<T extends HasMetadata> implements ResourceEventHandler<T> {

        @Override
        public void onAdd(T object) {
            changed(object.getMetadata().getNamespace());
        }

        @Override
        public void onUpdate(T old, T object) {
            if (!String.valueOf(old.getMetadata().getResourceVersion())
                    .equals(object.getMetadata().getResourceVersion())) {
                changed(object.getMetadata().getNamespace());
            }
        }

        @Override
        public void onDelete(T object, boolean deletedFinalStateUnknown) {
            if (object instanceof Pod) {
                reports.remove(object.getMetadata().getUid());
            }
            changed(object.getMetadata().getNamespace());
        }
    }
}
