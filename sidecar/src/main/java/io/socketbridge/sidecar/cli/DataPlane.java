package io.socketbridge.sidecar.cli;

import io.socketbridge.contract.RouteReport;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.sidecar.control.DescriptorBudget;
import io.socketbridge.sidecar.control.RouteTable;
import io.socketbridge.sidecar.local.SocketWatch;
import io.socketbridge.sidecar.loop.EventLoops;
import io.socketbridge.sidecar.tls.Protections;
import java.io.IOException;
import java.util.List;

/** Fixed routes, served until the process is told to stop. */
final class DataPlane {

    private DataPlane() {}

    /** The exit code: 1, with each reason on standard error, if an address cannot be listened on. */
    static int serve(LoopOptions options, Protections protections, int tunnelsReady, Snapshot snapshot)
            throws IOException, InterruptedException {
        String shortage = DescriptorBudget.ofProcess().shortage(snapshot);
        if (!shortage.isEmpty()) {
            System.err.println("socketbridge: " + shortage);
            return 1;
        }
        Termination termination = new Termination();
        try (EventLoops loops = options.start();
                SocketWatch watch = new SocketWatch()) {
            RouteTable routes = new RouteTable(loops, watch, protections, tunnelsReady, () -> {});
            routes.apply(snapshot).join();
            List<RouteReport> failed = routes.report().stream()
                    .filter(r -> r.state() == RouteState.ADDRESS_IN_USE || r.state() == RouteState.LISTEN_FAILED)
                    .toList();
            failed.forEach(r -> System.err.println("socketbridge: " + r.message()));
            if (failed.isEmpty()) {
                termination.await();
                termination.drain(routes);
            }
            return failed.isEmpty() ? 0 : 1;
        }
    }
}
