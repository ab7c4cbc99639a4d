package io.socketbridge.sidecar.cli;

import io.socketbridge.contract.Address;
import io.socketbridge.contract.InvalidAddressException;
import io.socketbridge.contract.Listen;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.Role;
import io.socketbridge.contract.Route;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.contract.Target;
import io.socketbridge.contract.Tunnel;
import io.socketbridge.sidecar.control.Pairing;
import io.socketbridge.sidecar.tls.Protections;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Joins two addresses, until it is told to stop. */
@Command(
        name = "relay",
        mixinStandardHelpOptions = true,
        description = {
            "Takes connections at LISTEN and joins each to one of its own to CONNECT, until SIGTERM or SIGINT.",
            "While CONNECT is a Unix socket on which nobody listens, LISTEN refuses connections, unless they are to wait.",
            "TIME is in seconds, or has a unit: 500ms, 10s, 5m, 1h."
        },
        footer = {
            "",
            "Example, a database's socket over the network and back:",
            "  socketbridge relay tcp:127.0.0.1:7000 unix:/run/postgresql/.s.PGSQL.5432",
            "  socketbridge relay unix:/tmp/.s.PGSQL.5432 tcp:127.0.0.1:7000",
            "  psql -h /tmp"
        })
final class RelayCommand implements Callable<Integer> {

    @Mixin
    private LoopOptions loops = new LoopOptions();

    @Mixin
    private RouteOptions options = new RouteOptions();

    @Mixin
    private RecordOptions records = new RecordOptions();

    @Mixin
    private TunnelOptions tunnel = new TunnelOptions();

    @Parameters(
            index = "0",
            paramLabel = "LISTEN",
            description = "Where connections come from; see 'socketbridge --help'.")
    private String listen = "";

    @Parameters(index = "1", paramLabel = "CONNECT", description = "Where they go.")
    private String connect = "";

    @Option(
            names = "--mode",
            paramLabel = "OCTAL",
            description = "Permissions of the socket file that LISTEN makes. Default: ${DEFAULT-VALUE}.")
    private String mode = "0666";

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Pairing.problem(check(listen), check(connect)).ifPresent(problem -> {
            throw usage(problem);
        });
        if (!mode.matches("0?[0-7]{3}")) {
            throw usage("--mode '" + mode + "' is not three octal digits, such as 0660");
        }
        if (options.accepted() != ProxyProtocol.NONE && !listen.startsWith("tcp:")) {
            throw usage("--accept-proxy-v2 goes with a tcp: address, and LISTEN is " + listen);
        }
        boolean tunnelled = listen.startsWith("tunnel:") || connect.startsWith("tunnel:");
        if (tunnel.any() && !tunnelled) {
            throw usage("the options of tunnels go with a tunnel: address, and neither LISTEN nor CONNECT is one");
        }
        Route route = route(tunnelled);
        return DataPlane.serve(
                loops,
                tunnelled ? protections() : Protections.CLEARTEXT,
                tunnel.mostReady(),
                new Snapshot("relay", List.of(route)));
    }

    private Protections protections() throws IOException {
        try {
            return tunnel.protections();
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private Route route(boolean tunnelled) {
        try {
            return new Route(
                    "relay",
                    "relay",
                    Role.CLIENT,
                    new Listen(listen, mode, false, options.accepted()),
                    List.of(new Target(connect, "", options.sent())),
                    tunnelled ? tunnel.tunnel() : Tunnel.NONE,
                    records.between(Address.parse(listen), Address.parse(connect)),
                    options.whenUnavailable(),
                    options.limits(),
                    options.accessLogPercent());
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private Address check(String address) {
        try {
            return Address.parse(address);
        } catch (InvalidAddressException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private RuntimeException usage(String message) {
        return spec == null ? new IllegalStateException(message) : new ParameterException(spec.commandLine(), message);
    }
}
