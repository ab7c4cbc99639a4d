package io.socketbridge.sidecar.cli;

import io.socketbridge.contract.Access;
import io.socketbridge.contract.Tunnel;
import io.socketbridge.contract.TunnelNames;
import io.socketbridge.sidecar.control.RouteTable;
import io.socketbridge.sidecar.identity.Identity;
import io.socketbridge.sidecar.identity.PemFiles;
import io.socketbridge.sidecar.tls.Protections;
import io.socketbridge.sidecar.tls.Tls;
import io.socketbridge.sidecar.tls.TlsEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who this end of a tunnel is, and who may be at the other. */
final class TunnelOptions {

    @Option(
            names = "--cert",
            paramLabel = "FILE",
            description = "This end's certificate in PEM, and any behind it up to the authority's.")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "Its private key: PKCS #8 in PEM.")
    private @Nullable Path key;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "The authorities, in PEM, by which the other end is known.")
    private @Nullable Path authorities;

    @Option(
            names = "--bridge",
            paramLabel = "NAME",
            description = "Which bridge it is: the same at both ends. A port may serve several.")
    private String bridge = "";

    @Option(
            names = "--allow",
            paramLabel = "SPIFFE-ID",
            description = "Who may be at the other end, such as spiffe://example.org/ns/shop/sa/web; may be repeated.")
    private List<String> allowed = List.of();

    @Option(
            names = "--insecure",
            description = "A tunnel in cleartext, to and from anybody: for tries on one machine only.")
    private boolean insecure;

    @Option(
            names = "--tls-engine",
            hidden = true,
            paramLabel = "boringssl|jdk",
            description = "Who does the arithmetic.")
    private TlsEngine engine = TlsEngine.BORINGSSL;

    @Option(
            names = "--tunnel-pool",
            paramLabel = "N",
            description =
                    "How many tunnels are kept ready for connections to come, at most; 0: each has a handshake of its own."
                            + " Default: ${DEFAULT-VALUE}.")
    private int mostReady = RouteTable.TUNNELS_READY;

    int mostReady() {
        return mostReady;
    }

    /** Whether any was given. */
    boolean any() {
        return insecure
                || certificate != null
                || key != null
                || authorities != null
                || !bridge.isEmpty()
                || !allowed.isEmpty();
    }

    /** @throws IllegalArgumentException if one is missing or makes no sense; the message names the option */
    Tunnel tunnel() {
        require(!bridge.isEmpty(), "--bridge is missing: a tunnel needs the name of the bridge, the same at both ends");
        require(
                bridge.length() <= 200
                        && bridge.matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"),
                "--bridge '" + bridge
                        + "' is not a name of lower case letters, digits, '-' and '.', such as orders-db");
        require(insecure || !allowed.isEmpty(), "--allow is missing: say by its SPIFFE ID who may be at the other end");
        for (String id : allowed) {
            require(
                    id.matches("spiffe://[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)+"),
                    "--allow '" + id + "' is no SPIFFE ID, such as spiffe://example.org/ns/shop/sa/web");
        }
        return new Tunnel(bridge.toLowerCase(Locale.ROOT) + "." + TunnelNames.DOMAIN, "", allowed, Access.ALL);
    }

    /**
     * @throws IllegalArgumentException if an option is missing
     * @throws IOException if a file is not what it should be
     */
    Protections protections() throws IOException {
        if (insecure) {
            System.err.println(
                    "socketbridge: --insecure: this tunnel is NOT encrypted, and takes connections from anybody");
            return Protections.CLEARTEXT;
        }
        if (certificate == null || key == null || authorities == null) {
            throw new IllegalArgumentException(
                    "--cert, --key and --ca are needed for a tunnel (or --insecure, for one in cleartext)");
        }
        return new Tls(new Identity(PemFiles.read(certificate, key, authorities)), engine, Clock.systemUTC());
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
