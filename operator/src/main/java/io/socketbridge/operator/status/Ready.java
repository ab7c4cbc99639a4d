package io.socketbridge.operator.status;

import io.socketbridge.operator.plan.Endpoint;
import io.socketbridge.operator.plan.Server;
import java.util.List;

/** Whether every client pod reaches a server. */
final class Ready {

    static final String TYPE = "Ready";

    private Ready() {}

    static Condition of(Observation observation, Group server, List<Group> clients, List<Endpoint> endpoints) {
        if (!observation.bridge().isAccepted()) {
            return no("NotAccepted", "the bridge is not accepted");
        }
        if (endpoints.isEmpty() && observation.bridge().server() instanceof Server.Pods pods) {
            return server.counts().matched() == 0
                    ? no("NoServerPods", "no pod matches server.selector " + pods.selector())
                    : no("NoServerReady", Sentences.aboutPods(server.notReady()));
        }
        List<PodProblem> notReady =
                clients.stream().flatMap(client -> client.notReady().stream()).toList();
        if (!notReady.isEmpty()) {
            return no("ClientsNotReady", Sentences.aboutPods(notReady));
        }
        int pods =
                clients.stream().mapToInt(client -> client.counts().matched()).sum();
        return new Condition(
                TYPE,
                true,
                TYPE,
                pods == 0
                        ? "a server is ready; no pod matches a client's selector"
                        : "every client pod reaches a server");
    }

    private static Condition no(String reason, String message) {
        return new Condition(TYPE, false, reason, message);
    }
}
