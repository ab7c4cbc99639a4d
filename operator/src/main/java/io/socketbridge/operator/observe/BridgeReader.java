package io.socketbridge.operator.observe;

import io.socketbridge.api.v1alpha1.ClientSpec;
import io.socketbridge.api.v1alpha1.LabelExpression;
import io.socketbridge.api.v1alpha1.PodSelector;
import io.socketbridge.api.v1alpha1.ServerSpec;
import io.socketbridge.api.v1alpha1.ServiceAddress;
import io.socketbridge.api.v1alpha1.SocketBridge;
import io.socketbridge.api.v1alpha1.SocketBridgeSpec;
import io.socketbridge.contract.Address;
import io.socketbridge.contract.InvalidAddressException;
import io.socketbridge.contract.RawAddress;
import io.socketbridge.contract.SocketType;
import io.socketbridge.contract.TcpAddress;
import io.socketbridge.contract.UdpAddress;
import io.socketbridge.contract.UnixAddress;
import io.socketbridge.operator.plan.Bridge;
import io.socketbridge.operator.plan.Client;
import io.socketbridge.operator.plan.ConnectionPolicy;
import io.socketbridge.operator.plan.Problem;
import io.socketbridge.operator.plan.RecordPolicy;
import io.socketbridge.operator.plan.Server;
import io.socketbridge.operator.plan.Transport;
import io.socketbridge.operator.resource.Installation;
import io.socketbridge.operator.select.Requirement;
import io.socketbridge.operator.select.Selector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a bridge as the API server has it. What the schema of this version forbids may still be there, stored under
 * another version's: then the bridge is not acted on, and says so.
 */
final class BridgeReader {

    private static final Server NOBODY =
            new Server.Pods(new Selector(Map.of(), List.of()), new UnixAddress("@nobody"), Transport.DEFAULT);

    /** A name is part of DNS names; {@code api/} says more. */
    private static final int MOST_NAME_CHARACTERS = 63;

    private final Installation installation;

    BridgeReader(Installation installation) {
        this.installation = installation;
    }

    Bridge read(SocketBridge resource) {
        var metadata = resource.getMetadata();
        List<Problem> problems = new ArrayList<>();
        if (installation.isExcluded(metadata.getNamespace())) {
            problems.add(new Problem(
                    "NamespaceExcluded",
                    "pods of namespace " + metadata.getNamespace()
                            + " belong to the system and are never changed: make the bridge in another namespace"));
        }
        if (metadata.getName().length() > MOST_NAME_CHARACTERS) {
            problems.add(new Problem(
                    "NameTooLong",
                    "name '" + metadata.getName() + "' has more than " + MOST_NAME_CHARACTERS
                            + " characters: make a bridge with a shorter one, and delete this"));
        }
        Server server = NOBODY;
        List<Client> clients = List.of();
        ConnectionPolicy policy = ConnectionPolicy.DEFAULT;
        RecordPolicy records = RecordPolicy.DEFAULT;
        try {
            SocketBridgeSpec spec = required(resource.getSpec(), "spec");
            TypeReader types = TypeReader.of(spec);
            records = RecordReader.read(spec);
            policy = PolicyReader.read(spec);
            Optional<String> refusal = types.refusal(records);
            if (refusal.isPresent()) {
                problems.add(new Problem("TypesRefused", refusal.get()));
            } else {
                server = server(spec, types.server());
                clients = required(spec.clients(), "spec.clients").stream()
                        .map(client -> client(client, types.of(client)))
                        .toList();
            }
        } catch (IllegalArgumentException e) {
            problems.add(new Problem("InvalidSpec", String.valueOf(e.getMessage())));
        }
        return new Bridge(
                metadata.getNamespace(),
                metadata.getName(),
                Instant.parse(metadata.getCreationTimestamp()),
                Optional.ofNullable(metadata.getGeneration()).orElse(0L),
                server,
                clients,
                policy,
                records,
                problems);
    }

    private static Server server(SocketBridgeSpec spec, SocketType type) {
        ServerSpec server = required(spec.server(), "spec.server");
        Transport transport = TransportReader.read(spec);
        if (server.address() != null) {
            return new Server.Service(service(server.address(), spec));
        }
        return new Server.Pods(
                selector(required(server.selector(), "spec.server.selector")),
                type,
                path(type, required(server.path(), "spec.server.path")),
                transport);
    }

    private static Address service(ServiceAddress address, SocketBridgeSpec spec) {
        String host = required(address.host(), "spec.server.address.host");
        return switch (TransportReader.protocol(spec)) {
            case TCP -> new TcpAddress(host, required(address.port(), "spec.server.address.port"));
            case UDP -> new UdpAddress(host, required(address.port(), "spec.server.address.port"));
            case IP -> new RawAddress(host, TransportReader.ipProtocol(spec), TransportReader.headerIncluded(spec));
        };
    }

    private static Client client(ClientSpec spec, SocketType type) {
        return new Client(
                selector(required(spec.selector(), "spec.clients[].selector")),
                type,
                path(type, required(spec.path(), "spec.clients[].path")),
                Optional.ofNullable(spec.mode()).orElse("0666"),
                Optional.ofNullable(spec.pathEnv()));
    }

    private static UnixAddress path(SocketType type, String path) {
        try {
            return new UnixAddress(type, path);
        } catch (InvalidAddressException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Selector selector(PodSelector spec) {
        List<LabelExpression> expressions =
                Optional.ofNullable(spec.matchExpressions()).orElse(List.of());
        return new Selector(
                Optional.ofNullable(spec.matchLabels()).orElse(Map.of()),
                expressions.stream().map(BridgeReader::requirement).toList());
    }

    private static Requirement requirement(LabelExpression spec) {
        String operator = required(spec.operator(), "operator of a label expression");
        return new Requirement(
                required(spec.key(), "key of a label expression"),
                switch (operator) {
                    case "In" -> Requirement.Operator.IN;
                    case "NotIn" -> Requirement.Operator.NOT_IN;
                    case "Exists" -> Requirement.Operator.EXISTS;
                    case "DoesNotExist" -> Requirement.Operator.DOES_NOT_EXIST;
                    default ->
                        throw new IllegalArgumentException(
                                "operator '" + operator + "' is none of In, NotIn, Exists, DoesNotExist");
                },
                Optional.ofNullable(spec.values()).orElse(List.of()));
    }

    private static <T> T required(@Nullable T value, String name) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }
}
