package io.socketbridge.sidecar.datagram;

import io.socketbridge.sidecar.linux.MessageBatch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A listener's flows that go on, by their senders, the one that was used least lately first. Owned by one loop. */
final class Flows {

    private final Map<Sender, DatagramFlow> flows = new LinkedHashMap<>(16, 0.75f, true);

    /** Datagrams of one sender often come in a row. */
    private @Nullable DatagramFlow last;

    /** The flow that a message which was received last belongs to; null if there is none yet. */
    @Nullable
    DatagramFlow find(MessageBatch batch, int i) {
        if (last == null || !last.sender().sent(batch, i)) {
            last = flows.get(new Sender(batch, i));
        }
        return last;
    }

    void add(DatagramFlow flow) {
        flows.put(flow.sender(), flow);
        last = flow;
    }

    void remove(DatagramFlow flow) {
        flows.remove(flow.sender(), flow);
        last = last == flow ? null : last;
    }

    /** A flow is the one that was used last. */
    void used(DatagramFlow flow) {
        if (last != flow) {
            flows.get(flow.sender());
            last = flow.isEnded() ? null : flow;
        }
    }

    /** The one that was used least lately first. */
    Stream<DatagramFlow> inOrder() {
        return flows.values().stream();
    }

    boolean isEmpty() {
        return flows.isEmpty();
    }
}
