package io.socketbridge.operator.observe;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as users of Kubernetes write them: {@code 65536}, {@code 64Ki}, {@code 1M}. */
final class ByteSize {

    private static final Pattern WHOLE = Pattern.compile("([1-9][0-9]{0,7})(k|M|Ki|Mi)?");

    private ByteSize() {}

    /**
     * The number of bytes, from 1.
     *
     * @throws IllegalArgumentException if it is no size, or a larger one than allowed; the message has the text
     */
    static int parse(String text, int most) {
        Matcher whole = WHOLE.matcher(text);
        long bytes = whole.matches() ? Long.parseLong(whole.group(1)) * unit(String.valueOf(whole.group(2))) : 0;
        if (bytes < 1 || bytes > most) {
            throw new IllegalArgumentException("'" + text + "' is not a size from 1 to " + most
                    + " bytes: write a number, or one with the unit k, M, Ki or Mi, such as 64Ki");
        }
        return Math.toIntExact(bytes);
    }

    private static long unit(String unit) {
        return switch (unit) {
            case "k" -> 1_000;
            case "M" -> 1_000_000;
            case "Ki" -> 1 << 10;
            case "Mi" -> 1 << 20;
            default -> 1;
        };
    }
}
