package io.socketbridge.operator.select;

import java.util.List;
import java.util.Map;

/**
 * One demand on a pod's labels.
 *
 * @param key the label
 * @param operator what is demanded of it
 * @param values for {@link Operator#IN} and {@link Operator#NOT_IN}
 */
public record Requirement(String key, Operator operator, List<String> values) {

    /** The operators of a Kubernetes label selector. */
    public enum Operator {
        /** The label is there, with one of the values. */
        IN,
        /** The label is not there, or has none of the values. */
        NOT_IN,
        /** The label is there. */
        EXISTS,
        /** The label is not there. */
        DOES_NOT_EXIST
    }

    public Requirement {
        values = List.copyOf(values);
    }

    boolean holdsFor(Map<String, String> labels) {
        String value = labels.get(key);
        return switch (operator) {
            case IN -> value != null && values.contains(value);
            case NOT_IN -> value == null || !values.contains(value);
            case EXISTS -> value != null;
            case DOES_NOT_EXIST -> value == null;
        };
    }

    /** As kubectl writes it, such as {@code tier in (a,b)}. */
    @Override
    public String toString() {
        return switch (operator) {
            case IN -> key + " in (" + String.join(",", values) + ")";
            case NOT_IN -> key + " notin (" + String.join(",", values) + ")";
            case EXISTS -> key;
            case DOES_NOT_EXIST -> "!" + key;
        };
    }
}
