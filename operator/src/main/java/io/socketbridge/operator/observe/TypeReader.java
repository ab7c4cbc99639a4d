package io.socketbridge.operator.observe;

import io.socketbridge.api.v1alpha1.ClientSpec;
import io.socketbridge.api.v1alpha1.ServerSpec;
import io.socketbridge.api.v1alpha1.SocketBridgeSpec;
import io.socketbridge.contract.Encounter;
import io.socketbridge.contract.SocketType;
import io.socketbridge.contract.TransportProtocol;
import io.socketbridge.contract.Verdict;
import io.socketbridge.operator.plan.RecordPolicy;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the types of a bridge's ends, and whether they go together. */
final class TypeReader {

    private final SocketBridgeSpec spec;
    private final SocketType usual;
    private final TransportProtocol protocol;
    private final boolean service;
    private final SocketType server;

    private TypeReader(SocketBridgeSpec spec) {
        this.spec = spec;
        this.usual = type("type", spec.type(), SocketType.STREAM);
        this.protocol = TransportReader.protocol(spec);
        Optional<ServerSpec> said = Optional.ofNullable(spec.server());
        this.service = said.map(ServerSpec::address).isPresent();
        SocketType otherwise = service ? ofService(protocol) : usual;
        this.server = type("server.type", said.map(ServerSpec::type).orElse(null), otherwise);
        if (service && server != otherwise) {
            throw new IllegalArgumentException("server.type " + server.text() + " does not go with server.address and"
                    + " transport.protocol " + protocol + ", which is " + otherwise.text()
                    + ": remove server.type, or set"
                    + " transport.protocol to what the service speaks");
        }
    }

    /** @throws IllegalArgumentException if a word is none that this version knows; the message names it */
    static TypeReader of(SocketBridgeSpec spec) {
        return new TypeReader(spec);
    }

    SocketType server() {
        return server;
    }

    SocketType of(ClientSpec client) {
        return type("clients[].type", client.type(), usual);
    }

    /** Why they do not go together, and what to write instead. */
    Optional<String> refusal(RecordPolicy records) {
        List<SocketType> clients = Optional.ofNullable(spec.clients()).orElse(List.of()).stream()
                .map(this::of)
                .toList();
        boolean mutual = !service && TransportReader.isMutual(spec);
        return clients.stream()
                .map(client -> Verdict.of(new Encounter(
                        client,
                        server,
                        records.framing(),
                        protocol,
                        mutual,
                        records.headers().onOutput())))
                .filter(Verdict.Refused.class::isInstance)
                .map(Verdict::reason)
                .findFirst()
                .or(() -> mixture(clients));
    }

    /** A server's sidecar has one route for all clients. */
    private Optional<String> mixture(List<SocketType> clients) {
        long streams = clients.stream().filter(type -> !type.hasRecords()).count();
        return service || server.hasRecords() || streams == 0 || streams == clients.size()
                ? Optional.empty()
                : Optional.of("clients are Streams and others, and the server is a Stream, which cannot know whether a"
                        + " connection carries bytes or records: make a bridge for each of the two, with a socket of its"
                        + " own for the server to listen on");
    }

    private static SocketType ofService(TransportProtocol protocol) {
        return switch (protocol) {
            case TCP -> SocketType.STREAM;
            case UDP -> SocketType.DATAGRAM;
            case IP -> SocketType.RAW;
        };
    }

    private static SocketType type(String field, @Nullable String written, SocketType otherwise) {
        return Choice.of(field, written, SocketType.values(), SocketType::text, otherwise);
    }
}
