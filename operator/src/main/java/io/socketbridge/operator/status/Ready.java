package io.socketbridge.operator.status;

import io.socketbridge.operator.plan.Endpoint;
import io.socketbridge.operator.plan.ObservedPod;
import io.socketbridge.operator.plan.Server;
import java.util.List;
import java.util.stream.Stream;

/** Whether every client pod reaches a server. */
final class Ready {

    static final String TYPE = "Ready";

    private Ready() {}

    static Condition of(Observation observation, Group server, List<Group> clients, List<Endpoint> endpoints) {
        if (!observation.bridge().isAccepted()) {
            return no("NotAccepted", "the bridge is not accepted");
        }
        Condition verdict = verdict(observation, server, clients, endpoints);
        List<PodProblem> besides = besides(server, clients, endpoints);
        return besides.isEmpty()
                ? verdict
                : new Condition(
                        TYPE,
                        verdict.isTrue(),
                        verdict.reason(),
                        verdict.message() + "; " + Sentences.aboutPods(besides));
    }

    /** What does not decide, but a person should know: servers that leave it to the others, and pods that serve badly. */
    private static List<PodProblem> besides(Group server, List<Group> clients, List<Endpoint> endpoints) {
        return Stream.of(
                        endpoints.isEmpty() ? Stream.<PodProblem>empty() : server.notReady().stream(),
                        endpoints.stream().flatMap(Ready::wordOf),
                        server.remarks().stream(),
                        clients.stream().flatMap(client -> client.remarks().stream()))
                .flatMap(problems -> problems)
                .toList();
    }

    private static Stream<PodProblem> wordOf(Endpoint endpoint) {
        return endpoint
                .pod()
                .filter(ObservedPod::isEnding)
                .map(pod -> new PodProblem(
                        pod.name(), "it is ending, and gets connections as long as no other server is ready"))
                .stream();
    }

    private static Condition verdict(
            Observation observation, Group server, List<Group> clients, List<Endpoint> endpoints) {
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
