package io.socketbridge.sidecar.bridge;

import io.socketbridge.sidecar.tls.Protections;
import java.io.IOException;

class UnixOverCleartextTunnelToUnixIT extends UnixOverTunnelToUnixIT {

    @Override
    Bridge newBridge() throws IOException {
        return new Bridge(Protections.CLEARTEXT);
    }
}
