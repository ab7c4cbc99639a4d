package io.socketbridge.operator.plan;

import io.socketbridge.contract.CertificateReport;
import io.socketbridge.contract.Report;
import io.socketbridge.contract.RouteReport;
import io.socketbridge.contract.RouteState;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Pods and reports for tests. */
public final class Pods {

    private Pods() {}

    /** Runs, is ready, with a sidecar that was injected for the plan. */
    public static ObservedPod running(String name, String app, String ip, String injected) {
        return pod(name, app, Optional.of(ip), Optional.of(injected), Optional.empty(), true, true, false, false);
    }

    /** Runs, without a sidecar. */
    public static ObservedPod bare(String name, String app) {
        return pod(name, app, Optional.of("10.0.0.9"), Optional.empty(), Optional.empty(), false, true, false, false);
    }

    public static ObservedPod on(String node, ObservedPod pod) {
        return on(Optional.of(node), pod);
    }

    public static ObservedPod onNoNode(ObservedPod pod) {
        return on(Optional.empty(), pod);
    }

    private static ObservedPod on(Optional<String> node, ObservedPod pod) {
        return new ObservedPod(
                pod.name(),
                pod.uid(),
                pod.labels(),
                pod.created(),
                node,
                pod.ip(),
                pod.injected(),
                pod.rollout(),
                pod.sidecarStarted(),
                pod.ready(),
                pod.terminating(),
                pod.finished());
    }

    public static ObservedPod notReady(ObservedPod pod) {
        return copy(pod, pod.injected(), pod.rollout(), pod.sidecarStarted(), false, pod.terminating(), pod.finished());
    }

    public static ObservedPod terminating(ObservedPod pod) {
        return copy(pod, pod.injected(), pod.rollout(), pod.sidecarStarted(), pod.ready(), true, pod.finished());
    }

    public static ObservedPod finished(ObservedPod pod) {
        return copy(pod, pod.injected(), pod.rollout(), pod.sidecarStarted(), pod.ready(), pod.terminating(), true);
    }

    public static ObservedPod starting(ObservedPod pod) {
        return copy(pod, pod.injected(), pod.rollout(), false, false, pod.terminating(), pod.finished());
    }

    public static ObservedPod of(ObservedPod pod, Optional<String> rollout, Optional<String> injected) {
        return copy(pod, injected, rollout, pod.sidecarStarted(), pod.ready(), pod.terminating(), pod.finished());
    }

    public static SidecarReport report(String routeId, RouteState state, String listening) {
        return report(routeId, state, listening, true);
    }

    public static SidecarReport report(String routeId, RouteState state, String listening, boolean fresh) {
        String message = state == RouteState.READY ? "" : state.name().toLowerCase(Locale.ROOT);
        return report(routeId, state, message, listening, fresh);
    }

    public static SidecarReport report(
            String routeId, RouteState state, String message, String listening, boolean fresh) {
        return new SidecarReport(
                new Report("r", "test", List.of(new RouteReport(routeId, listening, state, message, 0, 0))), fresh);
    }

    /** The same word from a sidecar that has a certificate. */
    public static SidecarReport certified(CertificateReport certificate, SidecarReport report) {
        Report said = report.report();
        return new SidecarReport(
                new Report(said.revision(), said.version(), said.routes(), certificate), report.fresh());
    }

    private static ObservedPod pod(
            String name,
            String app,
            Optional<String> ip,
            Optional<String> injected,
            Optional<String> rollout,
            boolean started,
            boolean ready,
            boolean terminating,
            boolean finished) {
        return new ObservedPod(
                name,
                "uid-" + name,
                Map.of("app", app),
                Instant.EPOCH,
                Optional.of("node-" + name),
                ip,
                injected,
                rollout,
                started,
                ready,
                terminating,
                finished);
    }

    private static ObservedPod copy(
            ObservedPod pod,
            Optional<String> injected,
            Optional<String> rollout,
            boolean sidecarStarted,
            boolean ready,
            boolean terminating,
            boolean finished) {
        return new ObservedPod(
                pod.name(),
                pod.uid(),
                pod.labels(),
                pod.created(),
                pod.node(),
                pod.ip(),
                injected,
                rollout,
                sidecarStarted,
                ready,
                terminating,
                finished);
    }
}
