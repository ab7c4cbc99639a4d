package io.socketbridge.operator.plan;

import io.socketbridge.contract.SidecarPod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who has claimed what in one pod; first come, first served. Used by one thread, for one plan. */
final class Claims {

    /** Below the ports that kernels give to outgoing connections, and below Kubernetes' node ports. */
    private static final int FIRST_PORT = 20_000;

    private static final int PORTS = 10_000;

    final List<End> ends = new ArrayList<>();
    final List<Conflict> conflicts = new ArrayList<>();
    private final Map<String, End> paths = new HashMap<>();
    private final Map<String, End.ClientEnd> variables = new HashMap<>();
    private final Map<String, End> demanded = new HashMap<>();
    private final Set<Integer> taken;

    Claims(List<Integer> demandedPorts) {
        taken = new HashSet<>(demandedPorts);
        taken.add(SidecarPod.HEALTH_PORT);
        taken.add(SidecarPod.TUNNEL_PORT);
    }

    void server(Bridge bridge, Server.Pods pods) {
        End.ServerEnd end = new End.ServerEnd(bridge, pods, portFor(bridge, pods.transport()));
        End there = paths.get(pods.path().name());
        Optional<Transport.Demand> demand = pods.transport().demand();
        Optional<End> same = demand.flatMap(wanted -> Optional.ofNullable(demanded.get(wanted.what())));
        if (there instanceof End.ClientEnd) {
            conflicts.add(new Conflict(
                    end, there, Conflict.PATH, "path " + pods.path().name()));
        } else if (same.isPresent()) {
            conflicts.add(new Conflict(
                    end, same.get(), demand.get().reason(), demand.get().what()));
        } else {
            paths.putIfAbsent(pods.path().name(), end);
            demand.ifPresent(wanted -> demanded.put(wanted.what(), end));
            ends.add(end);
        }
    }

    private int portFor(Bridge bridge, Transport transport) {
        return switch (transport) {
            case Transport.Mutual _ -> SidecarPod.TUNNEL_PORT;
            case Transport.Plain plain -> plain.port() == 0 ? freePort(bridge) : plain.port();
            case Transport.Udp udp -> udp.port() == 0 ? freePort(bridge) : udp.port();
            case Transport.Ip ip -> ip.ipProtocol();
        };
    }

    void client(End.ClientEnd end) {
        Optional<Conflict> conflict = conflictOf(end);
        if (conflict.isPresent()) {
            conflicts.add(conflict.get());
            return;
        }
        paths.put(end.path().name(), end);
        end.client().pathEnv().ifPresent(name -> variables.put(name, end));
        ends.add(end);
    }

    private Optional<Conflict> conflictOf(End.ClientEnd end) {
        End there = paths.get(end.path().name());
        if (there != null) {
            return Optional.of(
                    new Conflict(end, there, Conflict.PATH, "path " + end.path().name()));
        }
        return end.client()
                .pathEnv()
                .flatMap(name -> Optional.ofNullable(variables.get(name))
                        .map(winner ->
                                new Conflict(end, winner, Conflict.ENVIRONMENT, "environment variable " + name)));
    }

    /** The same in every pod and after every restart, unless this pod has another use for it. */
    private int freePort(Bridge bridge) {
        int port = FIRST_PORT + Math.floorMod(bridge.key().hashCode(), PORTS);
        while (!taken.add(port)) {
            port = port + 1 < FIRST_PORT + PORTS ? port + 1 : FIRST_PORT;
        }
        return port;
    }
}
