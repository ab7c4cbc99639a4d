package io.socketbridge.sidecar.bridge;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;

class UnixToTcpIT extends StreamContract {

    @Override
    ServerSocketChannel listen() throws IOException {
        return tcpServer();
    }

    @Override
    void connect(Bridge to, ServerSocketChannel server) throws IOException {
        ready(to.route("a", "unix:" + directory.resolve("a"), "tcp:127.0.0.1:" + port(server)), "a");
    }

    @Override
    SocketAddress client() {
        return UnixDomainSocketAddress.of(directory.resolve("a"));
    }
}
