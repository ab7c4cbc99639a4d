package io.socketbridge.operator.status;

import io.socketbridge.contract.Encounter;
import io.socketbridge.contract.Verdict;
import io.socketbridge.operator.plan.Bridge;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether all that the one app says reaches the other, as far as the types of their sockets and the way between them go. */
final class Lossless {

    static final String TYPE = "Lossless";

    private Lossless() {}

    static Condition of(Bridge bridge) {
        if (!bridge.isAccepted()) {
            return new Condition(TYPE, Condition.Status.UNKNOWN, "NotAccepted", "the bridge is not accepted");
        }
        List<Encounter> lossy = bridge.encounters().stream()
                .filter(encounter -> Verdict.of(encounter) instanceof Verdict.Lossy)
                .toList();
        boolean lossless = lossy.isEmpty();
        String message = (lossless ? bridge.encounters() : lossy)
                .stream().map(Lossless::sentence).distinct().collect(Collectors.joining("; "));
        return new Condition(TYPE, lossless, lossless ? TYPE : "Lossy", message);
    }

    private static String sentence(Encounter encounter) {
        return Stream.of(encounter.client(), encounter.server())
                        .map(type -> type.text())
                        .collect(Collectors.joining(" to "))
                + ": " + Verdict.of(encounter).reason();
    }
}
