package io.socketbridge.operator.control;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The open streams, at most one for each pod. Safe for use by many threads. */
final class Streams {

    /** By namespace, then by the pod's unique id. */
    private final Map<String, Map<String, SnapshotStream>> byNamespace = new ConcurrentHashMap<>();

    /** Adds a stream, and ends the one that the pod had before: its sidecar has given it up. */
    void add(SnapshotStream stream) {
        SnapshotStream old = byNamespace
                .computeIfAbsent(stream.pod().namespace(), _ -> new ConcurrentHashMap<>())
                .put(stream.pod().uid(), stream);
        if (old != null) {
            old.end();
        }
    }

    void remove(SnapshotStream stream) {
        byNamespace.computeIfPresent(stream.pod().namespace(), (_, streams) -> {
            streams.remove(stream.pod().uid(), stream);
            return streams;
        });
    }

    Set<String> namespaces() {
        return Set.copyOf(byNamespace.keySet());
    }

    Collection<SnapshotStream> of(String namespace) {
        return List.copyOf(byNamespace.getOrDefault(namespace, Map.of()).values());
    }

    void heartbeat() {
        byNamespace.values().forEach(streams -> streams.values().forEach(SnapshotStream::heartbeat));
    }

    void endAll() {
        byNamespace.values().forEach(streams -> streams.values().forEach(SnapshotStream::end));
    }
}
