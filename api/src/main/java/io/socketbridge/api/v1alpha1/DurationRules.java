package io.socketbridge.api.v1alpha1;

/** What the API server checks of a duration, in the Common Expression Language; one sentence says all that is allowed. */
final class DurationRules {

    /** The longest that {@link #FORMAT} allows has 28 characters. */
    static final int MOST_CHARACTERS = 32;

    /** As in the Gateway API: a subset of Go's durations, without fractions, signs and units below the millisecond. */
    private static final String FORMAT = "self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$')";

    private static final String AT_LEAST = FORMAT + " && duration(self) >= duration('";

    private static final String AT_MOST = "') && duration(self) <= duration('";

    private static final String END = "')";

    private static final String WRITE = ": write numbers with the units h, m, s or ms, such as 500ms, 10s or 1h30m\"";

    static final String CONNECT = AT_LEAST + "1ms" + AT_MOST + "1h" + END;

    static final String CONNECT_MESSAGE = "\"connectTimeout '\" + self + \"' is not a duration from 1ms to 1h" + WRITE;

    static final String IDLE = AT_LEAST + "1s" + AT_MOST + "720h" + END;

    static final String IDLE_MESSAGE = "\"idleTimeout '\" + self + \"' is not a duration from 1s to 720h" + WRITE;

    static final String DRAIN = AT_LEAST + "0s" + AT_MOST + "1h" + END;

    static final String DRAIN_MESSAGE = "\"drainTimeout '\" + self + \"' is not a duration from 0s to 1h" + WRITE;

    static final String DEAD_PEER = AT_LEAST + "6s" + AT_MOST + "1h" + END;

    static final String DEAD_PEER_MESSAGE =
            "\"deadPeerTimeout '\" + self + \"' is not a duration from 6s to 1h" + WRITE;

    static final String LIFETIME = AT_LEAST + "1m" + AT_MOST + "720h" + END;

    static final String LIFETIME_MESSAGE = "\"maxLifetime '\" + self + \"' is not a duration from 1m to 720h" + WRITE;

    private DurationRules() {}
}
