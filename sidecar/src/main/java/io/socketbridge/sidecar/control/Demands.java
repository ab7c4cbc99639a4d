package io.socketbridge.sidecar.control;

import io.socketbridge.contract.Route;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.contract.Target;
import io.socketbridge.contract.TunnelNames;
import io.socketbridge.sidecar.identity.LeafDemand;
import io.socketbridge.sidecar.identity.PemFiles;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a snapshot demands of the pod's certificate. */
final class Demands {

    private static final String SCHEME = "tunnel:";

    private Demands() {}

    /**
     * The demand.
     *
     * @throws CertificateException if the snapshot's trust is not certificates in PEM
     */
    static LeafDemand of(Snapshot snapshot) throws CertificateException {
        if (snapshot.trust().isEmpty()) {
            return LeafDemand.NOTHING;
        }
        List<Route> tunnelled =
                snapshot.routes().stream().filter(Demands::isTunnelled).toList();
        Set<String> names = tunnelled.stream()
                .filter(route -> !route.tunnel().serverName().isEmpty())
                .map(route -> TunnelNames.grant(route.role(), route.tunnel().serverName()))
                .collect(Collectors.toSet());
        return new LeafDemand(!tunnelled.isEmpty(), names, PemFiles.certificates(snapshot.trust()));
    }

    /** Also while no server is ready, so that the certificate is there when one is. */
    private static boolean isTunnelled(Route route) {
        return !route.tunnel().serverName().isEmpty()
                || Stream.concat(
                                Stream.of(route.listen().address()),
                                route.targets().stream().map(Target::address))
                        .anyMatch(address -> address.startsWith(SCHEME));
    }
}
