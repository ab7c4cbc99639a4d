package io.socketbridge.operator.plan;

import io.socketbridge.contract.Report;
import io.socketbridge.contract.RouteReport;
import java.util.Optional;

/**
 * The last that a sidecar said.
 *
 * @param report its words
 * @param fresh whether it has gone on speaking since, as it should
 */
public record SidecarReport(Report report, boolean fresh) {

    /** What it said about one route. */
    public Optional<RouteReport> route(String id) {
        return report.routes().stream().filter(route -> route.id().equals(id)).findFirst();
    }
}
