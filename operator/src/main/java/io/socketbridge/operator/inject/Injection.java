package io.socketbridge.operator.inject;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/** What came of an attempt to inject a pod: all of it or nothing. */
public sealed interface Injection {

    /**
     * The pod with all that its plan asks for.
     *
     * @param pod a new object
     */
    record Done(Pod pod) implements Injection {}

    /**
     * The pod cannot have what its plan asks for, and stays as it is.
     *
     * @param problems a sentence each: what is in the way, and what to do
     */
    record Refused(List<String> problems) implements Injection {
        public Refused {
            problems = List.copyOf(problems);
        }
    }
}
