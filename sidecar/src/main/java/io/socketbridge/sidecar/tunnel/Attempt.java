package io.socketbridge.sidecar.tunnel;

import io.socketbridge.sidecar.relay.Dialer;
import io.socketbridge.sidecar.relay.ProxyHeader;

/**
 * One try to begin a connection.
 *
 * @param header what it begins with
 * @param deadlineNanos by when it has to have been taken, by {@link System#nanoTime}
 * @param outcome is told what became of it
 */
record Attempt(ProxyHeader header, long deadlineNanos, Dialer.Outcome outcome) {

    long leftNanos() {
        return Math.max(0, deadlineNanos - System.nanoTime());
    }
}
