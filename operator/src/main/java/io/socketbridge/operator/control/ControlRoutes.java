package io.socketbridge.operator.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.socketbridge.contract.ControlStream;
import io.socketbridge.contract.Report;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.operator.observe.World;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import org.jboss.logging.Logger;

/** Snapshots and reports of the {@link ControlStream}. Handlers run on event loops; what blocks runs elsewhere. */
@ApplicationScoped
class ControlRoutes {

    private static final Logger LOG = Logger.getLogger(ControlRoutes.class);

    private final World world;
    private final Callers callers;
    private final Publisher publisher;
    private final ObjectMapper json;
    private final Vertx vertx;
    private final Clock clock;

    @Inject
    ControlRoutes(World world, Callers callers, Publisher publisher, ObjectMapper json, Vertx vertx, Clock clock) {
        this.world = world;
        this.callers = callers;
        this.publisher = publisher;
        this.json = json;
        this.vertx = vertx;
        this.clock = clock;
    }

    void register(@Observes Router router) {
        router.get(ControlStream.SNAPSHOTS_PATH)
                .handler(routing -> callers.identify(routing, speaker -> openStream(routing, speaker)));
        router.post(ControlStream.REPORTS_PATH).handler(routing -> {
            routing.request().pause(); // Nobody's body is read before it is known who speaks.
            callers.identify(
                    routing,
                    speaker -> BoundedBody.read(
                            routing, ControlStream.MAX_LINE_BYTES, body -> takeReport(routing, speaker, body)));
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

    private void takeReport(RoutingContext routing, Speaker speaker, Buffer body) {
        try {
            Report report = json.readValue(body.getBytes(), Report.class);
            world.report(speaker.identity().namespace(), speaker.pod(), report);
            Answer.send(routing, 204, "");
        } catch (IOException | RuntimeException e) {
            LOG.warnf(
                    "pod %s/%s: its report cannot be read: %s",
                    speaker.identity().namespace(), speaker.pod().name(), e.getMessage());
            Answer.send(routing, 400, "the body is no report");
        }
    }

    private Buffer line(Snapshot snapshot) {
        try {
            return Buffer.buffer(json.writeValueAsBytes(snapshot)).appendByte((byte) '\n');
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a snapshot is always representable as JSON", e);
        }
    }
}
