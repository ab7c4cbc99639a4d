package io.socketbridge.sidecar.tls;

import io.netty.util.ReferenceCountUtil;
import io.socketbridge.sidecar.tls.PeerVerifier.Verified;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** TLS by an engine of the JDK's interface. */
final class TlsProtection implements Protection {

    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    /** The longest plaintext of a record (RFC 8446, 5.1), and what engines want beside it. */
    private static final int RECORD_BYTES = 16 * 1024;

    /** The longest that a record may say it is (RFC 8446, 5.2), behind its header. */
    private static final int MOST_SEALED_RECORD_BYTES = RECORD_BYTES + 256;

    private static final int RECORD_HEADER_BYTES = 5;

    private static final int SLACK_BYTES = 512;

    private static final int ROOM_BYTES = RECORD_BYTES + SLACK_BYTES;

    /** Header, type, tag, and what engines reckon with beside them. */
    private static final int RECORD_OVERHEAD_BYTES = 128;

    /** So many records in a row may carry nothing, as BoringSSL has it too: a sidecar sends none. */
    private static final int MOST_EMPTY_RECORDS = 32;

    private final SSLEngine engine;
    private final long mostKeyBytes;
    private final Supplier<Optional<PeerVerifier>> current;

    /** By whom the other end was verified last. */
    private PeerVerifier verifier;

    /** What the other end has shown; empty before the handshake is over. */
    private X509Certificate[] chain = {};

    private @Nullable Verified peer;
    private String serverName;
    private boolean begun;
    private boolean established;
    private boolean inputOver;

    /** How many of the last records carried nothing. */
    private int emptyRecords;

    /**
     * @param mostKeyBytes see {@link #mostKeyBytes}
     * @param verifier verifies the other end in the handshake
     * @param current gives who does so later; empty if there is nobody
     */
    TlsProtection(
            SSLEngine engine,
            long mostKeyBytes,
            PeerVerifier verifier,
            Supplier<Optional<PeerVerifier>> current,
            String serverName) {
        this.engine = engine;
        this.mostKeyBytes = mostKeyBytes;
        this.verifier = verifier;
        this.current = current;
        this.serverName = serverName;
    }

    @Override
    public int mostOverhead(int plainBytes) {
        return (plainBytes / RECORD_BYTES + 2) * RECORD_OVERHEAD_BYTES;
    }

    @Override
    public int leastRoom() {
        return ROOM_BYTES;
    }

    @Override
    public int slack() {
        return SLACK_BYTES;
    }

    @Override
    public boolean handshake(ByteBuffer sealed, ByteBuffer plain, ByteBuffer answer) throws SSLException {
        try {
            return goOn(sealed, plain, answer);
        } catch (SSLException e) {
            tell(answer);
            throw e;
        }
    }

    private boolean goOn(ByteBuffer sealed, ByteBuffer plain, ByteBuffer answer) throws SSLException {
        if (!begun) {
            begun = true;
            engine.beginHandshake();
        }
        while (!established) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> runTasks();
                case NEED_WRAP -> wrap(NOTHING, answer);
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    int before = sealed.remaining();
                    SSLEngineResult result = engine.unwrap(sealed, plain);
                    if (result.getStatus() == Status.CLOSED) {
                        throw new SSLHandshakeException("the other end broke the handshake off");
                    }
                    if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
                        checkLength(sealed);
                    }
                    if (result.getStatus() != Status.OK
                            || (sealed.remaining() == before
                                    && result.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP)) {
                        return false;
                    }
                }
                case NOT_HANDSHAKING, FINISHED -> establish();
            }
        }
        // What is left of the handshake.
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            wrap(NOTHING, answer);
        }
        return true;
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    private void establish() throws SSLException {
        if (!Tls.APPLICATION_PROTOCOL.equals(engine.getApplicationProtocol())) {
            throw new SSLHandshakeException("the other end does not speak " + Tls.APPLICATION_PROTOCOL);
        }
        try {
            chain = Arrays.stream(engine.getSession().getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toArray(X509Certificate[]::new);
            peer = verifier.verify(chain, !engine.getUseClientMode());
        } catch (CertificateException e) {
            throw new SSLHandshakeException(e.getMessage());
        }
        try {
            if (!engine.getUseClientMode() && engine.getSession() instanceof ExtendedSSLSession session) {
                for (SNIServerName name : session.getRequestedServerNames()) {
                    serverName = name instanceof SNIHostName host ? host.getAsciiName() : serverName;
                }
            }
        } catch (IllegalArgumentException e) {
            throw new SSLHandshakeException("the server name is no host name");
        }
        established = true;
    }

    @Override
    public PeerIdentity peer() {
        Verified known = peer;
        return known == null ? PeerIdentity.ANYBODY : known.identity();
    }

    @Override
    public boolean isStillTrusted() {
        Verified known = peer;
        PeerVerifier now = current.get().orElse(null);
        if (known == null || now == null) {
            return false;
        }
        if (now != verifier) {
            try {
                known = now.verify(chain, !engine.getUseClientMode());
            } catch (CertificateException e) {
                return false;
            }
            verifier = now;
            peer = known;
        }
        return now.isStillGood(known);
    }

    @Override
    public String serverName() {
        return serverName;
    }

    @Override
    public long mostKeyBytes() {
        return mostKeyBytes;
    }

    @Override
    public void seal(ByteBuffer plain, ByteBuffer sealed) throws SSLException {
        while (plain.hasRemaining()) {
            wrap(plain, sealed);
        }
    }

    private void wrap(ByteBuffer plain, ByteBuffer sealed) throws SSLException {
        SSLEngineResult result = engine.wrap(plain, sealed);
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            throw new IllegalStateException("no room to seal " + plain.remaining() + " bytes in " + sealed.remaining());
        }
        if (plain.hasRemaining()
                && (result.getStatus() == Status.CLOSED
                        || (result.bytesConsumed() == 0 && result.bytesProduced() == 0))) {
            throw new SSLException("the session is over");
        }
    }

    @Override
    public boolean open(ByteBuffer sealed, ByteBuffer plain, ByteBuffer answer) throws SSLException {
        try {
            while (plain.remaining() >= ROOM_BYTES) {
                SSLEngineResult result = engine.unwrap(sealed, plain);
                if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                    runTasks();
                }
                if (hidesAnError(result)) {
                    throw hiddenError(answer);
                }
                count(result);
                while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && answer.remaining() > ROOM_BYTES) {
                    wrap(NOTHING, answer);
                }
                if (result.getStatus() == Status.CLOSED) {
                    inputOver = true;
                    return false;
                }
                if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
                    checkLength(sealed);
                }
                if (result.getStatus() == Status.BUFFER_UNDERFLOW
                        || (result.bytesConsumed() == 0 && result.bytesProduced() == 0)) {
                    return false;
                }
            }
            return true;
        } catch (SSLException e) {
            tell(answer);
            throw e;
        }
    }

    /** One that is too long is not waited for. */
    private static void checkLength(ByteBuffer sealed) throws SSLException {
        if (sealed.remaining() >= RECORD_HEADER_BYTES) {
            int bytes = Short.toUnsignedInt(sealed.getShort(sealed.position() + RECORD_HEADER_BYTES - Short.BYTES));
            if (bytes > MOST_SEALED_RECORD_BYTES) {
                throw new SSLException(
                        "a record of " + bytes + " bytes; it has " + MOST_SEALED_RECORD_BYTES + " at most");
            }
        }
    }

    /**
     * Whether a record could not be opened, and the engine does not say so: BoringSSL's, by way of Netty, has an alert sent first, and
     * remembers why. With no record to follow nobody would ask it again.
     */
    private boolean hidesAnError(SSLEngineResult result) {
        return result.getStatus() == Status.OK
                && result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
                && engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP;
    }

    private void count(SSLEngineResult result) throws SSLException {
        if (result.bytesProduced() > 0) {
            emptyRecords = 0;
        } else if (result.bytesConsumed() > 0 && ++emptyRecords > MOST_EMPTY_RECORDS) {
            throw new SSLException("more than " + MOST_EMPTY_RECORDS + " records in a row that carry nothing");
        }
    }

    private SSLException hiddenError(ByteBuffer answer) {
        try {
            wrap(NOTHING, answer);
            wrap(NOTHING, answer);
            return new SSLException("a record that is not the other end's, or was changed on its way");
        } catch (SSLException e) {
            return e;
        }
    }

    @Override
    public boolean isInputOver() {
        return inputOver;
    }

    /** Has the other end get the alert that says what was wrong. */
    private void tell(ByteBuffer answer) {
        try {
            engine.closeOutbound();
            while (!engine.isOutboundDone() && answer.remaining() > ROOM_BYTES) {
                SSLEngineResult result = engine.wrap(NOTHING, answer);
                if (result.bytesProduced() == 0) {
                    return;
                }
            }
        } catch (SSLException e) {
            // Then it is not told.
        }
    }

    @Override
    public void release() {
        ReferenceCountUtil.release(engine);
    }
}
