package io.socketbridge.sidecar.frame;

/** What came through a tunnel is not what the protocol allows; the tunnel is of no more use. */
public final class ProtocolException extends Exception {

    private final String message;

    /** @param message what came, and what may come */
    public ProtocolException(String message) {
        this.message = message;
    }

    @Override
    public String getMessage() {
        return message;
    }
}
