package io.socketbridge.operator.identity;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the Secret says of authorities. All of a rotation is in it, so that any replica goes on with it.
 *
 * @param signing the operator's own authority, which signs; empty where an existing one does
 * @param next has been made and is trusted, and is to sign
 * @param existing the roots above an existing authority, as they were last; empty where the operator has its own
 * @param retiring sign no more, and are trusted as long as their leaves live
 * @param rotatedFor what the annotation said when a rotation last began
 */
record AuthorityState(
        Optional<KeyAndCertificate> signing,
        Optional<Announced> next,
        List<X509Certificate> existing,
        List<Retiring> retiring,
        String rotatedFor) {

    /** Before there is anything. */
    static final AuthorityState NONE = new AuthorityState(Optional.empty(), Optional.empty(), List.of(), List.of(), "");

    /**
     * An authority that is to sign.
     *
     * @param authority its key and certificate
     * @param since when its certificate was first published
     */
    record Announced(KeyAndCertificate authority, Instant since) {}

    /**
     * An authority that signs no more.
     *
     * @param certificate its certificate
     * @param until when its last leaf has expired
     */
    record Retiring(X509Certificate certificate, Instant until) {}

    AuthorityState {
        existing = List.copyOf(existing);
        retiring = List.copyOf(retiring);
    }

    /** All whose word is good, those that sign first. */
    List<X509Certificate> trusted() {
        return Stream.of(
                        signing.map(KeyAndCertificate::certificate).stream(),
                        existing.stream(),
                        next.map(announced -> announced.authority().certificate()).stream(),
                        retiring.stream().map(Retiring::certificate))
                .flatMap(each -> each)
                .distinct()
                .toList();
    }

    /** The authority signs at once, as there is none whose leaves anybody holds. */
    AuthorityState signing(KeyAndCertificate authority, Instant retired) {
        return new AuthorityState(
                Optional.of(authority), Optional.empty(), List.of(), retiringWith(List.of(), retired), rotatedFor);
    }

    /** These roots are above the authority that signs. */
    AuthorityState existing(List<X509Certificate> roots, Instant retired) {
        return new AuthorityState(Optional.empty(), Optional.empty(), roots, retiringWith(roots, retired), rotatedFor);
    }

    /** The authority is published. */
    AuthorityState announce(KeyAndCertificate authority, Instant now, String asked) {
        return new AuthorityState(signing, Optional.of(new Announced(authority, now)), existing, retiring, asked);
    }

    /** The one that was announced signs. */
    AuthorityState promote(Instant retired) {
        KeyAndCertificate promoted = next.orElseThrow().authority();
        List<Retiring> others = new ArrayList<>(retiring);
        signing.ifPresent(old -> others.add(new Retiring(old.certificate(), retired)));
        return new AuthorityState(Optional.of(promoted), Optional.empty(), List.of(), others, rotatedFor);
    }

    /** Those whose last leaf has expired are trusted no more. */
    AuthorityState retire(Instant now) {
        return new AuthorityState(
                signing,
                next,
                existing,
                retiring.stream().filter(each -> each.until().isAfter(now)).toList(),
                rotatedFor);
    }

    /** When the next of them is trusted no more. */
    Optional<Instant> nextRetirement() {
        return retiring.stream().map(Retiring::until).min(Instant::compareTo);
    }

    private List<Retiring> retiringWith(List<X509Certificate> staying, Instant retired) {
        List<Retiring> all = new ArrayList<>();
        retiring.stream().filter(each -> !staying.contains(each.certificate())).forEach(all::add);
        Stream.concat(signing.map(KeyAndCertificate::certificate).stream(), existing.stream())
                .filter(each -> !staying.contains(each))
                .forEach(each -> all.add(new Retiring(each, retired)));
        return all;
    }
}
