package io.socketbridge.operator.identity;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** An authority that the operator makes, keeps in its Secret, and rotates. */
final class OwnAuthority implements AuthoritySource {

    private static final Logger LOG = Logger.getLogger(OwnAuthority.class);

    /** Each is a step of a rotation, or one that another replica has taken in the meantime. */
    private static final int MOST_STEPS = 20;

    private final AuthoritySecret secret;
    private final IssuingTerms terms;

    OwnAuthority(AuthoritySecret secret, IssuingTerms terms) {
        this.secret = secret;
        this.terms = terms;
    }

    @Override
    public Standing advance(Instant now) {
        for (int i = 0; i < MOST_STEPS; i++) {
            Optional<AuthoritySecret.Stored> stored = secret.load();
            AuthorityState state = stored.map(AuthoritySecret.Stored::state).orElse(AuthorityState.NONE);
            if (state.signing().isEmpty()) {
                AuthorityState made =
                        state.signing(CertificateAuthority.create(terms, now).own(), now.plus(terms.retirement()));
                if (secret.store(made, stored)) {
                    LOG.infof("made a certificate authority, kept in Secret %s", secret);
                }
                continue;
            }
            String asked = stored.orElseThrow().asked();
            switch (Rotation.next(state, asked, now, terms)) {
                case Rotation.Rest rest -> {
                    return standing(state, rest.until());
                }
                case Rotation.Announce() -> announce(state, asked, now, stored);
                case Rotation.Promote() -> promote(state, now, stored);
                case Rotation.Retire() -> retire(state, now, stored);
            }
        }
        throw new IllegalStateException("Secret " + secret + " is changed all the time: see who else writes to it");
    }

    @Override
    public List<String> secrets() {
        return List.of(AuthoritySecret.NAME);
    }

    private Standing standing(AuthorityState state, Instant until) {
        return new Standing(
                new CertificateAuthority(state.signing().orElseThrow(), List.of(), terms), state.trusted(), until);
    }

    private void announce(AuthorityState state, String asked, Instant now, Optional<AuthoritySecret.Stored> stored) {
        KeyAndCertificate next = CertificateAuthority.create(terms, now).own();
        if (secret.store(state.announce(next, now, asked), stored)) {
            LOG.infof(
                    "the authority is rotated: a new one, %s, is trusted from now on, and signs in %s",
                    next, terms.announceTime());
        }
    }

    private void promote(AuthorityState state, Instant now, Optional<AuthoritySecret.Stored> stored) {
        AuthorityState promoted = state.promote(now.plus(terms.retirement()));
        if (secret.store(promoted, stored)) {
            LOG.infof(
                    "the new authority, %s, signs from now on; the old one is trusted for another %s",
                    promoted.signing().orElseThrow(), terms.retirement());
        }
    }

    private void retire(AuthorityState state, Instant now, Optional<AuthoritySecret.Stored> stored) {
        if (secret.store(state.retire(now), stored)) {
            LOG.info("the rotation is over: the old authority is trusted no more");
        }
    }
}
