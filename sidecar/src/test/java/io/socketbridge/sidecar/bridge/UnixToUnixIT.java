package io.socketbridge.sidecar.bridge;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;

class UnixToUnixIT extends StreamContract {

    @Override
    ServerSocketChannel listen() throws IOException {
        return unixServer(directory.resolve("s"));
    }

    @Override
    void connect(Bridge to, ServerSocketChannel server) {
        ready(to.route("a", "unix:" + directory.resolve("a"), "unix:" + directory.resolve("s")), "a");
    }

    @Override
    SocketAddress client() {
        return UnixDomainSocketAddress.of(directory.resolve("a"));
    }
}
