package io.socketbridge.operator.plan;

import io.socketbridge.contract.Limits;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.WhenUnavailable;

/**
 * How a bridge's connections are treated. None of it makes another pod of a pod: it is told to sidecars while they run.
 *
 * @param whenUnavailable what becomes of a client's connection while no server is ready
 * @param limits what each sidecar lets connections take
 * @param proxyProtocol what the server gets before a connection's bytes
 * @param distribution which of several servers they go to
 * @param accessLogPercent of how many connections in a hundred there is a line in the log, 0 to 100
 */
public record ConnectionPolicy(
        WhenUnavailable whenUnavailable,
        Limits limits,
        ProxyProtocol proxyProtocol,
        TrafficDistribution distribution,
        int accessLogPercent) {

    /** What holds where nothing is said. */
    public static final ConnectionPolicy DEFAULT = new ConnectionPolicy(
            WhenUnavailable.REFUSE, Limits.DEFAULT, ProxyProtocol.NONE, TrafficDistribution.ANY, 0);

    /** @throws IllegalArgumentException if the percentage is none */
    public ConnectionPolicy {
        if (accessLogPercent < 0 || accessLogPercent > 100) {
            throw new IllegalArgumentException(
                    "accessLog.samplePercent " + accessLogPercent + " is out of range: it is 0 to 100");
        }
    }
}
