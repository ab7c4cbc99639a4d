package io.socketbridge.sidecar.bridge;

import java.io.IOException;

class DatagramToDatagramIT extends LosslessDatagramContract {

    DatagramToDatagramIT() throws IOException {}

    @Override
    void routes() {
        bridge.route("a", "unix-dgram:" + listening(), "unix-dgram:" + serving());
    }
}
