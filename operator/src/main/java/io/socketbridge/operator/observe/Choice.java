package io.socketbridge.operator.observe;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which of a few values a word stands for. */
final class Choice {

    private Choice() {}

    /**
     * The one with this word.
     *
     * @param field where it is written
     * @param written the word; null where nothing is written
     * @param otherwise the value then
     * @throws IllegalArgumentException if it stands for none; the message names field and word, and what is allowed
     */
    static <T> T of(String field, @Nullable String written, T[] values, Function<T, String> word, T otherwise) {
        return written == null ? otherwise : of(field, written, values, word);
    }

    /** The one with this word, which is written. */
    static <T> T of(String field, String written, T[] values, Function<T, String> word) {
        return Arrays.stream(values)
                .filter(value -> word.apply(value).equals(written))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(field + " '" + written
                        + "' is not supported: the allowed values are: "
                        + Arrays.stream(values).map(word).collect(Collectors.joining(", "))));
    }
}
