package io.socketbridge.sidecar.control;

import io.socketbridge.contract.CertificateReport;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.sidecar.identity.CertificateRequest;
import io.socketbridge.sidecar.identity.Credentials;
import io.socketbridge.sidecar.identity.EnrolmentException;
import io.socketbridge.sidecar.identity.EnrolmentMeter;
import io.socketbridge.sidecar.identity.Identity;
import io.socketbridge.sidecar.identity.IssuedChain;
import io.socketbridge.sidecar.identity.LeafDemand;
import io.socketbridge.sidecar.identity.LeafNeed;
import io.socketbridge.sidecar.loop.Backoff;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * Sees to it that the pod has the certificate that its snapshot needs, for as long as the process lives. A certificate stays in force
 * until another takes its place, whatever the operator does.
 *
 * <p>One thread asks; it goes by the wall clock, so that a machine that was asleep makes up for it at once.
 */
public final class Enrolment implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Enrolment.class);

    /** How often the wall clock is looked at. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    /** The operator takes no more than one request in a second from a pod. */
    private static final Duration LEAST_BACKOFF = Duration.ofSeconds(1);

    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(1);

    private final CertificateClient client;
    private final Identity identity;
    private final EnrolmentMeter meter;
    private final InstantSource clock;
    private final Duration look;
    private final Thread thread;

    /** Guards what follows. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Something has changed. */
    private final Condition changed = lock.newCondition();

    private final Backoff backoff = new Backoff(LEAST_BACKOFF, LONGEST_BACKOFF);
    private LeafDemand demand = LeafDemand.NOTHING;

    /** When the certificate in force gets old. */
    private Instant renewal = Instant.MAX;

    /** By {@link System#nanoTime}: no attempt before. */
    private long nextAttempt = System.nanoTime();

    /** The last trouble, so that it is said once; empty if all is well. */
    private String trouble = "";

    private boolean closed;

    /** Does nothing until {@link #start}. */
    public Enrolment(ControlEndpoint endpoint, Identity identity, EnrolmentMeter meter) {
        this(endpoint, identity, meter, InstantSource.system(), LOOK);
    }

    Enrolment(ControlEndpoint endpoint, Identity identity, EnrolmentMeter meter, InstantSource clock, Duration look) {
        this.client = new CertificateClient(endpoint, clock);
        this.identity = identity;
        this.meter = meter;
        this.clock = clock;
        this.look = look;
        this.thread = Thread.ofPlatform().name("enrolment").daemon(true).unstarted(this::run);
    }

    /** Starts. */
    public void start() {
        thread.start();
    }

    /** Takes what the snapshot demands; whom it names as trusted is trusted at once. Never waits for the operator. */
    void follow(Snapshot snapshot) {
        LeafDemand next;
        try {
            next = Demands.of(snapshot);
        } catch (CertificateException e) {
            LOG.warnf(
                    "snapshot %s: its trust cannot be read, the last one holds: %s",
                    snapshot.revision(), e.getMessage());
            return;
        }
        lock.lock();
        try {
            if (!next.equals(demand)) {
                demand = next;
                if (!next.trusted().isEmpty()) {
                    identity.trust(next.trusted());
                }
                attemptNow();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The operator has answered after a while: what failed for want of it is tried again at once. */
    void operatorIsBack() {
        lock.lock();
        try {
            attemptNow();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the pod has what it needs, or the time is over. */
    void await(Duration longest) {
        long left = longest.toNanos();
        lock.lock();
        try {
            while (left > 0 && !closed && need() != LeafNeed.NONE) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** The certificate that is in force, as the operator is to hear of it. */
    CertificateReport report() {
        lock.lock();
        try {
            return identity.current()
                    .map(held -> new CertificateReport(
                            renewal.getEpochSecond(),
                            held.leaf().getNotAfter().toInstant().getEpochSecond()))
                    .orElse(CertificateReport.NONE);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
    }

    private void run() {
        try {
            for (LeafNeed need = awaitNeed(); need != LeafNeed.NONE; need = awaitNeed()) {
                attempt(need);
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    /** Waits until another certificate is needed and may be asked for; none is when closed. */
    private LeafNeed awaitNeed() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                LeafNeed need = need();
                long toGo = nextAttempt - System.nanoTime();
                if (need != LeafNeed.NONE && toGo <= 0) {
                    return need;
                }
                long until = need == LeafNeed.NONE ? untilRenewalNanos() : toGo;
                changed.awaitNanos(Math.min(until, look.toNanos()));
            }
            return LeafNeed.NONE;
        } finally {
            lock.unlock();
        }
    }

    private LeafNeed need() {
        return LeafNeed.of(demand, identity.current(), renewal, clock.instant());
    }

    /** At least a millisecond; at most about as long as the wall clock is not looked at. */
    private long untilRenewalNanos() {
        Instant now = clock.instant();
        Instant latest = now.plus(look);
        Duration left = Duration.between(now, renewal.isBefore(latest) ? renewal : latest);
        return Math.max(TimeUnit.MILLISECONDS.toNanos(1), left.toNanos());
    }

    private void attempt(LeafNeed need) throws InterruptedException {
        try {
            KeyPair keys = newKeys();
            String answer = client.request(CertificateRequest.of(keys));
            take(need, answer, keys);
        } catch (EnrolmentException e) {
            failed(need, e);
        } catch (GeneralSecurityException | RuntimeException e) {
            failed(need, new EnrolmentException(EnrolmentException.Reason.INVALID, e.toString()));
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private void take(LeafNeed need, String answer, KeyPair keys) throws EnrolmentException {
        lock.lock();
        try {
            Credentials credentials = IssuedChain.accept(answer, keys, demand);
            Instant now = clock.instant();
            identity.replace(credentials);
            renewal = LeafNeed.renewal(
                    credentials.leaf(), now, ThreadLocalRandom.current().nextDouble());
            meter.obtained();
            changed.signalAll();
            LOG.infof(
                    "certificate %s until %s, renewed at %s: the pod %s",
                    credentials.leaf().getSerialNumber().toString(16),
                    credentials.leaf().getNotAfter().toInstant(),
                    renewal,
                    need.why());
            IssuedChain.check(credentials, demand, now);
            backoff.reset();
            trouble = "";
        } finally {
            lock.unlock();
        }
    }

    private void failed(LeafNeed need, EnrolmentException e) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            meter.failed(e.reason());
            nextAttempt = System.nanoTime() + backoff.next().toNanos();
            // Asked too soon, it has only to ask again.
            if (e.reason() != EnrolmentException.Reason.TOO_SOON
                    && !trouble.equals(e.reason().label())) {
                trouble = e.reason().label();
                LOG.warnf(
                        "trouble with the pod's certificate, asked for as the pod %s: %s; %s",
                        need.why(),
                        e.getMessage(),
                        identity.current()
                                .map(held -> "there is one until "
                                        + held.leaf().getNotAfter().toInstant())
                                .orElse("there are no tunnels without one"));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. */
    private void attemptNow() {
        backoff.reset();
        nextAttempt = System.nanoTime();
        changed.signalAll();
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }
}
