package io.socketbridge.operator.identity;

/**
 * What has become of the authority, for people.
 *
 * @param step what has happened
 * @param authority the authority that it is about, in a few characters; equal for no two
 * @param note the same in a sentence
 */
public record AuthorityNews(Step step, String authority, String note) {

    /** What happens to authorities, in this order. */
    public enum Step {
        /** There was none, so there is a new one, which signs at once. */
        MADE("AuthorityMade"),

        /** A new one is made to take the place of the one that signs. */
        ROTATION_STARTED("AuthorityRotationStarted"),

        /** All that exists has been told to trust it. */
        DISTRIBUTED("AuthorityDistributed"),

        /** It signs. */
        SIGNING("AuthoritySigns"),

        /** The one before is trusted no more. */
        RETIRED("AuthorityRetired");

        private final String reason;

        Step(String reason) {
            this.reason = reason;
        }

        /** One word, stable. */
        public String reason() {
            return reason;
        }
    }
}
