package io.socketbridge.operator.control;

import io.vertx.ext.web.RoutingContext;

/** An answer that is no more than a status and a sentence. */
final class Answer {

    private Answer() {}

    static void send(RoutingContext routing, int status, String message) {
        if (!routing.response().ended()) {
            routing.response().setStatusCode(status).end(message);
        }
    }
}
