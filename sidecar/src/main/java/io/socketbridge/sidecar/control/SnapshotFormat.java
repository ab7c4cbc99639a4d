package io.socketbridge.sidecar.control;

import com.fasterxml.jackson.jr.ob.JSON;
import io.socketbridge.contract.Access;
import io.socketbridge.contract.Limits;
import io.socketbridge.contract.Listen;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.RecordHeaders;
import io.socketbridge.contract.Records;
import io.socketbridge.contract.Report;
import io.socketbridge.contract.Role;
import io.socketbridge.contract.Route;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.contract.Target;
import io.socketbridge.contract.Tunnel;
import io.socketbridge.contract.WhenUnavailable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Snapshots and reports as JSON. Fields that this version does not know are passed over; missing ones are an error. */
public final class SnapshotFormat {

    /** Ten years: longer than anybody means, and short enough to be counted in nanoseconds. */
    private static final long MOST_MILLIS = TimeUnit.DAYS.toMillis(3_650);

    private SnapshotFormat() {}

    /**
     * Reads a snapshot.
     *
     * @throws IOException if it is not JSON, or a field is missing or of the wrong kind; the message names the field
     */
    public static Snapshot read(String json) throws IOException {
        Node root = new Node("snapshot", JSON.std.mapFrom(json));
        List<Route> routes = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (Node route : root.nodes("routes")) {
            Route read = route(route);
            if (!ids.add(read.id())) {
                throw new IOException(route.path + ".id: '" + read.id() + "' is there twice; ids are unique");
            }
            routes.add(read);
        }
        return new Snapshot(root.text("revision", ""), root.text("trust", ""), routes);
    }

    /** Writes a report. */
    public static String write(Report report) throws IOException {
        return JSON.std.asString(report);
    }

    private static Route route(Node node) throws IOException {
        Node listen = node.node("listen");
        List<Target> targets = new ArrayList<>();
        for (Node target : node.nodes("targets")) {
            targets.add(target(target));
        }
        try {
            return new Route(
                    node.text("id"),
                    node.text("bridge", node.text("id")),
                    node.choice("role", Role.CLIENT),
                    new Listen(listen.text("address"), mode(listen), listen.flag("anyPort"), proxyProtocol(listen)),
                    targets,
                    tunnel(node),
                    records(node),
                    node.choice("whenUnavailable", WhenUnavailable.REFUSE),
                    limits(node),
                    node.count("accessLogPercent", 0));
        } catch (IllegalArgumentException e) {
            throw new IOException(node.path + "." + e.getMessage(), e);
        }
    }

    private static Target target(Node node) throws IOException {
        try {
            return new Target(
                    node.text("address"), node.text("name", ""), proxyProtocol(node), node.count("distance", 0));
        } catch (IllegalArgumentException e) {
            throw new IOException(node.path + "." + e.getMessage(), e);
        }
    }

    private static ProxyProtocol proxyProtocol(Node node) throws IOException {
        return node.choice("proxyProtocol", ProxyProtocol.NONE);
    }

    private static Limits limits(Node route) throws IOException {
        if (route.isAbsent("limits")) {
            return Limits.DEFAULT;
        }
        Node node = route.node("limits");
        Limits otherwise = Limits.DEFAULT;
        try {
            return new Limits(
                    node.count("maxConnections", otherwise.maxConnections()),
                    node.millis("connectTimeoutMillis", otherwise.connectTimeoutMillis()),
                    node.millis("idleTimeoutMillis", otherwise.idleTimeoutMillis()),
                    node.millis("drainTimeoutMillis", otherwise.drainTimeoutMillis()),
                    node.millis("deadPeerTimeoutMillis", otherwise.deadPeerTimeoutMillis()),
                    node.millis("maxLifetimeMillis", otherwise.maxLifetimeMillis()));
        } catch (IllegalArgumentException e) {
            throw new IOException(node.path + "." + e.getMessage(), e);
        }
    }

    private static Records records(Node route) throws IOException {
        if (route.isAbsent("records")) {
            return Records.NONE;
        }
        Node node = route.node("records");
        Records otherwise = Records.DEFAULT;
        try {
            return new Records(
                    node.count("mostBytes", otherwise.mostBytes()),
                    node.choice("oversize", otherwise.oversize()),
                    node.choice("framing", otherwise.framing()),
                    node.choice("wire", otherwise.wire()),
                    node.choice("overflow", otherwise.overflow()),
                    headers(node));
        } catch (IllegalArgumentException e) {
            throw new IOException(node.path + "." + e.getMessage(), e);
        }
    }

    private static RecordHeaders headers(Node records) throws IOException {
        if (records.isAbsent("headers")) {
            return RecordHeaders.HIDDEN;
        }
        Node node = records.node("headers");
        RecordHeaders otherwise = RecordHeaders.HIDDEN;
        try {
            return new RecordHeaders(
                    node.flag("onInput"),
                    node.flag("onOutput"),
                    node.count("control", otherwise.control()),
                    node.count("datastream", otherwise.datastream()));
        } catch (IllegalArgumentException e) {
            throw new IOException(node.path + "." + e.getMessage(), e);
        }
    }

    private static Tunnel tunnel(Node route) throws IOException {
        if (route.isAbsent("tunnel")) {
            return Tunnel.NONE;
        }
        Node node = route.node("tunnel");
        return new Tunnel(node.text("serverName", ""), node.text("peerName", ""), node.texts("peers"), access(node));
    }

    private static Access access(Node tunnel) throws IOException {
        if (tunnel.isAbsent("access")) {
            return Access.ALL;
        }
        Node node = tunnel.node("access");
        return new Access(node.numbers("uids"), node.numbers("gids"));
    }

    private static String mode(Node listen) throws IOException {
        String text = listen.text("mode", "");
        if (!text.isEmpty() && !text.matches("0?[0-7]{3}")) {
            throw new IOException(
                    listen.path + ".mode: '" + text + "' is not a file mode; write three octal digits, such as 0660");
        }
        return text;
    }

    /** A JSON object, and where in the document it is. */
    private record Node(String path, Map<String, Object> fields) {

        String text(String name) throws IOException {
            Object value = fields.get(name);
            if (value instanceof String text && !text.isEmpty()) {
                return text;
            }
            throw new IOException(path + "." + name + " is missing; it is a string");
        }

        String text(String name, String otherwise) throws IOException {
            return isAbsent(name) ? otherwise : text(name);
        }

        boolean flag(String name) throws IOException {
            if (isAbsent(name)) {
                return false;
            }
            Object value = fields.get(name);
            if (value instanceof Boolean flag) {
                return flag;
            }
            throw new IOException(path + "." + name + ": '" + value + "' is neither true nor false");
        }

        int count(String name, int otherwise) throws IOException {
            return (int) number(name, otherwise, Integer.MAX_VALUE);
        }

        long millis(String name, long otherwise) throws IOException {
            return number(name, otherwise, MOST_MILLIS);
        }

        private long number(String name, long otherwise, long most) throws IOException {
            if (isAbsent(name)) {
                return otherwise;
            }
            Object value = fields.get(name);
            if (value instanceof Integer || value instanceof Long) {
                long number = ((Number) value).longValue();
                if (number >= 0 && number <= most) {
                    return number;
                }
            }
            throw new IOException(path + "." + name + ": '" + value + "' is not a whole number from 0 to " + most);
        }

        List<String> texts(String name) throws IOException {
            List<String> texts = new ArrayList<>();
            for (Object element : elements(name)) {
                if (!(element instanceof String text)) {
                    throw new IOException(path + "." + name + ": '" + element + "' is not a string");
                }
                texts.add(text);
            }
            return texts;
        }

        List<Long> numbers(String name) throws IOException {
            List<Long> numbers = new ArrayList<>();
            for (Object element : elements(name)) {
                if (!(element instanceof Integer || element instanceof Long)) {
                    throw new IOException(path + "." + name + ": '" + element + "' is not a whole number");
                }
                numbers.add(((Number) element).longValue());
            }
            return numbers;
        }

        /** One of an enum's names, in any case. */
        <E extends Enum<E>> E choice(String name, E otherwise) throws IOException {
            String text = text(name, otherwise.name());
            Class<E> type = otherwise.getDeclaringClass();
            try {
                return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new IOException(
                        path + "." + name + ": '" + text + "' is none of " + Arrays.toString(type.getEnumConstants()),
                        e);
            }
        }

        Node node(String name) throws IOException {
            return of(path + "." + name, fields.get(name));
        }

        List<Node> nodes(String name) throws IOException {
            List<?> list = elements(name);
            List<Node> nodes = new ArrayList<>();
            for (int i = 0; i < list.size(); i++) {
                nodes.add(of(path + "." + name + "[" + i + "]", list.get(i)));
            }
            return nodes;
        }

        private List<?> elements(String name) throws IOException {
            if (isAbsent(name)) {
                return List.of();
            }
            if (fields.get(name) instanceof List<?> list) {
                return list;
            }
            throw new IOException(path + "." + name + " is not a list");
        }

        private boolean isAbsent(String name) {
            Object value = fields.get(name);
            return value == null || value.equals("");
        }

        @SuppressWarnings("unchecked") // a JSON object's names are strings
        private static Node of(String path, @Nullable Object value) throws IOException {
            if (value instanceof Map<?, ?> map) {
                return new Node(path, (Map<String, Object>) map);
            }
            throw new IOException(path + " is missing; it is an object");
        }
    }
}
