package io.socketbridge.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes the tables of {@code docs/types.md}: what becomes of what apps send between sockets of all types, from {@link Verdict}. */
public final class VerdictTable {

    /** What is above it is written by hand and stays. */
    private static final String MARK =
            "<!-- From here on generated from contract/ by the build; not edited by hand. -->\n";

    /** As sidecars speak among themselves is nothing that a bridge can say. */
    private static final List<Framing> FRAMINGS = List.of(Framing.LENGTH_PREFIX, Framing.NEWLINE, Framing.NONE);

    private VerdictTable() {}

    /** The only argument is the file to write to. */
    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        String there = Files.readString(file);
        int mark = there.indexOf(MARK);
        if (mark < 0) {
            throw new IllegalStateException(file + " has no line '" + MARK.strip() + "' below which to write");
        }
        Files.writeString(
                file,
                there.substring(0, mark)
                        + MARK
                        + """

                ## Over TCP

                With `transport.protocol: TCP`, which is the default, encrypted or not:

                %s
                Why, and what is lost; it is the same in both directions:

                %s
                ## Over UDP

                With `transport.protocol: UDP`, to a service, or with `transport.tls: Disabled` between two pods:

                %s
                ## Over IP

                With `transport.protocol: IP`, to a host, or with `transport.tls: Disabled` between two pods:

                %s""".formatted(
                                        matrix(),
                                        reasons(),
                                        alone(SocketType.DATAGRAM, TransportProtocol.UDP),
                                        alone(SocketType.RAW, TransportProtocol.IP)));
    }

    /** Clients' types down, servers' across. */
    static String matrix() {
        return "| client \\ server | "
                + Arrays.stream(SocketType.values()).map(SocketType::text).collect(Collectors.joining(" | "))
                + " |\n| --- | --- | --- | --- | --- |\n"
                + Arrays.stream(SocketType.values())
                        .map(client -> "| **" + client.text() + "** | "
                                + Arrays.stream(SocketType.values())
                                        .map(server -> cell(client, server))
                                        .collect(Collectors.joining(" | "))
                                + " |\n")
                        .collect(Collectors.joining());
    }

    private static String cell(SocketType client, SocketType server) {
        if (!new Encounter(client, server, Optional.empty()).needsFraming()) {
            return word(new Encounter(client, server, Optional.empty()));
        }
        List<String> words = FRAMINGS.stream()
                .map(framing -> word(new Encounter(client, server, Optional.of(framing))))
                .toList();
        return words.stream().distinct().count() == 1
                ? words.getFirst() + ", with a framing"
                : words.getFirst() + " with `" + FRAMINGS.getFirst().text() + "`, else " + words.getLast();
    }

    private static String word(Encounter encounter) {
        return Verdict.of(encounter).word();
    }

    private static String reasons() {
        List<String> rows = new ArrayList<>();
        SocketType[] types = SocketType.values();
        for (int i = 0; i < types.length; i++) {
            for (int j = i; j < types.length; j++) {
                SocketType other = types[j];
                framings(new Encounter(types[i], other, Optional.empty()))
                        .map(encounter -> "| " + encounter.client().text() + " and "
                                + encounter.server().text() + " | "
                                + encounter.framing().map(Framing::text).orElse("") + " | " + word(encounter) + " | "
                                + Verdict.of(encounter).reason() + " |\n")
                        .forEach(rows::add);
            }
        }
        return "| between | framing | verdict | why |\n| --- | --- | --- | --- |\n" + String.join("", rows);
    }

    private static Stream<Encounter> framings(Encounter plain) {
        return plain.needsFraming()
                ? Stream.concat(
                        FRAMINGS.stream()
                                .map(framing -> new Encounter(plain.client(), plain.server(), Optional.of(framing))),
                        Stream.of(plain))
                : Stream.of(plain);
    }

    private static String alone(SocketType type, TransportProtocol protocol) {
        Verdict same = Verdict.of(new Encounter(type, type, Optional.empty(), protocol, false, false));
        Verdict other = Verdict.of(
                new Encounter(SocketType.STREAM, SocketType.STREAM, Optional.empty(), protocol, false, false));
        Verdict encrypted = Verdict.of(new Encounter(type, type, Optional.empty(), protocol, true, false));
        return """
                | between | verdict | why |
                | --- | --- | --- |
                | %1$s and %1$s | %2$s | %3$s |
                | %1$s and %1$s, with `transport.tls: Mutual` | %4$s | %5$s |
                | all others, such as Stream and Stream | %6$s | %7$s |
                """.formatted(
                        type.text(),
                        same.word(),
                        same.reason(),
                        encrypted.word(),
                        encrypted.reason(),
                        other.word(),
                        other.reason());
    }
}
