package io.socketbridge.sidecar.bridge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;

class TcpToUnixIT extends StreamContract {

    @Override
    ServerSocketChannel listen() throws IOException {
        return unixServer(directory.resolve("s"));
    }

    @Override
    void connect(Bridge to, ServerSocketChannel server) {
        ready(to.route("a", "tcp:127.0.0.1:0", "unix:" + directory.resolve("s")), "a");
    }

    @Override
    SocketAddress client() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), bridge.port("a"));
    }
}
