package io.socketbridge.sidecar.bridge;

class SeqPacketToSeqPacketIT extends RecordContract {

    @Override
    void connect(Bridge to, String client, String server) {
        to.route("a", client, server);
    }
}
