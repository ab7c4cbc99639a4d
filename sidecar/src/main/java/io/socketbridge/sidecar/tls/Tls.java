package io.socketbridge.sidecar.tls;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import io.socketbridge.sidecar.identity.Credentials;
import io.socketbridge.sidecar.identity.Identity;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** TLS 1.3, in which both ends have to say who they are, by the credentials that are in force when a handshake begins. Any thread may call. */
public final class Tls implements Protections {

    /** What both ends have to speak (ALPN): the protocol and its version. */
    public static final String APPLICATION_PROTOCOL = "socketbridge/1";

    /**
     * AES-GCM is good for 2^24.5 full records of one key (RFC 8446, 5.5), which are 2^34.5 blocks. As many bytes as these, 2^34 blocks with
     * all that is around the records, stay below it however small the records are.
     */
    private static final long MOST_KEY_BYTES = 1L << 38;

    /** A server gives no tickets for sessions that live for longer than the seven days that a ticket may (RFC 8446, 4.6.1). */
    private static final long NO_TICKETS_SECONDS = Duration.ofDays(8).toSeconds();

    private final Identity identity;
    private final TlsEngine engine;
    private final Clock clock;
    private @Nullable Contexts contexts;

    /** Believes by the authorities that were trusted last; written under the object's lock. */
    private volatile @Nullable PeerVerifier verifier;

    /** @param engine does the arithmetic */
    public Tls(Identity identity, TlsEngine engine, Clock clock) {
        this.identity = identity;
        this.engine = engine;
        this.clock = clock;
    }

    @Override
    public synchronized Protection client(String serverName) throws SSLException {
        Contexts now = contexts();
        SSLEngine made = now.client().newEngine(UnpooledByteBufAllocator.DEFAULT);
        SSLParameters parameters = made.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(serverName)));
        made.setSSLParameters(parameters);
        return new TlsProtection(made, mostKeyBytes(), now.verifier(), this::verifier, serverName);
    }

    @Override
    public synchronized Protection server() throws SSLException {
        Contexts now = contexts();
        return new TlsProtection(
                now.server().newEngine(UnpooledByteBufAllocator.DEFAULT),
                mostKeyBytes(),
                now.verifier(),
                this::verifier,
                "");
    }

    /** BoringSSL changes keys when the other end asks for it, and never asks; the JDK does after 2^37 bytes ({@code jdk.tls.keyLimits}). */
    private long mostKeyBytes() {
        return switch (engine) {
            case BORINGSSL -> MOST_KEY_BYTES;
            case JDK -> Long.MAX_VALUE;
        };
    }

    /** Verifies by the authorities that are trusted now; empty while there are no credentials. */
    private Optional<PeerVerifier> verifier() {
        return identity.current().map(this::verifier);
    }

    private PeerVerifier verifier(Credentials credentials) {
        PeerVerifier there = verifier;
        return there != null && there.believesBy(credentials.trusted()) ? there : newVerifier(credentials);
    }

    private synchronized PeerVerifier newVerifier(Credentials credentials) {
        PeerVerifier there = verifier;
        if (there != null && there.believesBy(credentials.trusted())) {
            return there;
        }
        PeerVerifier made = new PeerVerifier(credentials.trusted(), clock);
        verifier = made;
        return made;
    }

    private synchronized Contexts contexts() throws SSLException {
        Credentials credentials = identity.current()
                .orElseThrow(
                        () -> new SSLException("this pod has no certificate yet: the operator has not been reached"));
        Contexts there = contexts;
        if (there != null && there.credentials().equals(credentials)) {
            return there;
        }
        Contexts made = Contexts.of(credentials, engine, verifier(credentials));
        if (there != null) {
            there.release();
        }
        contexts = made;
        return made;
    }

    /** What is made once of some credentials. */
    private record Contexts(Credentials credentials, PeerVerifier verifier, SslContext client, SslContext server) {

        static Contexts of(Credentials credentials, TlsEngine engine, PeerVerifier verifier) throws SSLException {
            SslContext client = SslContextBuilder.forClient()
                    .keyManager(credentials.key(), credentials.chain())
                    .sslProvider(provider(engine))
                    .trustManager(verifier)
                    .protocols("TLSv1.3")
                    .endpointIdentificationAlgorithm(null)
                    .applicationProtocolConfig(applicationProtocol())
                    .build();
            SslContext server = SslContextBuilder.forServer(credentials.key(), credentials.chain())
                    .sslProvider(provider(engine))
                    .trustManager(verifier)
                    .clientAuth(ClientAuth.REQUIRE)
                    .sessionTimeout(NO_TICKETS_SECONDS)
                    .protocols("TLSv1.3")
                    .applicationProtocolConfig(applicationProtocol())
                    .build();
            return new Contexts(credentials, verifier, client, server);
        }

        private static SslProvider provider(TlsEngine engine) {
            return switch (engine) {
                case BORINGSSL -> SslProvider.OPENSSL_REFCNT;
                case JDK -> SslProvider.JDK;
            };
        }

        private static ApplicationProtocolConfig applicationProtocol() {
            return new ApplicationProtocolConfig(
                    Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE,
                    SelectedListenerFailureBehavior.ACCEPT,
                    APPLICATION_PROTOCOL);
        }

        void release() {
            ReferenceCountUtil.release(client);
            ReferenceCountUtil.release(server);
        }
    }
}
