package io.socketbridge.sidecar.relay;

import io.socketbridge.contract.Limits;

/** Where an accepted connection is in its life. Its methods are called on the connection's loop. */
interface Phase {

    /** Begins it; called once. */
    void start();

    /** Looks whether something took too long; called from time to time. */
    void sweep(long nowNanos, Limits limits);

    /** Ends the connection. */
    void reset(ResetReason reason);

    /** The targets are others, or other ones are ready. */
    void targetsChanged();
}
