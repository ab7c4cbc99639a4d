package io.socketbridge.operator.status;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether every matched pod has what it needs, and new ones will. */
final class Programmed {

    static final String TYPE = "Programmed";

    private Programmed() {}

    static Condition of(Observation observation, List<Group> groups) {
        if (!observation.bridge().isAccepted()) {
            return no("NotAccepted", "the bridge is not accepted");
        }
        if (!observation.admissionReady()) {
            return no("AdmissionPending", "the API server is being told to ask about new pods of this namespace");
        }
        List<Group.NamedConflict> conflicts =
                groups.stream().flatMap(group -> group.conflicts().stream()).toList();
        if (!conflicts.isEmpty()) {
            return no(
                    conflicts.getFirst().conflict().reason(),
                    Sentences.first(conflicts.stream()
                            .map(there -> there.conflict().sentence(there.pod()))
                            .toList()));
        }
        if (!observation.refused().isEmpty()) {
            return no("InjectionRefused", Sentences.aboutPods(observation.refused()));
        }
        List<String> outdated = groups.stream()
                .flatMap(group -> group.outdated().stream())
                .distinct()
                .toList();
        if (!outdated.isEmpty()) {
            return no(
                    "PodsOutdated",
                    "without the sidecar, volumes or variables that a new pod would get: "
                            + Stream.concat(
                                            outdated.stream().limit(Sentences.MOST),
                                            outdated.size() > Sentences.MOST
                                                    ? Stream.of((outdated.size() - Sentences.MOST) + " more")
                                                    : Stream.of())
                                    .collect(Collectors.joining(", "))
                            + "; pods of a Deployment, StatefulSet or DaemonSet are being replaced, others are yours to"
                            + " replace");
        }
        return new Condition(TYPE, true, TYPE, "every matched pod has its sidecar, and new ones get theirs");
    }

    private static Condition no(String reason, String message) {
        return new Condition(TYPE, false, reason, message);
    }
}
