package io.socketbridge.sidecar.cli;

import io.socketbridge.contract.Limits;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.WhenUnavailable;
import java.time.Duration;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What a route's connections may take, and what is said of them. */
final class RouteOptions {

    @Option(
            names = "--when-unavailable",
            paramLabel = "refuse|wait",
            description =
                    "What becomes of connections while nobody listens on CONNECT: they are refused, or wait for at most"
                            + " --connect-timeout. A TCP address is taken to be there until it is dialled. Default: refuse.")
    private WhenUnavailable whenUnavailable = WhenUnavailable.REFUSE;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            description =
                    "Connections open at once; others wait in the backlog. 0: as many as the limit of open files allows."
                            + " Default: ${DEFAULT-VALUE}.")
    private int maxConnections = Limits.DEFAULT.maxConnections();

    @Option(
            names = "--connect-timeout",
            paramLabel = "TIME",
            converter = DurationText.class,
            description = "How long a connection may take to reach CONNECT; then it is reset. Default: 10s.")
    private Duration connectTimeout = Duration.ofMillis(Limits.DEFAULT.connectTimeoutMillis());

    @Option(
            names = "--idle-timeout",
            paramLabel = "TIME",
            converter = DurationText.class,
            description = "A connection on which nothing moves for so long is reset; 0 for never. Default: 0."
                    + " Of datagrams, what one sender sends is ended so, in order, and by default after 60s.")
    private Duration idleTimeout = Duration.ofMillis(Limits.DEFAULT.idleTimeoutMillis());

    @Option(
            names = "--drain-timeout",
            paramLabel = "TIME",
            converter = DurationText.class,
            description = "How long connections may go on after SIGTERM; then they are reset. Default: 5s.")
    private Duration drainTimeout = Duration.ofMillis(Limits.DEFAULT.drainTimeoutMillis());

    @Option(
            names = "--dead-peer-timeout",
            paramLabel = "TIME",
            converter = DurationText.class,
            description =
                    "A TCP connection whose other machine gives no sign of life for so long is reset; at least 6s."
                            + " Default: 60s.")
    private Duration deadPeerTimeout = Duration.ofMillis(Limits.DEFAULT.deadPeerTimeoutMillis());

    @Option(
            names = "--max-lifetime",
            paramLabel = "TIME",
            converter = DurationText.class,
            description = "A connection that is so old is reset; 0 for never. Default: 0.")
    private Duration maxLifetime = Duration.ofMillis(Limits.DEFAULT.maxLifetimeMillis());

    @Option(
            names = "--send-proxy-v2",
            description =
                    "Begins each connection to CONNECT with a PROXY protocol header of version 2, which says who it is from.")
    private boolean sendProxy;

    @Option(
            names = "--accept-proxy-v2",
            description = "Each connection to LISTEN, which is TCP, has to begin with such a header; others are reset.")
    private boolean acceptProxy;

    @Option(
            names = "--access-log",
            arity = "0..1",
            preprocessor = PercentBehindEquals.class,
            paramLabel = "PERCENT",
            description = "Logs a line for each connection that has ended, or with =PERCENT for so many of a hundred.")
    private int accessLogPercent;

    WhenUnavailable whenUnavailable() {
        return whenUnavailable;
    }

    /** @throws IllegalArgumentException if one is out of range; the message names the option */
    Limits limits() {
        require(
                maxConnections >= 0,
                "--max-connections " + maxConnections + " is negative; 0 is for as many as possible");
        require(!connectTimeout.isZero(), "--connect-timeout 0 leaves no time; it is at least 1ms");
        atMost("--connect-timeout", connectTimeout, Duration.ofHours(1));
        atMost("--idle-timeout", idleTimeout, Duration.ofDays(30));
        atMost("--drain-timeout", drainTimeout, Duration.ofHours(1));
        atMost("--dead-peer-timeout", deadPeerTimeout, Duration.ofHours(1));
        atMost("--max-lifetime", maxLifetime, Duration.ofDays(30));
        require(
                deadPeerTimeout.toMillis() >= Limits.LEAST_DEAD_PEER_TIMEOUT_MILLIS,
                "--dead-peer-timeout " + deadPeerTimeout.toMillis() + "ms is too short; it is at least "
                        + Limits.LEAST_DEAD_PEER_TIMEOUT_MILLIS + "ms, in which TCP can ask three times");
        return new Limits(
                maxConnections,
                connectTimeout.toMillis(),
                idleTimeout.toMillis(),
                drainTimeout.toMillis(),
                deadPeerTimeout.toMillis(),
                maxLifetime.toMillis());
    }

    ProxyProtocol sent() {
        return sendProxy ? ProxyProtocol.V2 : ProxyProtocol.NONE;
    }

    ProxyProtocol accepted() {
        return acceptProxy ? ProxyProtocol.V2 : ProxyProtocol.NONE;
    }

    /** @throws IllegalArgumentException if it is none */
    int accessLogPercent() {
        require(
                accessLogPercent >= 0 && accessLogPercent <= 100,
                "--access-log " + accessLogPercent + " is not in 0-100, a part of a hundred");
        return accessLogPercent;
    }

    /** A percentage is attached by an equals sign, so that the address behind the option is not taken for one. */
    static final class PercentBehindEquals implements IParameterPreprocessor {

        @Override
        public boolean preprocess(
                Stack<String> arguments, CommandSpec command, ArgSpec option, Map<String, Object> info) {
            if (!"=".equals(info.get("separator"))) {
                arguments.push("100");
            }
            return false;
        }
    }

    private static void atMost(String option, Duration given, Duration most) {
        require(
                given.compareTo(most) <= 0,
                option + " " + given.toMillis() + "ms is too long; it is at most " + most.toHours() + "h");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
