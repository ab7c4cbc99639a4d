package io.socketbridge.sidecar.bridge;

import io.socketbridge.sidecar.linux.KernelWithoutPassRights;
import java.nio.channels.ServerSocketChannel;

/** Where the kernel cannot bar apps from sending descriptors, the sidecar has to look for them. */
class UnixToUnixWithoutPassRightsIT extends UnixToUnixIT {

    @Override
    void connect(Bridge to, ServerSocketChannel server) {
        to.onEachLoop(KernelWithoutPassRights::enter);
        super.connect(to, server);
    }
}
