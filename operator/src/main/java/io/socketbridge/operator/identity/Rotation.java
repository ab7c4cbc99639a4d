package io.socketbridge.operator.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/**
 * How one authority of the operator takes another's place without anybody being without trust for a moment: it is announced, signs after
 * a while, and the old one is forgotten when all that it signed has expired.
 */
sealed interface Rotation {

    /** A new authority is to be made and published. */
    record Announce() implements Rotation {}

    /** The one that was announced is to sign. */
    record Promote() implements Rotation {}

    /** Those whose leaves have expired are to be forgotten. */
    record Retire() implements Rotation {}

    /**
     * Nothing is to be done.
     *
     * @param until when there may be something
     */
    record Rest(Instant until) implements Rotation {}

    /**
     * What is to be done next.
     *
     * @param state has an authority that signs
     * @param asked what the annotation by which a person asks for a rotation says; empty without one
     */
    static Rotation next(AuthorityState state, String asked, Instant now, IssuingTerms terms) {
        if (state.nextRetirement().filter(until -> !now.isBefore(until)).isPresent()) {
            return new Retire();
        }
        KeyAndCertificate signing = state.signing().orElseThrow();
        Instant expiry = signing.certificate().getNotAfter().toInstant();
        if (state.next().isPresent()) {
            Instant known = state.next().get().since().plus(terms.announceTime());
            // One that has expired is of no use to anybody, so there is nothing to wait for.
            Instant due = known.isBefore(expiry) ? known : expiry;
            return now.isBefore(due) ? rest(state, due) : new Promote();
        }
        Instant begin = beginning(signing);
        boolean wanted = !asked.isEmpty() && !asked.equals(state.rotatedFor());
        return wanted || !now.isBefore(begin) ? new Announce() : rest(state, begin);
    }

    /** When a third of its life is left. */
    private static Instant beginning(KeyAndCertificate authority) {
        Instant notBefore = authority.certificate().getNotBefore().toInstant();
        Instant notAfter = authority.certificate().getNotAfter().toInstant();
        return notAfter.minus(Duration.between(notBefore, notAfter).dividedBy(3));
    }

    private static Rest rest(AuthorityState state, Instant due) {
        return new Rest(Stream.concat(state.nextRetirement().stream(), Stream.of(due))
                .min(Instant::compareTo)
                .orElse(due));
    }
}
