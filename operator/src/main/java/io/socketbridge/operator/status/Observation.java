package io.socketbridge.operator.status;

import io.socketbridge.operator.plan.Bridge;
import io.socketbridge.operator.plan.NamespaceView;
import java.util.List;

/**
 * All that a bridge's status is made of.
 *
 * @param bridge the bridge
 * @param view its namespace
 * @param admissionReady whether the API server has been told to ask about new pods of the namespace
 * @param refused pods that cannot be injected, and why
 */
public record Observation(Bridge bridge, NamespaceView view, boolean admissionReady, List<PodProblem> refused) {

    public Observation {
        refused = List.copyOf(refused);
    }
}
