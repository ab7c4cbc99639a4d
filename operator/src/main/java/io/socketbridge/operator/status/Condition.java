package io.socketbridge.operator.status;

/**
 * A condition without its history.
 *
 * @param type {@code Accepted}, {@code Programmed}, {@code Ready}, {@code Lossless} or {@code Certified}
 * @param status whether it holds
 * @param reason why, in one word
 * @param message why, and what to do
 */
public record Condition(String type, Status status, String reason, String message) {

    /** Whether a condition holds. */
    public enum Status {
        /** It does. */
        TRUE("True"),
        /** It does not. */
        FALSE("False"),
        /** It cannot be said. */
        UNKNOWN("Unknown");

        private final String text;

        Status(String text) {
            this.text = text;
        }

        /** As Kubernetes has it. */
        String text() {
            return text;
        }
    }

    /** One that holds or does not. */
    Condition(String type, boolean isTrue, String reason, String message) {
        this(type, isTrue ? Status.TRUE : Status.FALSE, reason, message);
    }

    /** Whether it holds. */
    boolean isTrue() {
        return status == Status.TRUE;
    }
}
