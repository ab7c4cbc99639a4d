package io.socketbridge.operator.control;

import io.socketbridge.contract.ControlStream;
import io.socketbridge.operator.identity.OperatorIdentity;
import io.socketbridge.operator.identity.PodName;
import io.socketbridge.operator.observe.World;
import io.socketbridge.operator.plan.ObservedPod;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jboss.logging.Logger;

/** Finds out which pod speaks, and answers those who may not. Called on event loops; what blocks runs elsewhere. */
@ApplicationScoped
class Callers {

    private static final Logger LOG = Logger.getLogger(Callers.class);

    private static final String BEARER = "Bearer ";

    private final World world;
    private final PodAuthenticator authenticator;
    private final OperatorIdentity identity;
    private final Vertx vertx;

    @Inject
    Callers(World world, PodAuthenticator authenticator, OperatorIdentity identity, Vertx vertx) {
        this.world = world;
        this.authenticator = authenticator;
        this.identity = identity;
        this.vertx = vertx;
    }

    /** The pod is known by its certificate, or without one by its token. */
    void identify(RoutingContext routing, Consumer<Speaker> then) {
        Optional<PodName> certified = certificate(routing).flatMap(identity::podOf);
        if (certified.isEmpty()) {
            identifyByToken(routing, then);
        } else if (isComplete(routing)) {
            letIn(routing, speaker(certified.get()), then);
        }
    }

    /** The pod is known by its token, whatever certificate it has. */
    void identifyByToken(RoutingContext routing, Consumer<Speaker> then) {
        if (!isComplete(routing)) {
            return;
        }
        String header = Optional.ofNullable(routing.request().getHeader(HttpHeaders.AUTHORIZATION))
                .orElse("");
        if (!header.startsWith(BEARER)) {
            Answer.send(routing, 401, "show the pod's certificate, or send its projected token as a bearer token");
            return;
        }
        vertx.executeBlocking(() -> authenticator.authenticate(header.substring(BEARER.length())), false)
                .onFailure(e -> {
                    LOG.warnf("the API server could not be asked about a token: %s", e.getMessage());
                    Answer.send(routing, 503, "the API server could not be asked about the token");
                })
                .onSuccess(pod -> pod.ifPresentOrElse(
                        known -> letInFrom(routing, known, then),
                        () -> Answer.send(
                                routing, 401, "the token is not good, or not for " + ControlStream.AUDIENCE)));
    }

    /** A token that comes from the address of another pod was stolen. From no pod's address it may have come through a proxy. */
    private void letInFrom(RoutingContext routing, PodIdentity known, Consumer<Speaker> then) {
        String address = routing.request().remoteAddress().hostAddress();
        if (world.isOfOthers(address, known.uid())) {
            LOG.warnf(
                    "pod %s/%s: its token came from %s, the address of another pod, and was not accepted: find out who has it",
                    known.namespace(), known.name(), address);
            Answer.send(routing, 403, "the token is another pod's");
        } else {
            letIn(routing, speaker(known), then);
        }
    }

    private boolean isComplete(RoutingContext routing) {
        if (!world.isComplete()) {
            Answer.send(routing, 503, "the operator is starting");
            return false;
        }
        return true;
    }

    private static void letIn(RoutingContext routing, Optional<Speaker> speaker, Consumer<Speaker> then) {
        speaker.ifPresentOrElse(then, () -> Answer.send(routing, 403, "this pod has no bridge"));
    }

    /** What the client has shown, if anything; the handshake has verified it. */
    private static Optional<X509Certificate> certificate(RoutingContext routing) {
        SSLSession session = routing.request().sslSession();
        if (session == null) {
            return Optional.empty();
        }
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate leaf
                    ? Optional.of(leaf)
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty(); // It has shown none.
        }
    }

    private Optional<Speaker> speaker(PodIdentity known) {
        return pod(
                        known.namespace(),
                        pod -> pod.uid().equals(known.uid()) && pod.name().equals(known.name()))
                .map(pod -> new Speaker(known, pod));
    }

    private Optional<Speaker> speaker(PodName certified) {
        return pod(certified.namespace(), pod -> pod.uid().equals(certified.uid()) && certified.isNameOf(pod.name()))
                .map(pod -> new Speaker(
                        new PodIdentity(certified.namespace(), pod.name(), pod.uid(), certified.serviceAccount()),
                        pod));
    }

    /** A pod that was injected and has no bridge any more is let in, and told that it has no routes. */
    private Optional<ObservedPod> pod(String namespace, Predicate<ObservedPod> which) {
        return world.view(namespace).pods().stream()
                .filter(which)
                .filter(pod -> pod.injected().isPresent())
                .findFirst();
    }
}
