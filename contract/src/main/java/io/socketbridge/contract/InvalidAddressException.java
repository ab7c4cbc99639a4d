package io.socketbridge.contract;

/** A text that is no {@link Address}; the message names it, what is wrong with it, and what is allowed. */
public final class InvalidAddressException extends IllegalArgumentException {

    private static final String ALLOWED =
            "use unix:/ABSOLUTE/PATH, unix:@ABSTRACT-NAME, tcp:HOST:PORT or tunnel:HOST:PORT";

    InvalidAddressException(String text, String problem, String advice) {
        super("address '" + text + "': " + problem + "; " + (advice.isEmpty() ? ALLOWED : advice));
    }
}
