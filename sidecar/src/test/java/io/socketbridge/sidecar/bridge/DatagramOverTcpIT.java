package io.socketbridge.sidecar.bridge;

import java.io.IOException;

class DatagramOverTcpIT extends LosslessDatagramContract {

    DatagramOverTcpIT() throws IOException {}

    @Override
    void routes() {
        bridge.route("b", "tcp:127.0.0.1:0", "unix-dgram:" + serving());
        Bridge.await(() -> bridge.report("b").state().serves(), () -> "b is " + bridge.report("b"));
        bridge.route("a", "unix-dgram:" + listening(), "tcp:127.0.0.1:" + bridge.port("b"));
    }
}
