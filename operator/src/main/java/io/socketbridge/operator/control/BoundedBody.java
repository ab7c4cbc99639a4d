package io.socketbridge.operator.control;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;

/** Reads a request's body, which has been paused; answers 413 to one that is too long. */
final class BoundedBody {

    private BoundedBody() {}

    static void read(RoutingContext routing, int mostBytes, Consumer<Buffer> then) {
        Buffer body = Buffer.buffer();
        HttpServerRequest request = routing.request();
        request.handler(chunk -> {
            if (body.length() + chunk.length() > mostBytes) {
                request.handler(_ -> {}).endHandler(_ -> {});
                Answer.send(routing, 413, "more than " + mostBytes + " bytes");
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(_ -> then.accept(body));
        request.resume();
    }
}
