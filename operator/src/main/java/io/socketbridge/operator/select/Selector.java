package io.socketbridge.operator.select;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which pods, by their labels; all of it must hold, and an empty one selects none.
 *
 * @param labels labels with their values
 * @param requirements further demands
 */
public record Selector(Map<String, String> labels, List<Requirement> requirements) {

    public Selector {
        labels = Map.copyOf(labels);
        requirements = List.copyOf(requirements);
    }

    /** A selector by labels alone. */
    public static Selector of(Map<String, String> labels) {
        return new Selector(labels, List.of());
    }

    /** Whether a pod with these labels is meant. */
    public boolean matches(Map<String, String> podLabels) {
        return !(labels.isEmpty() && requirements.isEmpty())
                && podLabels.entrySet().containsAll(labels.entrySet())
                && requirements.stream().allMatch(requirement -> requirement.holdsFor(podLabels));
    }

    /** As kubectl writes it, such as {@code app=web,tier in (a,b)}. */
    @Override
    public String toString() {
        Stream<String> equalities =
                new TreeMap<>(labels).entrySet().stream().map(label -> label.getKey() + "=" + label.getValue());
        return Stream.concat(equalities, requirements.stream().map(Requirement::toString))
                .collect(Collectors.joining(","));
    }
}
