package io.socketbridge.sidecar.bridge;

import java.io.IOException;

class DatagramOverTunnelIT extends LosslessDatagramContract {

    DatagramOverTunnelIT() throws IOException {}

    @Override
    void routes() {
        bridge.route("b", "tunnel:127.0.0.1:0", "unix-dgram:" + serving());
        Bridge.await(() -> bridge.report("b").state().serves(), () -> "b is " + bridge.report("b"));
        bridge.route("a", "unix-dgram:" + listening(), "tunnel:127.0.0.1:" + bridge.port("b"));
    }
}
