package io.socketbridge.sidecar.relay;

import io.socketbridge.sidecar.loop.Acceptor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Lets in as many connections as may be open at once. One comes in on the listener's loop and leaves on its own; the rest waits in the
 * backlog, as where a local server does not accept.
 */
final class Gate implements Acceptor.Gate {

    private final Meter meter;
    private volatile Door door = new Door(Runnable::run, () -> {});
    private volatile int most;

    /**
     * Where connections wait to come in.
     *
     * @param reopened is called on the listener's loop when there is room again
     */
    private record Door(Executor listenerLoop, Runnable reopened) {}

    /** Whether somebody may be waiting; written by the listener's loop, and set by those on which somebody asks. */
    private volatile boolean shut;

    private volatile @Nullable CompletableFuture<Void> emptied;

    Gate(Meter meter) {
        this.meter = meter;
    }

    /** Has connections come in at a listener, and at no other any more. */
    void open(Executor listenerLoop, Runnable reopened, int mostOpen) {
        most = mostOpen;
        door = new Door(listenerLoop, reopened);
    }

    @Override
    public boolean admits() {
        if (meter.activeCount() < most) {
            return true;
        }
        shut = true;
        // One that left before it could see this does not reopen. One that sees it does, for others may wait too,
        // though this one need not.
        if (meter.activeCount() < most) {
            return true;
        }
        meter.atLimit(true);
        return false;
    }

    @Override
    public void taken() {
        meter.opened();
    }

    @Override
    public void failed(int errno) {
        meter.acceptFailed(errno);
    }

    /** Changes how many there may be; those that are too many stay. */
    void admit(int newMost) {
        most = newMost;
        door.listenerLoop().execute(this::reopen);
    }

    /** One has ended; any thread may call. */
    void left() {
        int left = meter.ended();
        if (shut && left < most) {
            door.listenerLoop().execute(this::reopen);
        }
        CompletableFuture<Void> waiting = emptied;
        if (left == 0 && waiting != null) {
            waiting.complete(null);
        }
    }

    /** Completes when none is open; to be asked when no more are let in. */
    synchronized CompletableFuture<Void> emptied() {
        CompletableFuture<Void> waiting = emptied == null ? new CompletableFuture<>() : emptied;
        emptied = waiting;
        if (meter.activeCount() == 0) {
            waiting.complete(null);
        }
        return waiting;
    }

    private void reopen() {
        if (shut && meter.activeCount() < most) {
            shut = false;
            meter.atLimit(false);
            door.reopened().run();
        }
    }
}
