package io.socketbridge.operator.plan;

import io.socketbridge.contract.Encounter;
import io.socketbridge.contract.Framing;
import io.socketbridge.contract.RecordHeaders;
import io.socketbridge.contract.Records;
import io.socketbridge.contract.SocketType;

/** What a sidecar is told of the records of a route. */
final class RouteRecords {

    private RouteRecords() {}

    static Records ofClient(End.ClientEnd end) {
        boolean carried = end.bridge().encounters().get(end.index()).carriesRecords();
        return carried ? of(end.bridge(), end.client().type()) : Records.NONE;
    }

    /** A server is a stream to all its clients or to none, so that what one brings is what all do. */
    static Records ofServer(End.ServerEnd end) {
        boolean carried = end.bridge().encounters().stream().anyMatch(Encounter::carriesRecords);
        return carried ? of(end.bridge(), end.server().type()) : Records.NONE;
    }

    private static Records of(Bridge bridge, SocketType here) {
        RecordPolicy policy = bridge.records();
        Framing framing = policy.framing().orElse(Framing.LENGTH_PREFIX);
        return new Records(
                policy.mostBytes(),
                policy.oversize(),
                framing,
                switch (bridge.server()) {
                    case Server.Pods _ -> Framing.HEADED;
                    case Server.Service _ -> framing;
                },
                policy.overflow(),
                here == SocketType.SEQ_PACKET ? policy.headers() : RecordHeaders.HIDDEN);
    }
}
