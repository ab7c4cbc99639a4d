package io.socketbridge.contract;

import java.util.Objects;

/**
 * The state of one route in one sidecar.
 *
 * @param id the route's id
 * @param listening the address it listens on in fact (with the port that it got), or empty if it does not listen
 * @param state whether connections are served, and if not, why
 * @param message for a person, empty when all is well: what is wrong, with path or address, and what to do
 * @param activeConnections connections open now
 * @param totalConnections connections opened since the sidecar started
 */
public record RouteReport(
        String id, String listening, RouteState state, String message, int activeConnections, long totalConnections) {

    /** The longest message; the rest of a longer one is cut off. */
    public static final int MOST_MESSAGE_CHARACTERS = 500;

    public RouteReport {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(listening, "listening");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(message, "message");
        message = message.length() > MOST_MESSAGE_CHARACTERS ? message.substring(0, MOST_MESSAGE_CHARACTERS) : message;
    }
}
