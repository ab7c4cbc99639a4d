package io.socketbridge.operator.status;

import java.util.List;
import java.util.stream.Collectors;

/** Many problems in few words. */
final class Sentences {

    /** How many are told; a person repairs one at a time, and the status of a large bridge stays small. */
    static final int MOST = 3;

    private Sentences() {}

    static String aboutPods(List<PodProblem> problems) {
        return first(problems.stream()
                .map(problem -> "pod " + problem.pod() + ": " + problem.message())
                .toList());
    }

    static String first(List<String> sentences) {
        String told = sentences.stream().distinct().limit(MOST).collect(Collectors.joining("; "));
        long more = sentences.stream().distinct().count() - MOST;
        return more > 0 ? told + "; and " + more + " more" : told;
    }
}
