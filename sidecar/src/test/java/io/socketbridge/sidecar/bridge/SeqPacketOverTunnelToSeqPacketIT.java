package io.socketbridge.sidecar.bridge;

import io.socketbridge.contract.RouteState;

class SeqPacketOverTunnelToSeqPacketIT extends RecordContract {

    @Override
    void connect(Bridge to, String client, String server) {
        to.route("b", "tunnel:127.0.0.1:0", server).awaitState("b", RouteState.READY);
        to.route("a", client, "tunnel:127.0.0.1:" + to.port("b"));
    }
}
