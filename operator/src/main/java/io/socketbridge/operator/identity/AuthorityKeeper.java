package io.socketbridge.operator.identity;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.socketbridge.operator.resource.Installation;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Looks after the authority: when its Secret changes, and when a step of a rotation is due. */
@ApplicationScoped
class AuthorityKeeper {

    private static final Logger LOG = Logger.getLogger(AuthorityKeeper.class);

    /** However far off the next step is: a clock may be set, and a change missed. */
    private static final Duration LONGEST_REST = Duration.ofMinutes(1);

    /** A step that is due now and is not done is not attempted more often. */
    private static final Duration SHORTEST_REST = Duration.ofMillis(200);

    private static final Duration RETRY = Duration.ofSeconds(5);

    private final KubernetesClient client;
    private final Installation installation;
    private final AuthoritySource source;
    private final OperatorIdentity identity;
    private final Clock clock;
    private final List<SharedIndexInformer<Secret>> informers = new ArrayList<>();
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("authority").daemon(true).factory());

    /** The last thing that went wrong, so that it is said once; owned by the worker. */
    private String problem = "";

    /** The next look; owned by the worker. */
    private Future<?> next = CompletableFuture.completedFuture(null);

    @Inject
    AuthorityKeeper(
            KubernetesClient client,
            Installation installation,
            AuthoritySource source,
            OperatorIdentity identity,
            Clock clock) {
        this.client = client;
        this.installation = installation;
        this.source = source;
        this.identity = identity;
        this.clock = clock;
    }

    /** After all who want to hear of changes. */
    void start(@Observes @Priority(10_000) StartupEvent event) {
        for (String name : source.secrets()) {
            informers.add(client.secrets()
                    .inNamespace(installation.namespace())
                    .withName(name)
                    .inform(new Handler()));
        }
        lookSoon();
    }

    void stop(@Observes ShutdownEvent event) {
        informers.forEach(SharedIndexInformer::stop);
        worker.shutdownNow();
    }

    private void lookSoon() {
        if (!worker.isShutdown()) {
            worker.execute(this::lookAndRest);
        }
    }

    private void lookAndRest() {
        next.cancel(false);
        Duration rest = look();
        if (!worker.isShutdown()) {
            next = worker.schedule(this::lookAndRest, rest.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Answers how long to rest. */
    private Duration look() {
        try {
            Instant due = identity.refresh();
            if (!problem.isEmpty()) {
                LOG.info("the authority is in order again");
                problem = "";
            }
            Duration rest = Duration.between(clock.instant(), due);
            return rest.compareTo(SHORTEST_REST) < 0
                    ? SHORTEST_REST
                    : rest.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : rest;
        } catch (RuntimeException e) {
            String message = String.valueOf(e.getMessage());
            if (!message.equals(problem) && !worker.isShutdown()) {
                LOG.errorf("the authority stays as it was, trying again: %s", message);
                problem = message;
            }
            return RETRY;
        }
    }

    private final class Handler implements ResourceEventHandler<Secret> {

        @Override
        public void onAdd(Secret secret) {
            lookSoon();
        }

        @Override
        public void onUpdate(Secret old, Secret secret) {
            lookSoon();
        }

        @Override
        public void onDelete(Secret secret, boolean deletedFinalStateUnknown) {
            lookSoon();
        }
    }
}
