package io.socketbridge.sidecar.control;

import io.socketbridge.contract.ControlStream;
import io.socketbridge.contract.Report;
import io.socketbridge.contract.Snapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Follows the operator's snapshots and reports to it, for as long as the process lives. While the operator cannot be
 * reached, the routes stay as they are.
 *
 * <p>Two threads: one reads the stream, one posts reports. Each is alone in changing what it has.
 */
public final class ControlClient implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(ControlClient.class);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(5);

    /** How long the app is kept waiting for the pod's first certificate: a tunnel that is asked for earlier waits or is refused. */
    private static final Duration FIRST_CERTIFICATE = Duration.ofSeconds(3);

    private final ControlEndpoint endpoint;
    private final RouteTable routes;
    private final Enrolment enrolment;
    private final String version;
    private final Runnable firstApplied;
    private final Thread follower;
    private final Thread reporter;
    private volatile boolean closed;
    private volatile boolean reportDue;

    /** Whether a snapshot has been applied; owned by the follower. */
    private boolean configured;

    /**
     * Does nothing until {@link #start}.
     *
     * @param enrolment sees to the certificate that snapshots need
     * @param firstApplied is called when the first snapshot's listeners are bound, and the pod has its certificate unless the operator
     *     takes long
     */
    public ControlClient(
            ControlEndpoint endpoint, RouteTable routes, Enrolment enrolment, String version, Runnable firstApplied) {
        this.endpoint = endpoint;
        this.routes = routes;
        this.enrolment = enrolment;
        this.version = version;
        this.firstApplied = firstApplied;
        this.follower = Thread.ofPlatform().name("control-follow").daemon(true).unstarted(this::followForever);
        this.reporter = Thread.ofPlatform().name("control-report").daemon(true).unstarted(this::reportForever);
    }

    /** Starts. */
    public void start() {
        follower.start();
        reporter.start();
    }

    /** Has a report sent soon; any thread may call. */
    public void reportSoon() {
        reportDue = true;
        LockSupport.unpark(reporter);
    }

    @Override
    public void close() {
        closed = true;
        follower.interrupt();
        reporter.interrupt();
    }

    private void followForever() {
        Duration retry = FIRST_RETRY;
        @Nullable String lastProblem = null;
        while (!closed) {
            for (URI url : endpoint.urls()) {
                if (closed) {
                    return;
                }
                try {
                    if (follow(url)) {
                        retry = FIRST_RETRY;
                        lastProblem = null;
                    }
                } catch (IOException | GeneralSecurityException e) {
                    String problem = url + ": " + e;
                    if (!problem.equals(lastProblem)) {
                        LOG.warnf("operator not reached, trying again; routes stay as they are: %s", problem);
                        lastProblem = problem;
                    }
                }
            }
            // Half fixed, half by chance, so that a thousand sidecars do not come back to a new operator at once.
            long half = retry.toNanos() / 2;
            LockSupport.parkNanos(half + ThreadLocalRandom.current().nextLong(half));
            retry = retry.compareTo(LAST_RETRY) < 0 ? retry.multipliedBy(2) : LAST_RETRY;
        }
    }

    /** Reads one stream to its end; whether it brought anything. */
    private boolean follow(URI url) throws IOException, GeneralSecurityException {
        HttpURLConnection connection = endpoint.open(url.resolve(ControlStream.SNAPSHOTS_PATH));
        connection.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
        connection.setReadTimeout((int) ControlStream.STREAM_TIMEOUT.toMillis());
        boolean any = false;
        try {
            expect(connection, HttpURLConnection.HTTP_OK);
            InputStream body = connection.getInputStream();
            endpoint.answered(url);
            enrolment.operatorIsBack();
            LOG.infof("following the operator at %s", url);
            for (String line = readLine(body); line != null && !closed; line = readLine(body)) {
                if (!line.isEmpty()) {
                    apply(SnapshotFormat.read(line));
                }
                any = true;
            }
            LOG.infof("the operator at %s ended the stream", url);
        } catch (CompletionException | IllegalArgumentException e) {
            throw new IOException("a snapshot could not be applied: " + e.getMessage(), e);
        } catch (IOException e) {
            if (any) {
                LOG.infof("the stream from %s broke: %s", url, e.toString());
                return true;
            }
            throw e;
        } finally {
            connection.disconnect();
        }
        return any;
    }

    private void apply(Snapshot snapshot) {
        LOG.infof(
                "snapshot %s: %d routes", snapshot.revision(), snapshot.routes().size());
        enrolment.follow(snapshot);
        routes.apply(snapshot).join();
        if (!configured) {
            configured = true;
            enrolment.await(FIRST_CERTIFICATE);
        }
        firstApplied.run();
        reportSoon();
    }

    private void reportForever() {
        while (!closed) {
            if (!reportDue) {
                LockSupport.parkNanos(ControlStream.REPORT_INTERVAL.toNanos());
            }
            reportDue = false;
            if (routes.revision().isEmpty() || closed) {
                continue;
            }
            try {
                report(endpoint.urls().getFirst());
            } catch (IOException | GeneralSecurityException e) {
                LOG.debugf("report not sent: %s", e.toString());
                LockSupport.parkNanos(LAST_RETRY.toNanos() / 5);
                reportDue = true;
            }
        }
    }

    private void report(URI url) throws IOException, GeneralSecurityException {
        byte[] body = SnapshotFormat.write(new Report(routes.revision(), version, routes.report(), enrolment.report()))
                .getBytes(StandardCharsets.UTF_8);
        HttpURLConnection connection = endpoint.open(url.resolve(ControlStream.REPORTS_PATH));
        connection.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
        connection.setReadTimeout((int) CONNECT_TIMEOUT.toMillis());
        connection.setDoOutput(true);
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setFixedLengthStreamingMode(body.length);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body);
        } catch (SSLException e) {
            endpoint.refused(connection);
            throw e;
        }
        expect(connection, HttpURLConnection.HTTP_NO_CONTENT);
        // Read to its end, the connection is kept for the next report.
        connection.getInputStream().readAllBytes();
    }

    private void expect(HttpURLConnection connection, int status) throws IOException {
        int actual;
        try {
            actual = connection.getResponseCode();
        } catch (SSLException e) {
            endpoint.refused(connection);
            throw e;
        }
        if (actual != status) {
            if (actual == HttpURLConnection.HTTP_UNAUTHORIZED) {
                endpoint.refused(connection);
            }
            String meaning = switch (actual) {
                case 401 -> "it does not accept this pod's certificate or token";
                case 403 -> "no SocketBridge selects this pod";
                default -> "unexpected";
            };
            throw new IOException("HTTP status " + actual + ": " + meaning);
        }
    }

    /** Reads up to the next line feed; null at the end of the stream. */
    private static @Nullable String readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                return line.toString(StandardCharsets.UTF_8);
            }
            if (line.size() == ControlStream.MAX_LINE_BYTES) {
                throw new IOException("a line has more than " + ControlStream.MAX_LINE_BYTES + " bytes");
            }
            line.write(next);
        }
        return null;
    }
}
