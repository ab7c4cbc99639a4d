package io.socketbridge.sidecar.relay;

import io.socketbridge.contract.RouteState;

/**
 * Whether a route's targets can be reached.
 *
 * @param state {@link RouteState#READY}, or why not
 * @param message for a person; empty when ready
 */
public record Readiness(RouteState state, String message) {

    /** Targets can be reached, as far as is known. */
    public static final Readiness READY = new Readiness(RouteState.READY, "");

    /** Whether connections are served, perhaps after a wait. */
    public boolean serves() {
        return state.serves();
    }
}
