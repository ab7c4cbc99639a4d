package io.socketbridge.operator.plan;

/** Which of several servers a client's connections go to. */
public enum TrafficDistribution {
    /** Any. */
    ANY,

    /** The nearest. */
    PREFER_CLOSE
}
