package io.socketbridge.sidecar.datagram;

import io.socketbridge.sidecar.loop.Acceptor;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.relay.Listener.Accepted;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Lets flows in as connections, as many as there may be; for others that is made possible by ending those that were used least lately. Owned by
 * one loop.
 */
final class Admission {

    private final EventLoop loop;
    private final Flows flows;
    private final FlowMeter meter;

    /** Those that were not let in yet, each of which has a datagram. */
    private final Queue<DatagramFlow> newcomers = new ArrayDeque<>();

    /** How many flows were ended for others, and are not closed yet. */
    private int leaving;

    /** Null while none is let in. */
    private @Nullable Accepted accepted;

    private Acceptor.@Nullable Gate gate;

    Admission(EventLoop loop, Flows flows, FlowMeter meter) {
        this.loop = loop;
        this.flows = flows;
        this.meter = meter;
    }

    void open(Accepted taker, Acceptor.Gate taken) {
        accepted = taker;
        gate = taken;
    }

    boolean isOpen() {
        return accepted != null;
    }

    /** Lets none in any more; what those that wait have sent is dropped. */
    void shut(String reason) {
        accepted = null;
        newcomers.forEach(flow -> {
            flow.drop(reason);
            flows.remove(flow);
        });
        newcomers.clear();
    }

    /** Whether some wait until there is room for them. */
    boolean holdsBack() {
        return !newcomers.isEmpty();
    }

    boolean holdsBack(DatagramFlow flow) {
        return newcomers.contains(flow);
    }

    void add(DatagramFlow flow) {
        newcomers.add(flow);
    }

    /** Lets in those that wait, as many as there may be. */
    void admit() {
        while (!newcomers.isEmpty() && accepted != null && gate != null) {
            if (!gate.admits()) {
                evict();
                return;
            }
            DatagramFlow flow = newcomers.remove();
            gate.taken();
            loop.load().incrementAndGet();
            accepted.accept(loop, flow);
        }
    }

    /** A flow that was let in is over. */
    void left(DatagramFlow flow) {
        leaving -= flow.wasEvicted() ? 1 : 0;
    }

    private void evict() {
        for (int wanted = newcomers.size() - leaving; wanted > 0; wanted--) {
            DatagramFlow oldest =
                    flows.inOrder().filter(flow -> !holdsBack(flow)).findFirst().orElse(null);
            if (oldest == null) {
                return;
            }
            leaving++;
            meter.evicted();
            oldest.evict();
        }
    }
}
