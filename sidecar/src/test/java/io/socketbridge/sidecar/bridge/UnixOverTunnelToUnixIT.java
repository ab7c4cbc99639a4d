package io.socketbridge.sidecar.bridge;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;

class UnixOverTunnelToUnixIT extends StreamContract {

    @Override
    ServerSocketChannel listen() throws IOException {
        return unixServer(directory.resolve("s"));
    }

    @Override
    void connect(Bridge to, ServerSocketChannel server) {
        ready(to.route("b", "tunnel:127.0.0.1:0", "unix:" + directory.resolve("s")), "b");
        ready(to.route("a", "unix:" + directory.resolve("a"), "tunnel:127.0.0.1:" + to.port("b")), "a");
    }

    @Override
    SocketAddress client() {
        return UnixDomainSocketAddress.of(directory.resolve("a"));
    }
}
