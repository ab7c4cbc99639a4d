package io.socketbridge.sidecar.tunnel;

/** A tunnel is of no more use. */
final class TunnelException extends Exception {

    private final String reason;
    private final String message;

    /**
     * @param reason a stable word for metrics
     * @param message what happened, for a person
     */
    TunnelException(String reason, String message) {
        this.reason = reason;
        this.message = message;
    }

    String reason() {
        return reason;
    }

    @Override
    public String getMessage() {
        return message;
    }
}
