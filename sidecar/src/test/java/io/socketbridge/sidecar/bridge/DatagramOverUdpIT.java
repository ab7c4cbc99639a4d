package io.socketbridge.sidecar.bridge;

import java.io.IOException;

class DatagramOverUdpIT extends DatagramContract {

    DatagramOverUdpIT() throws IOException {}

    @Override
    void routes() {
        bridge.route("b", "udp:127.0.0.1:0", "unix-dgram:" + serving());
        Bridge.await(() -> bridge.report("b").state().serves(), () -> "b is " + bridge.report("b"));
        bridge.route("a", "unix-dgram:" + listening(), "udp:127.0.0.1:" + bridge.port("b"));
    }

    /** What a packet of UDP over IPv4 holds. */
    @Override
    int mostBytes() {
        return 65_507;
    }
}
