package io.socketbridge.operator.observe;

import io.socketbridge.api.v1alpha1.AccessLogSpec;
import io.socketbridge.api.v1alpha1.LimitsSpec;
import io.socketbridge.api.v1alpha1.ServerSpec;
import io.socketbridge.api.v1alpha1.SocketBridgeSpec;
import io.socketbridge.contract.Limits;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.WhenUnavailable;
import io.socketbridge.operator.plan.ConnectionPolicy;
import io.socketbridge.operator.plan.TrafficDistribution;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads how a bridge's connections are to be treated. */
final class PolicyReader {

    private static final Limits UNSAID = Limits.DEFAULT;

    private PolicyReader() {}

    /** @throws IllegalArgumentException if a value is none that this version knows; the message names it */
    static ConnectionPolicy read(SocketBridgeSpec spec) {
        return new ConnectionPolicy(
                Optional.ofNullable(spec.whenUnavailable())
                        .map(PolicyReader::whenUnavailable)
                        .orElse(ConnectionPolicy.DEFAULT.whenUnavailable()),
                Optional.ofNullable(spec.limits()).map(PolicyReader::limits).orElse(UNSAID),
                Optional.ofNullable(spec.server())
                        .map(ServerSpec::proxyProtocol)
                        .map(PolicyReader::proxyProtocol)
                        .orElse(ConnectionPolicy.DEFAULT.proxyProtocol()),
                Optional.ofNullable(spec.trafficDistribution())
                        .map(value -> distribution(value, spec))
                        .orElse(ConnectionPolicy.DEFAULT.distribution()),
                Optional.ofNullable(spec.accessLog())
                        .map(AccessLogSpec::samplePercent)
                        .orElse(ConnectionPolicy.DEFAULT.accessLogPercent()));
    }

    private static Limits limits(LimitsSpec spec) {
        return new Limits(
                Optional.ofNullable(spec.maxConnections()).orElse(UNSAID.maxConnections()),
                millis("connectTimeout", spec.connectTimeout(), UNSAID.connectTimeoutMillis()),
                millis("idleTimeout", spec.idleTimeout(), UNSAID.idleTimeoutMillis()),
                millis("drainTimeout", spec.drainTimeout(), UNSAID.drainTimeoutMillis()),
                millis("deadPeerTimeout", spec.deadPeerTimeout(), UNSAID.deadPeerTimeoutMillis()),
                millis("maxLifetime", spec.maxLifetime(), UNSAID.maxLifetimeMillis()));
    }

    private static long millis(String name, @Nullable String duration, long otherwise) {
        if (duration == null) {
            return otherwise;
        }
        try {
            return GoDuration.parse(duration).toMillis();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("limits." + name + " " + e.getMessage(), e);
        }
    }

    private static WhenUnavailable whenUnavailable(String value) {
        return switch (value) {
            case "Refuse" -> WhenUnavailable.REFUSE;
            case "Wait" -> WhenUnavailable.WAIT;
            default -> throw unsupported("whenUnavailable", value, "Refuse, Wait");
        };
    }

    private static ProxyProtocol proxyProtocol(String value) {
        return switch (value) {
            case "None" -> ProxyProtocol.NONE;
            case "V2" -> ProxyProtocol.V2;
            default -> throw unsupported("server.proxyProtocol", value, "None, V2");
        };
    }

    private static TrafficDistribution distribution(String value, SocketBridgeSpec spec) {
        if (!value.equals("PreferClose")) {
            throw unsupported("trafficDistribution", value, "PreferClose");
        }
        if (Optional.ofNullable(spec.server()).map(ServerSpec::address).isPresent()) {
            throw new IllegalArgumentException(
                    "trafficDistribution goes with server.selector alone: remove trafficDistribution");
        }
        return TrafficDistribution.PREFER_CLOSE;
    }

    private static IllegalArgumentException unsupported(String name, String value, String allowed) {
        return new IllegalArgumentException(
                name + " '" + value + "' is not supported: the allowed values are: " + allowed);
    }
}
