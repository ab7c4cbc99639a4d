package io.socketbridge.sidecar.relay;

import io.socketbridge.contract.Limits;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.WhenUnavailable;

/**
 * What a relay's connections may take, and what becomes of them.
 *
 * @param limits of time
 * @param mostConnections how many may be open at once, at least 1
 * @param whenUnavailable what becomes of connections while no target is ready
 * @param expected what each connection has to begin with
 * @param accessLogPercent of how many connections in a hundred there is a line in the log
 */
public record Policy(
        Limits limits,
        int mostConnections,
        WhenUnavailable whenUnavailable,
        ProxyProtocol expected,
        int accessLogPercent) {

    boolean waits() {
        return whenUnavailable == WhenUnavailable.WAIT;
    }

    boolean expectsHeader() {
        return expected == ProxyProtocol.V2;
    }
}
