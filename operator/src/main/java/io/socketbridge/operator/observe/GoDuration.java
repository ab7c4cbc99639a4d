package io.socketbridge.operator.observe;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as users of Kubernetes write them: {@code 500ms}, {@code 10s}, {@code 1h30m}.
 *
 * @see <a href="https://gateway-api.sigs.k8s.io/geps/gep-2257/">GEP-2257, the Gateway API's durations</a>
 */
final class GoDuration {

    private static final Pattern WHOLE = Pattern.compile("([0-9]{1,5}(h|m|s|ms)){1,4}");

    private static final Pattern PART = Pattern.compile("([0-9]+)(h|ms|m|s)");

    private GoDuration() {}

    /**
     * The sum of the parts.
     *
     * @throws IllegalArgumentException if it is no duration; the message has the text
     */
    static Duration parse(String text) {
        if (!WHOLE.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a duration: write numbers with the units h, m, s or ms, such as 10s");
        }
        Duration sum = Duration.ZERO;
        for (Matcher part = PART.matcher(text); part.find(); ) {
            sum = sum.plus(Long.parseLong(part.group(1)), unit(part.group(2)));
        }
        return sum;
    }

    private static ChronoUnit unit(String unit) {
        return switch (unit) {
            case "h" -> ChronoUnit.HOURS;
            case "m" -> ChronoUnit.MINUTES;
            case "s" -> ChronoUnit.SECONDS;
            default -> ChronoUnit.MILLIS;
        };
    }
}
