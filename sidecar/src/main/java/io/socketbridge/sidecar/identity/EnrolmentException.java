package io.socketbridge.sidecar.identity;

import java.util.Locale;

/** There is no new certificate; the message says why. */
public final class EnrolmentException extends Exception {

    private static final long serialVersionUID = 1;

    /** Why there is none, in one word. */
    public enum Reason {
        /** The operator did not answer. */
        UNREACHABLE,
        /** It does not accept the pod's token. */
        TOKEN,
        /** No bridge selects the pod. */
        NO_BRIDGE,
        /** The pod asked a moment ago. */
        TOO_SOON,
        /** The operator could not, or would not, for another reason. */
        REFUSED,
        /** The answer is no certificate for the key. */
        INVALID,
        /** The certificate's authority is not among those that the snapshot names. */
        UNTRUSTED,
        /** The certificate does not name an end of a bridge that the snapshot has. */
        NAMES,
        /** By this node's clock the certificate, or the operator's, is not valid. */
        CLOCK;

        /** As a metric's label has it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Reason reason;

    /** With a sentence that says what happened. */
    public EnrolmentException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Why, in one word. */
    public Reason reason() {
        return reason;
    }
}
