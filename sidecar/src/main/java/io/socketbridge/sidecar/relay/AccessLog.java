package io.socketbridge.sidecar.relay;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/** Writes a line for a connection that has ended: as text for people and, in the log's JSON, as fields ({@code mdc}). */
final class AccessLog {

    private static final Logger LOG = Logger.getLogger("io.socketbridge.access");

    private static final double MILLION = 1_000_000;

    private final String bridge;
    private final String role;

    AccessLog(String bridge, String role) {
        this.bridge = bridge;
        this.role = role;
    }

    /**
     * Writes the line.
     *
     * @param pid of the process that connected, or {@link Peer#UNKNOWN_ID}
     * @param target empty if none was connected
     * @param connectNanos from its acceptance to its target; 0 if none was connected
     * @param nanos from its acceptance to its end
     */
    void write(ProxyHeader origin, long pid, String target, Tally tally, long connectNanos, long nanos) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("bridge", bridge);
        fields.put("role", role);
        fields.put("connection", printable(origin.id()));
        putPeer(fields, origin.peer(), pid);
        if (!target.isEmpty()) {
            fields.put("target", target);
            fields.put("connectMillis", millis(connectNanos));
        }
        fields.put("bytesToTarget", String.valueOf(tally.bytesToTarget()));
        fields.put("bytesFromTarget", String.valueOf(tally.bytesFromTarget()));
        fields.put("durationMillis", millis(nanos));
        fields.put("end", tally.ending());
        StringBuilder line = new StringBuilder("connection ended:");
        fields.forEach(
                (name, value) -> line.append(' ').append(name).append('=').append(value));
        fields.forEach(MDC::put);
        try {
            LOG.info(line);
        } finally {
            fields.keySet().forEach(MDC::remove);
        }
    }

    private static void putPeer(Map<String, String> fields, Peer peer, long pid) {
        switch (peer.addresses()) {
            case Peer.Addresses.Unknown() -> {}
            case Peer.Addresses.Unix(String source, String destination) -> {
                if (!source.isEmpty()) {
                    fields.put("peer", printable(source));
                }
                fields.put("socket", printable(destination));
            }
            case Peer.Addresses.Inet inet -> {
                fields.put("peer", text(inet.source()));
                fields.put("socket", text(inet.destination()));
            }
        }
        putId(fields, "uid", peer.uid());
        putId(fields, "gid", peer.gid());
        putId(fields, "pid", pid);
    }

    private static String text(java.net.InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private static void putId(Map<String, String> fields, String name, long id) {
        if (id != Peer.UNKNOWN_ID) {
            fields.put(name, String.valueOf(id));
        }
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / MILLION);
    }

    /** What others chose must not look like another field or another line. */
    private static String printable(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '=') ? text : escaped(text);
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.chars().forEach(c -> {
            if (c > ' ' && c < 0x7F && c != '=' && c != '\\') {
                escaped.append((char) c);
            } else {
                escaped.append(String.format(Locale.ROOT, "\\%04x", c));
            }
        });
        return escaped.toString();
    }
}
