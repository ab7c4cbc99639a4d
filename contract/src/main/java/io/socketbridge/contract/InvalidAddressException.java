package io.socketbridge.contract;

/** A text that is no {@link Address}; the message names it, what is wrong with it, and what is allowed. */
public final class InvalidAddressException extends IllegalArgumentException {

    private static final String ALLOWED =
            "use unix:/ABSOLUTE/PATH, unix:@ABSTRACT-NAME, unix-dgram:/ABSOLUTE/PATH, unix-dgram:@ABSTRACT-NAME,"
                    + " unix-seqpacket:/ABSOLUTE/PATH, unix-seqpacket:@ABSTRACT-NAME,"
                    + " tcp:HOST:PORT, tunnel:HOST:PORT, udp:HOST:PORT or raw:HOST:PROTOCOL";

    private final String problem;
    private final String advice;

    InvalidAddressException(String text, String problem, String advice) {
        super("address '" + text + "': " + problem + "; " + (advice.isEmpty() ? ALLOWED : advice));
        this.problem = problem;
        this.advice = advice;
    }

    /** The same of a text that this one is a part of. */
    InvalidAddressException of(String whole) {
        return new InvalidAddressException(whole, problem, advice);
    }
}
