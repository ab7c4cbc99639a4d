package io.socketbridge.operator.identity;

import io.socketbridge.operator.plan.Fingerprint;
import io.socketbridge.operator.resource.Installation;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * By what the operator is known to the API server, when it calls the webhook, and to sidecars; and by what sidecars are known. Any
 * thread may call.
 */
@ApplicationScoped
public class OperatorIdentity {

    private static final Logger LOG = Logger.getLogger(OperatorIdentity.class);

    /** The Secret, in the operator's namespace, that the authority rests in. */
    public static final String SECRET = AuthoritySecret.NAME;

    private final Installation installation;
    private final Clock clock;
    private final AuthoritySource source;
    private final IssuingTerms terms;
    private final Event<AuthorityNews> news;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** Replaced by {@link #refresh} alone. */
    private volatile Standing standing;

    @Inject
    OperatorIdentity(
            AuthoritySource source,
            Installation installation,
            Clock clock,
            IssuingTerms terms,
            Event<AuthorityNews> news) {
        this.installation = installation;
        this.clock = clock;
        this.source = source;
        this.terms = terms;
        this.news = news;
        this.standing = source.advance(clock.instant());
    }

    /** What others have to trust, in PEM. */
    public String trustPem() {
        return Pem.of(standing.trusted());
    }

    /** Who distributes trust says that all that there is has been told to trust the authority that is to sign, if one is. */
    public void distributed() {
        standing.announced()
                .ifPresent(announced -> news.fire(new AuthorityNews(
                        AuthorityNews.Step.DISTRIBUTED,
                        nameOf(announced),
                        "all that there is has been told to trust the new authority: pods that hold a stream, namespaces"
                                + " with a bridge, and the API server")));
    }

    /** Calls the listener after there are other authorities; it must not block. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /**
     * Issues a certificate.
     *
     * @throws IllegalStateException if the authority has expired
     */
    public IssuedLeaf issue(PodSubject subject, SigningRequest request) {
        CertificateAuthority authority = standing.signing();
        X509Certificate leaf = authority.issuePod(subject, request.key(), clock.instant());
        return new IssuedLeaf(
                Pem.of(chain(authority, leaf)),
                leaf.getSerialNumber().toString(16),
                leaf.getNotAfter().toInstant());
    }

    /** The pod that a verified certificate is of, unless it has expired since. */
    public Optional<PodName> podOf(X509Certificate certificate) {
        Instant now = clock.instant();
        return now.isAfter(certificate.getNotAfter().toInstant())
                ? Optional.empty()
                : PodName.in(certificate, terms.trustDomain());
    }

    /** Sees to what is due; answers when to do so again. Blocks. */
    synchronized Instant refresh() {
        Standing before = standing;
        Standing now = source.advance(clock.instant());
        standing = now;
        if (!now.sameAs(before)) {
            LOG.infof(
                    "certificates are signed by %s; %d authorities are trusted",
                    now.signing().own(), now.trusted().size());
            listeners.forEach(Runnable::run);
        }
        return now.until();
    }

    /** When the authority that signs expires. */
    Instant expiry() {
        return standing.signing().own().certificate().getNotAfter().toInstant();
    }

    /** An authority in a few characters. */
    static String nameOf(X509Certificate authority) {
        return Fingerprint.of(Pem.of(authority));
    }

    /** What is trusted. */
    List<X509Certificate> trusted() {
        return standing.trusted();
    }

    /** A new key, with a certificate for the operator's names and addresses. */
    Serving issueServing() {
        CertificateAuthority authority = standing.signing();
        KeyAndCertificate serving =
                authority.issueServer(installation.dnsNames(), installation.ipAddresses(), clock.instant());
        return new Serving(serving, chain(authority, serving.certificate()));
    }

    /**
     * What the operator's server shows.
     *
     * @param own its key and certificate
     * @param chain its certificate, and those between it and a root
     */
    record Serving(KeyAndCertificate own, List<X509Certificate> chain) {}

    private static List<X509Certificate> chain(CertificateAuthority authority, X509Certificate leaf) {
        return Stream.concat(Stream.of(leaf), authority.intermediates().stream())
                .toList();
    }
}
