package io.socketbridge.operator.status;

import io.socketbridge.api.v1alpha1.CertificatesStatus;
import io.socketbridge.contract.CertificateReport;
import io.socketbridge.operator.plan.Bridge;
import io.socketbridge.operator.plan.NamespaceView;
import io.socketbridge.operator.plan.ObservedPod;
import io.socketbridge.operator.plan.Server;
import io.socketbridge.operator.plan.SidecarReport;
import io.socketbridge.operator.plan.Transport;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether the certificates of a bridge's pods are renewed in time. It goes by what their sidecars say they have, as every replica of the
 * operator may issue one; a sidecar that has fallen silent is taken at its last word, as it cannot have renewed it either.
 */
final class Certified {

    static final String TYPE = "Certified";

    private final List<Held> held;
    private final Instant now;

    /** What a pod has. */
    private record Held(String pod, CertificateReport certificate) {}

    private Certified(List<Held> held, Instant now) {
        this.held = held;
        this.now = now;
    }

    /** Of a bridge with tunnels; empty for one without. */
    static Optional<Certified> of(Bridge bridge, NamespaceView view, Instant now) {
        if (!bridge.isAccepted()
                || !(bridge.server() instanceof Server.Pods server)
                || !(server.transport() instanceof Transport.Mutual)) {
            return Optional.empty();
        }
        return Optional.of(new Certified(
                view.pods().stream()
                        .filter(pod -> pod.isLive() && isPartOf(bridge, pod, view))
                        .flatMap(pod -> held(pod, view))
                        .toList(),
                now));
    }

    Condition condition() {
        List<PodProblem> expired = held.stream()
                .filter(each -> isPast(each.certificate().expirySeconds()))
                .map(each -> new PodProblem(
                        each.pod(),
                        "its certificate has expired at "
                                + time(each.certificate().expirySeconds())
                                + ", so it gets no new connections through; its sidecar's log says why"))
                .toList();
        if (!expired.isEmpty()) {
            return new Condition(TYPE, false, "CertificateExpired", Sentences.aboutPods(expired));
        }
        List<PodProblem> overdue = held.stream()
                .filter(each -> isPast(each.certificate().overdueSeconds()))
                .map(each -> new PodProblem(
                        each.pod(),
                        "its certificate expires at "
                                + time(each.certificate().expirySeconds())
                                + ", and could not be renewed since "
                                + time(each.certificate().renewalSeconds())
                                + "; its sidecar's log says why"))
                .toList();
        return overdue.isEmpty()
                ? new Condition(TYPE, true, TYPE, "the pods' certificates are renewed in time")
                : new Condition(TYPE, false, "CertificateExpiring", Sentences.aboutPods(overdue));
    }

    CertificatesStatus status() {
        return new CertificatesStatus(held.stream()
                .map(each -> each.certificate().expirySeconds())
                .min(Long::compareTo)
                .map(Certified::time)
                .orElse(null));
    }

    /** When the condition may be another by the mere passing of time. */
    Optional<Instant> nextChange() {
        return held.stream()
                .map(Held::certificate)
                .flatMap(certificate -> Stream.of(certificate.overdueSeconds(), certificate.expirySeconds()))
                .filter(seconds -> !isPast(seconds))
                .min(Long::compareTo)
                .map(Instant::ofEpochSecond);
    }

    private static boolean isPartOf(Bridge bridge, ObservedPod pod, NamespaceView view) {
        return view.planFor(pod).ends().stream().anyMatch(end -> end.bridge().equals(bridge));
    }

    private static Stream<Held> held(ObservedPod pod, NamespaceView view) {
        return view
                .reportOf(pod)
                .map(SidecarReport::report)
                .map(report -> new Held(pod.name(), report.certificate()))
                .filter(each -> each.certificate().exists())
                .stream();
    }

    private boolean isPast(long seconds) {
        return now.getEpochSecond() >= seconds;
    }

    private static String time(long seconds) {
        return Instant.ofEpochSecond(seconds).toString();
    }
}
