package io.socketbridge.operator.control;

import io.socketbridge.contract.Snapshot;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * One sidecar's open stream. Its fields belong to the event loop of its connection; the methods may be called from
 * anywhere and hand over to it.
 */
final class SnapshotStream {

    private static final Buffer HEARTBEAT = Buffer.buffer("\n");

    private final PodIdentity pod;
    private final Instant opened;
    private final Context context;
    private final HttpServerResponse response;
    private final Function<Snapshot, Buffer> format;

    /** The revision that was sent last; empty before the first. */
    private String sent = "";

    /** The newest snapshot, which waits because the sidecar is slow to read. */
    private Optional<Snapshot> waiting = Optional.empty();

    SnapshotStream(
            PodIdentity pod,
            Instant opened,
            Context context,
            HttpServerResponse response,
            Function<Snapshot, Buffer> format) {
        this.pod = pod;
        this.opened = opened;
        this.context = context;
        this.response = response;
        this.format = format;
    }

    PodIdentity pod() {
        return pod;
    }

    Instant opened() {
        return opened;
    }

    /** Sends the snapshot, unless it is the one that was sent last. */
    void send(Snapshot snapshot) {
        context.runOnContext(_ -> write(snapshot));
    }

    /** On the context, so that of two snapshots the later one is written last. */
    private void write(Snapshot snapshot) {
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.writeQueueFull()) {
            waiting = Optional.of(snapshot);
            return;
        }
        waiting = Optional.empty();
        if (!snapshot.revision().equals(sent)) {
            sent = snapshot.revision();
            response.write(format.apply(snapshot));
        }
    }

    void heartbeat() {
        context.runOnContext(_ -> {
            if (!response.ended() && !response.closed() && !response.writeQueueFull()) {
                response.write(HEARTBEAT);
                waiting.ifPresent(this::write);
            }
        });
    }

    /** Ends it, so that the sidecar opens another. */
    void end() {
        context.runOnContext(_ -> {
            if (!response.ended() && !response.closed()) {
                response.end();
            }
        });
    }
}
