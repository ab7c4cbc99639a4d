package io.socketbridge.operator;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.socketbridge.contract.ControlStream;
import io.socketbridge.contract.Report;
import io.socketbridge.contract.RouteReport;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.operator.identity.TestLeaf;
import io.socketbridge.operator.identity.TestRequest;
import io.socketbridge.operator.identity.TestRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Speaks the control stream as a sidecar does. */
final class FakeSidecar implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final URI operator;
    private final String token;
    private final BlockingQueue<Snapshot> snapshots = new LinkedBlockingQueue<>();

    FakeSidecar(URI operator, SSLContext trust, String token) {
        this.http = HttpClient.newBuilder().sslContext(trust).build();
        this.operator = operator;
        this.token = token;
    }

    /** By a certificate alone. */
    static FakeSidecar of(URI operator, String trustPem, TestLeaf leaf) {
        return new FakeSidecar(operator, TestLeaf.context(trustPem, Optional.of(leaf)), "");
    }

    /** Asks for a certificate for a new key, which has to be given. */
    TestLeaf certificate() {
        KeyPair keys = TestRequest.newKeys();
        HttpResponse<String> answer = requestCertificate(TestRequest.of(keys));
        if (answer.statusCode() != 200) {
            throw new AssertionError("HTTP status " + answer.statusCode() + ": " + answer.body());
        }
        return new TestLeaf(keys, TestRoot.certificates(answer.body()));
    }

    /** Asks for a certificate, again if it was too soon. */
    HttpResponse<String> requestCertificate(byte[] request) {
        try {
            return Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(
                            () -> http.send(
                                    request(ControlStream.CERTIFICATES_PATH)
                                            .POST(HttpRequest.BodyPublishers.ofByteArray(request))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString()),
                            response -> response.statusCode() != 429);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("it was too soon all the time", e);
        }
    }

    /** Opens the stream; answers the HTTP status. */
    int open() {
        try {
            HttpResponse<Stream<String>> response =
                    http.send(request(ControlStream.SNAPSHOTS_PATH).GET().build(), HttpResponse.BodyHandlers.ofLines());
            if (response.statusCode() == 200) {
                Thread.ofVirtual().start(() -> read(response.body()));
            }
            return response.statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void read(Stream<String> lines) {
        try (lines) {
            lines.filter(line -> !line.isEmpty()).forEach(line -> {
                try {
                    snapshots.add(JSON.readValue(line, Snapshot.class));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            // The stream has ended, as it does when either side closes.
        }
    }

    /** The next snapshot that is as expected, within a minute. */
    Snapshot await(Predicate<Snapshot> expected) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        Snapshot last = new Snapshot("", List.of());
        try {
            while (System.nanoTime() < deadline) {
                Snapshot next = snapshots.poll(100, TimeUnit.MILLISECONDS);
                if (next != null) {
                    last = next;
                    if (expected.test(next)) {
                        return next;
                    }
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        throw new AssertionError("no such snapshot came; the last one was " + last);
    }

    boolean hasSnapshot() {
        return !snapshots.isEmpty();
    }

    /** Reports every route of the snapshot as ready, listening where it was told to; answers the HTTP status. */
    int reportReady(Snapshot snapshot) {
        List<RouteReport> routes = snapshot.routes().stream()
                .map(route -> new RouteReport(route.id(), route.listen().address(), RouteState.READY, "", 0, 0))
                .toList();
        return post(new Report(snapshot.revision(), "test", routes));
    }

    int post(Report report) {
        try {
            return postRaw(JSON.writeValueAsString(report));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int postRaw(String body) {
        try {
            return http.send(
                            request(ControlStream.REPORTS_PATH)
                                    .POST(HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(operator.resolve(path));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }
}
