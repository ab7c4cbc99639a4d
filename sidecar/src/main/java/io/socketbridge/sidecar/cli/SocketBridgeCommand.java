package io.socketbridge.sidecar.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command itself: shows what there is. */
@Command(
        name = "socketbridge",
        mixinStandardHelpOptions = true,
        description = "Carries Unix sockets across the network.",
        footer = {
            "",
            "Addresses:",
            "  unix:/ABSOLUTE/PATH    a Unix stream socket at a path",
            "  unix:@NAME             a Unix stream socket with an abstract name",
            "  unix-seqpacket:/PATH   a Unix socket of sequenced packets, or with @NAME",
            "  unix-dgram:...         a Unix datagram socket, at a path or with an abstract name",
            "  tcp:HOST:PORT          TCP; an IPv6 address stands in brackets",
            "  tunnel:HOST:PORT       encrypted, to or from another socketbridge (relay only)",
            "  udp:HOST:PORT          UDP, a packet for each datagram",
            "  raw:HOST:PROTOCOL      IP packets of a protocol, by its number (needs NET_RAW)",
            "",
            "Exit codes: 0 ended as asked, 1 failed, 2 wrong usage"
        })
final class SocketBridgeCommand implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "a command is missing: relay, run or sidecar");
        }
    }
}
