package io.socketbridge.sidecar.relay;

/** Bytes that are not a PROXY protocol header of version 2. */
public final class InvalidProxyHeaderException extends Exception {

    private final String reason;
    private final String message;

    /**
     * @param reason a stable word for metrics
     * @param message for a person
     */
    InvalidProxyHeaderException(String reason, String message) {
        this.reason = reason;
        this.message = message;
    }

    /** A stable word for metrics. */
    public String reason() {
        return reason;
    }

    @Override
    public String getMessage() {
        return message;
    }
}
