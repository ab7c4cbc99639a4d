package io.socketbridge.contract;

import java.time.Duration;

/**
 * How a sidecar and the operator talk: three HTTPS resources. A pod says who it is by its certificate as soon as it has one (mutual
 * TLS), and before that by its projected service account token as {@code Authorization: Bearer}.
 *
 * <ul>
 *   <li>{@code GET} {@link #SNAPSHOTS_PATH} answers with a body that does not end: one {@link Snapshot} as JSON a line,
 *       the first at once, another whenever it changes, and an empty line as a heartbeat.
 *   <li>{@code POST} {@link #REPORTS_PATH} takes one {@link Report} as JSON and answers 204.
 *   <li>{@code POST} {@link #CERTIFICATES_PATH}, always with the token, takes a certificate signing request (PKCS #10, DER) and answers
 *       with the certificate and those between it and the authority, in PEM. Of the request only the key is used, which it has to be
 *       signed with: who the pod is and which ends of bridges it has is the operator's to say. A pod asks anew when its certificate is
 *       two thirds through its life, and when a snapshot has an end of a bridge that its certificate does not name.
 * </ul>
 *
 * <p>401 means that certificate or token was not accepted, 403 that it belongs to no pod that has a bridge (any more), 429 that it has
 * asked for a certificate a moment ago. A sidecar keeps what it has and tries again.
 */
public final class ControlStream {

    /** The resource that streams snapshots. */
    public static final String SNAPSHOTS_PATH = "/control/v1/snapshots";

    /** The resource that takes reports. */
    public static final String REPORTS_PATH = "/control/v1/reports";

    /** The resource that issues certificates. */
    public static final String CERTIFICATES_PATH = "/control/v1/certificates";

    /** The longest signing request; a longer one is answered with 413. */
    public static final int MAX_REQUEST_BYTES = 4_096;

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
