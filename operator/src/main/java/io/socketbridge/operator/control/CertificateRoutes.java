package io.socketbridge.operator.control;

import io.socketbridge.contract.ControlStream;
import io.socketbridge.contract.Role;
import io.socketbridge.contract.TunnelNames;
import io.socketbridge.operator.identity.IssuedLeaf;
import io.socketbridge.operator.identity.OperatorIdentity;
import io.socketbridge.operator.identity.PodSubject;
import io.socketbridge.operator.identity.SigningRequest;
import io.socketbridge.operator.observe.World;
import io.socketbridge.operator.plan.End;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import org.jboss.logging.Logger;

/** Issues certificates: to a pod that shows its token, for the ends of bridges that it has, and for no others. */
@ApplicationScoped
class CertificateRoutes {

    private static final Logger LOG = Logger.getLogger(CertificateRoutes.class);

    private final World world;
    private final Callers callers;
    private final OperatorIdentity identity;
    private final Vertx vertx;
    private final Clock clock;
    private final IssueLimit limit = new IssueLimit();

    @Inject
    CertificateRoutes(World world, Callers callers, OperatorIdentity identity, Vertx vertx, Clock clock) {
        this.world = world;
        this.callers = callers;
        this.identity = identity;
        this.vertx = vertx;
        this.clock = clock;
    }

    void register(@Observes Router router) {
        router.post(ControlStream.CERTIFICATES_PATH).handler(routing -> {
            routing.request().pause(); // Nobody's body is read before it is known who speaks.
            callers.identifyByToken(routing, speaker -> admit(routing, speaker));
        });
    }

    private void admit(RoutingContext routing, Speaker speaker) {
        List<String> grants = world.view(speaker.identity().namespace()).planFor(speaker.pod()).ends().stream()
                .map(CertificateRoutes::grant)
                .distinct()
                .toList();
        if (grants.isEmpty()) {
            Answer.send(routing, 403, "this pod has no bridge");
        } else if (!limit.admits(speaker.identity().uid(), clock.instant())) {
            Answer.send(routing, 429, "this pod has asked a moment ago");
        } else {
            BoundedBody.read(
                    routing, ControlStream.MAX_REQUEST_BYTES, body -> issue(routing, subject(speaker, grants), body));
        }
    }

    private static String grant(End end) {
        Role role = switch (end) {
            case End.ClientEnd _ -> Role.CLIENT;
            case End.ServerEnd _ -> Role.SERVER;
        };
        return TunnelNames.grant(
                role, TunnelNames.server(end.bridge().namespace(), end.bridge().name()));
    }

    private static PodSubject subject(Speaker speaker, List<String> grants) {
        PodIdentity pod = speaker.identity();
        return new PodSubject(pod.namespace(), pod.serviceAccount(), pod.name(), pod.uid(), grants);
    }

    private void issue(RoutingContext routing, PodSubject subject, Buffer body) {
        vertx.executeBlocking(() -> identity.issue(subject, SigningRequest.parse(body.getBytes())), false)
                .onSuccess(leaf -> {
                    LOG.infof(
                            "pod %s/%s: issued certificate %s until %s",
                            subject.namespace(), subject.pod(), leaf.serial(), leaf.until());
                    send(routing, leaf);
                })
                .onFailure(e -> refuse(routing, subject, e));
    }

    private static void send(RoutingContext routing, IssuedLeaf leaf) {
        if (!routing.response().ended()) {
            routing.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/pem-certificate-chain")
                    .end(leaf.pem());
        }
    }

    private static void refuse(RoutingContext routing, PodSubject subject, Throwable why) {
        if (why instanceof SigningRequest.RefusedException) {
            LOG.warnf(
                    "pod %s/%s: its request for a certificate was refused: %s",
                    subject.namespace(), subject.pod(), why.getMessage());
            Answer.send(routing, 400, String.valueOf(why.getMessage()));
        } else {
            LOG.errorf(
                    "pod %s/%s: no certificate could be issued: %s",
                    subject.namespace(), subject.pod(), why.getMessage());
            Answer.send(routing, 503, "no certificate can be issued now");
        }
    }
}
