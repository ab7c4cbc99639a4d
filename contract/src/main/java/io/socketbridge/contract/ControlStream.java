package io.socketbridge.contract;

import java.time.Duration;

/**
 * How a sidecar and the operator talk: two HTTPS resources, both with the pod's projected service account token as
 * {@code Authorization: Bearer}.
 *
 * <ul>
 *   <li>{@code GET} {@link #SNAPSHOTS_PATH} answers with a body that does not end: one {@link Snapshot} as JSON a line,
 *       the first at once, another whenever it changes, and an empty line as a heartbeat.
 *   <li>{@code POST} {@link #REPORTS_PATH} takes one {@link Report} as JSON and answers 204.
 * </ul>
 *
 * <p>401 means that the token was not accepted, 403 that it belongs to no pod that has a bridge (any more). A sidecar
 * keeps what it has and tries again.
 */
public final class ControlStream {

    /** The resource that streams snapshots. */
    public static final String SNAPSHOTS_PATH = "/control/v1/snapshots";

    /** The resource that takes reports. */
    public static final String REPORTS_PATH = "/control/v1/reports";

    /** The audience that the projected token must be bound to. */
    public static final String AUDIENCE = "control.socketbridge.io";

    /** How often the operator sends a heartbeat. */
    public static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(5);

    /** After how much silence a sidecar takes the stream for dead and opens another. */
    public static final Duration STREAM_TIMEOUT = Duration.ofSeconds(15);

    /** How often a sidecar reports although nothing changed. */
    public static final Duration REPORT_INTERVAL = Duration.ofSeconds(10);

    /** The longest line that either side accepts; some 10,000 endpoints. */
    public static final int MAX_LINE_BYTES = 1 << 20;

    private ControlStream() {}
}
