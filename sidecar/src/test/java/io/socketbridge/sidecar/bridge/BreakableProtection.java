package io.socketbridge.sidecar.bridge;

import io.socketbridge.sidecar.tls.PeerIdentity;
import io.socketbridge.sidecar.tls.Protection;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Protection whose engine breaks when it is told to. */
final class BreakableProtection implements Protection {

    private final Protection intact;
    private final Engines engines;

    private BreakableProtection(Protection intact, Engines engines) {
        this.intact = intact;
        this.engines = engines;
    }

    /** What an engine is asked to do. */
    enum Task {
        HANDSHAKE,
        SERVER_NAME,
        PEER,
        TRUST,
        OPEN,
        SEAL,
        RELEASE
    }

    /** How it says that it is broken. */
    enum Fault {
        EXCEPTION,
        ERROR;

        private void happen() {
            switch (this) {
                case EXCEPTION -> throw new IllegalStateException("the engine is broken");
                case ERROR -> throw new StackOverflowError();
            }
        }
    }

    /** All engines of a test. Any thread may call. */
    static final class Engines {

        private final AtomicInteger held = new AtomicInteger();
        private final AtomicReference<@Nullable Breakage> breakage = new AtomicReference<>();

        private record Breakage(Task task, Fault fault) {}

        Protection protect(Protection intact) {
            held.incrementAndGet();
            return new BreakableProtection(intact, this);
        }

        /** From now on each breaks at that task. */
        void breakAt(Task task, Fault fault) {
            breakage.set(new Breakage(task, fault));
        }

        /** From now on none does. */
        void mend() {
            breakage.set(null);
        }

        /** How many were made and not given back. */
        int held() {
            return held.get();
        }

        private void begin(Task task) {
            Breakage now = breakage.get();
            if (now != null && now.task() == task) {
                now.fault().happen();
            }
        }
    }

    private <T> T whole(Task task, Supplier<T> work) {
        engines.begin(task);
        return work.get();
    }

    @Override
    public int mostOverhead(int plainBytes) {
        return intact.mostOverhead(plainBytes);
    }

    @Override
    public int leastRoom() {
        return intact.leastRoom();
    }

    @Override
    public int slack() {
        return intact.slack();
    }

    @Override
    public boolean handshake(ByteBuffer sealed, ByteBuffer plain, ByteBuffer answer) throws SSLException {
        engines.begin(Task.HANDSHAKE);
        return intact.handshake(sealed, plain, answer);
    }

    @Override
    public PeerIdentity peer() {
        return whole(Task.PEER, intact::peer);
    }

    @Override
    public boolean isStillTrusted() {
        return whole(Task.TRUST, intact::isStillTrusted);
    }

    @Override
    public String serverName() {
        return whole(Task.SERVER_NAME, intact::serverName);
    }

    @Override
    public long mostKeyBytes() {
        return intact.mostKeyBytes();
    }

    @Override
    public void seal(ByteBuffer plain, ByteBuffer sealed) throws SSLException {
        engines.begin(Task.SEAL);
        intact.seal(plain, sealed);
    }

    @Override
    public boolean open(ByteBuffer sealed, ByteBuffer plain, ByteBuffer answer) throws SSLException {
        engines.begin(Task.OPEN);
        return intact.open(sealed, plain, answer);
    }

    @Override
    public boolean isInputOver() {
        return intact.isInputOver();
    }

    @Override
    public void release() {
        intact.release();
        engines.held.decrementAndGet();
        engines.begin(Task.RELEASE);
    }
}
