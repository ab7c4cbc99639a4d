package io.socketbridge.operator.identity;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** An authority that the operator makes, keeps in its Secret, and rotates. */
final class OwnAuthority implements AuthoritySource {

    private static final Logger LOG = Logger.getLogger(OwnAuthority.class);

    /** Each is a step of a rotation, or one that another replica has taken in the meantime. */
    private static final int MOST_STEPS = 20;

    private final AuthoritySecret secret;
    private final IssuingTerms terms;
    private final Consumer<AuthorityNews> news;

    /** @param news is told of each step, by the replica that takes it */
    OwnAuthority(AuthoritySecret secret, IssuingTerms terms, Consumer<AuthorityNews> news) {
        this.secret = secret;
        this.terms = terms;
        this.news = news;
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
                    tell(
                            AuthorityNews.Step.MADE,
                            made.signing().orElseThrow().certificate(),
                            "there was no authority, so a new one was made, and signs: what another has signed is trusted no"
                                    + " more");
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
                new CertificateAuthority(state.signing().orElseThrow(), List.of(), terms),
                state.trusted(),
                state.next().map(announced -> announced.authority().certificate()),
                until);
    }

    private void announce(AuthorityState state, String asked, Instant now, Optional<AuthoritySecret.Stored> stored) {
        KeyAndCertificate next = CertificateAuthority.create(terms, now).own();
        if (secret.store(state.announce(next, now, asked), stored)) {
            tell(
                    AuthorityNews.Step.ROTATION_STARTED,
                    next.certificate(),
                    "the authority is rotated: a new one, " + next + ", is trusted from now on, and signs in "
                            + terms.announceTime());
        }
    }

    private void promote(AuthorityState state, Instant now, Optional<AuthoritySecret.Stored> stored) {
        AuthorityState promoted = state.promote(now.plus(terms.retirement()));
        if (secret.store(promoted, stored)) {
            KeyAndCertificate signing = promoted.signing().orElseThrow();
            tell(
                    AuthorityNews.Step.SIGNING,
                    signing.certificate(),
                    "the new authority, " + signing + ", signs from now on; the old one is trusted for another "
                            + terms.retirement());
        }
    }

    private void retire(AuthorityState state, Instant now, Optional<AuthoritySecret.Stored> stored) {
        AuthorityState after = state.retire(now);
        if (secret.store(after, stored)) {
            state.retiring().stream()
                    .filter(each -> !after.retiring().contains(each))
                    .map(AuthorityState.Retiring::certificate)
                    .forEach(old -> tell(
                            AuthorityNews.Step.RETIRED,
                            old,
                            "the rotation is over: the old authority is trusted no more"));
        }
    }

    private void tell(AuthorityNews.Step step, X509Certificate authority, String note) {
        LOG.infof("Secret %s: %s", secret, note);
        news.accept(new AuthorityNews(step, OperatorIdentity.nameOf(authority), note));
    }
}
