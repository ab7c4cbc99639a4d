package io.socketbridge.sidecar.bridge;

import io.socketbridge.contract.RouteState;

class SeqPacketOverTcpToSeqPacketIT extends RecordContract {

    @Override
    void connect(Bridge to, String client, String server) {
        to.route("b", "tcp:127.0.0.1:0", server).awaitState("b", RouteState.READY);
        to.route("a", client, "tcp:127.0.0.1:" + to.port("b"));
    }
}
