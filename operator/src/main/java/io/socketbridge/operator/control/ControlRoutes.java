package io.socketbridge.operator.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.socketbridge.contract.ControlStream;
import io.socketbridge.contract.Report;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.operator.observe.World;
import io.socketbridge.operator.plan.ObservedPod;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;

/** The two resources of the {@link ControlStream}. Handlers run on event loops; what blocks runs elsewhere. */
@ApplicationScoped
class ControlRoutes {

    private static final Logger LOG = Logger.getLogger(ControlRoutes.class);

    private static final String BEARER = "Bearer ";

    private final World world;
    private final PodAuthenticator authenticator;
    private final Publisher publisher;
    private final ObjectMapper json;
    private final Vertx vertx;
    private final Clock clock;

    @Inject
    ControlRoutes(
            World world,
            PodAuthenticator authenticator,
            Publisher publisher,
            ObjectMapper json,
            Vertx vertx,
            Clock clock) {
        this.world = world;
        this.authenticator = authenticator;
        this.publisher = publisher;
        this.json = json;
        this.vertx = vertx;
        this.clock = clock;
    }

    void register(@Observes Router router) {
        router.get(ControlStream.SNAPSHOTS_PATH).handler(context -> withPod(context, this::openStream));
        router.post(ControlStream.REPORTS_PATH).handler(context -> {
            context.request().pause(); // Nobody's body is read before it is known who speaks.
            withPod(context, this::readReport);
        });
    }

    private void openStream(RoutingContext routing, Speaker speaker) {
        HttpServerResponse response = routing.response();
        response.setChunked(true).putHeader(HttpHeaders.CONTENT_TYPE, "application/x-ndjson");
        SnapshotStream stream = new SnapshotStream(
                speaker.identity(), clock.instant(), vertx.getOrCreateContext(), response, this::line);
        response.closeHandler(_ -> publisher.remove(stream));
        response.endHandler(_ -> publisher.remove(stream));
        response.exceptionHandler(_ -> publisher.remove(stream));
        stream.heartbeat(); // The headers go out with the first byte.
        publisher.add(stream);
        LOG.debugf(
                "pod %s/%s: stream opened",
                speaker.identity().namespace(), speaker.pod().name());
    }

    private void readReport(RoutingContext routing, Speaker speaker) {
        Buffer body = Buffer.buffer();
        HttpServerRequest request = routing.request();
        request.handler(chunk -> {
            if (body.length() + chunk.length() > ControlStream.MAX_LINE_BYTES) {
                request.handler(_ -> {}).endHandler(_ -> {});
                routing.response().setStatusCode(413).end();
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(_ -> takeReport(routing, speaker, body));
        request.resume();
    }

    private void takeReport(RoutingContext routing, Speaker speaker, Buffer body) {
        try {
            Report report = json.readValue(body.getBytes(), Report.class);
            world.report(speaker.identity().namespace(), speaker.pod(), report);
            end(routing, 204, "");
        } catch (IOException | RuntimeException e) {
            LOG.warnf(
                    "pod %s/%s: its report cannot be read: %s",
                    speaker.identity().namespace(), speaker.pod().name(), e.getMessage());
            end(routing, 400, "the body is no report");
        }
    }

    /**
     * A pod that may speak.
     *
     * @param identity as the API server vouches for it
     * @param pod as it is now
     */
    private record Speaker(PodIdentity identity, ObservedPod pod) {}

    private void withPod(RoutingContext routing, BiConsumer<RoutingContext, Speaker> then) {
        if (!world.isComplete()) {
            end(routing, 503, "the operator is starting");
            return;
        }
        String header = Optional.ofNullable(routing.request().getHeader(HttpHeaders.AUTHORIZATION))
                .orElse("");
        if (!header.startsWith(BEARER)) {
            end(routing, 401, "send the pod's projected token as a bearer token");
            return;
        }
        vertx.executeBlocking(() -> authenticator.authenticate(header.substring(BEARER.length())), false)
                .onFailure(e -> {
                    LOG.warnf("the API server could not be asked about a token: %s", e.getMessage());
                    end(routing, 503, "the API server could not be asked about the token");
                })
                .onSuccess(identity -> identity.ifPresentOrElse(
                        known -> speaker(known)
                                .ifPresentOrElse(
                                        speaker -> then.accept(routing, speaker),
                                        () -> end(routing, 403, "this pod has no bridge")),
                        () -> end(routing, 401, "the token is not good, or not for " + ControlStream.AUDIENCE)));
    }

    /** A pod that was injected and has no bridge any more is let in, and told that it has no routes. */
    private Optional<Speaker> speaker(PodIdentity identity) {
        var view = world.view(identity.namespace());
        return view.pods().stream()
                .filter(pod -> pod.uid().equals(identity.uid()) && pod.name().equals(identity.name()))
                .filter(pod -> pod.injected().isPresent())
                .findFirst()
                .map(pod -> new Speaker(identity, pod));
    }

    private Buffer line(Snapshot snapshot) {
        try {
            return Buffer.buffer(json.writeValueAsBytes(snapshot)).appendByte((byte) '\n');
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a snapshot is always representable as JSON", e);
        }
    }

    private static void end(RoutingContext routing, int status, String message) {
        if (!routing.response().ended()) {
            routing.response().setStatusCode(status).end(message);
        }
    }
}
