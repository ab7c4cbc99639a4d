package io.socketbridge.operator.observe;

import io.socketbridge.api.v1alpha1.AccessSpec;
import io.socketbridge.api.v1alpha1.RawSpec;
import io.socketbridge.api.v1alpha1.ServerSpec;
import io.socketbridge.api.v1alpha1.SocketBridgeSpec;
import io.socketbridge.api.v1alpha1.TransportSpec;
import io.socketbridge.contract.Access;
import io.socketbridge.contract.TransportProtocol;
import io.socketbridge.operator.plan.Transport;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads how a bridge's connections get from pod to pod, and who may make them. */
final class TransportReader {

    /** Ids have 32 bits. */
    private static final long MOST_ID = 4_294_967_295L;

    private TransportReader() {}

    /** @throws IllegalArgumentException if it is none that this version knows; the message names it */
    static TransportProtocol protocol(SocketBridgeSpec spec) {
        return Choice.of(
                "transport.protocol",
                Optional.ofNullable(spec.transport())
                        .map(TransportSpec::protocol)
                        .orElse(null),
                TransportProtocol.values(),
                TransportProtocol::name,
                TransportProtocol.TCP);
    }

    /** Whether it has to be mutual TLS between sidecars. */
    static boolean isMutual(SocketBridgeSpec spec) {
        return Optional.ofNullable(spec.transport())
                .map(TransportSpec::tls)
                .orElse("Mutual")
                .equals("Mutual");
    }

    /** @throws IllegalArgumentException if a value is none that this version knows, or one goes not with another; the message names it */
    static Transport read(SocketBridgeSpec spec) {
        Optional<ServerSpec> server = Optional.ofNullable(spec.server());
        Optional<Integer> port = server.map(ServerSpec::port);
        AccessSpec access = spec.access();
        if (access != null && server.map(ServerSpec::address).isPresent()) {
            throw new IllegalArgumentException("access goes with server.selector alone: remove access");
        }
        String tls =
                Optional.ofNullable(spec.transport()).map(TransportSpec::tls).orElse("Mutual");
        return switch (tls) {
            case "Mutual" -> {
                if (port.isPresent()) {
                    throw new IllegalArgumentException("server.port " + port.get()
                            + " goes with transport.tls Disabled alone: remove server.port, or set transport.tls to"
                            + " Disabled");
                }
                yield access == null ? Transport.DEFAULT : mutual(access);
            }
            case "Disabled" -> {
                if (access != null) {
                    throw new IllegalArgumentException(
                            "access needs transport.tls Mutual: set transport.tls to Mutual, or remove access");
                }
                yield switch (protocol(spec)) {
                    case TCP -> new Transport.Plain(port.orElse(0));
                    case UDP -> new Transport.Udp(port.orElse(0));
                    case IP -> new Transport.Ip(ipProtocol(spec), headerIncluded(spec));
                };
            }
            default ->
                throw new IllegalArgumentException(
                        "transport.tls '" + tls + "' is not supported: the allowed values are: Mutual, Disabled");
        };
    }

    /** @throws IllegalArgumentException if it is missing */
    static int ipProtocol(SocketBridgeSpec spec) {
        return Optional.ofNullable(spec.raw())
                .map(RawSpec::ipProtocol)
                .orElseThrow(() -> new IllegalArgumentException(
                        "raw.ipProtocol is missing: with transport.protocol IP say which protocol of IP, 1 to 255"));
    }

    /** Whether records are whole packets. */
    static boolean headerIncluded(SocketBridgeSpec spec) {
        return Optional.ofNullable(spec.raw()).map(RawSpec::headerIncluded).orElse(false);
    }

    private static Transport mutual(AccessSpec spec) {
        return new Transport.Mutual(
                Optional.ofNullable(spec.serviceAccounts()).orElse(List.of()),
                new Access(ids("uids", spec.uids()), ids("gids", spec.gids())));
    }

    private static List<Long> ids(String name, @Nullable List<Long> ids) {
        List<Long> all = Optional.ofNullable(ids).orElse(List.of());
        for (long id : all) {
            if (id < 0 || id > MOST_ID) {
                throw new IllegalArgumentException(
                        "access." + name + " " + id + " is out of range: it is 0 to " + MOST_ID);
            }
        }
        return all;
    }
}
