package io.socketbridge.e2e.harness;

import java.time.Instant;
import java.util.List;

/**
 * A line of a container's log.
 *
 * @param time when the container runtime got it
 * @param text what the container wrote
 */
public record LogLine(Instant time, String text) {

    static List<LogLine> parse(String log) {
        return log.lines()
                .map(line -> new LogLine(
                        Instant.parse(line.substring(0, line.indexOf(' '))), line.substring(line.indexOf(' ') + 1)))
                .toList();
    }
}
