package io.socketbridge.operator.identity;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An intermediate authority that others keep in a Secret, such as cert-manager. The operator follows its changes; of its own Secret it
 * needs only the memory of which roots there were before.
 */
final class ExistingAuthority implements AuthoritySource {

    /** Each is a write that another replica has forestalled. */
    private static final int MOST_ATTEMPTS = 10;

    private final ExistingSecret existing;
    private final AuthoritySecret memory;
    private final IssuingTerms terms;

    ExistingAuthority(ExistingSecret existing, AuthoritySecret memory, IssuingTerms terms) {
        this.existing = existing;
        this.memory = memory;
        this.terms = terms;
    }

    @Override
    public Standing advance(Instant now) {
        ExistingSecret.Content content = existing.read(now);
        for (int i = 0; i < MOST_ATTEMPTS; i++) {
            Optional<AuthoritySecret.Stored> stored = memory.load();
            AuthorityState before = stored.map(AuthoritySecret.Stored::state).orElse(AuthorityState.NONE);
            AuthorityState after = withRoots(before, content.roots(), now).retire(now);
            if (after.equals(before) || memory.store(after, stored)) {
                return standing(content, after);
            }
        }
        throw new IllegalStateException("Secret " + memory + " is changed all the time: see who else writes to it");
    }

    @Override
    public List<String> secrets() {
        return List.of(existing.name(), AuthoritySecret.NAME);
    }

    private AuthorityState withRoots(AuthorityState before, List<X509Certificate> roots, Instant now) {
        return before.signing().isEmpty() && before.existing().equals(roots)
                ? before
                : before.existing(roots, now.plus(terms.retirement()));
    }

    private Standing standing(ExistingSecret.Content content, AuthorityState state) {
        Instant expiry = content.own().certificate().getNotAfter().toInstant();
        return new Standing(
                new CertificateAuthority(content.own(), content.intermediates(), terms),
                state.trusted(),
                Optional.empty(),
                state.nextRetirement().filter(expiry::isAfter).orElse(expiry));
    }
}
