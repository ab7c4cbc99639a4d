package io.socketbridge.sidecar.datagram;

import io.socketbridge.contract.UnixAddress;
import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.linux.MessageBatch;
import io.socketbridge.sidecar.local.UnixBinding;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.relay.Listener.ListenException;
import io.socketbridge.sidecar.relay.Peer;

/** A Unix datagram socket that the sidecar makes. */
final class UnixReception implements Reception {

    private final EventLoop loop;
    private final UnixAddress address;
    private final UnixBinding binding;
    private final int mostBytes;

    /** @param mostBytes the largest datagram that is to be sent from it */
    UnixReception(EventLoop loop, UnixAddress address, int mode, int mostBytes) {
        this.loop = loop;
        this.address = address;
        this.binding = new UnixBinding(loop, address, mode);
        this.mostBytes = mostBytes;
    }

    @Override
    public String address() {
        return address.toString();
    }

    @Override
    public int bind() throws ListenException {
        int fd = binding.bind();
        Kernel kernel = loop.kernel();
        kernel.setPassCredentials(fd);
        // Where the kernel can, whoever sends descriptors is told; where not, they are seen when they come.
        kernel.setPassDescriptors(fd, false);
        kernel.raiseSendBuffer(fd, mostBytes);
        return fd;
    }

    @Override
    public void release() {
        binding.removeFile();
    }

    @Override
    public boolean tellsCredentials() {
        return true;
    }

    @Override
    public int headerBytes(MessageBatch batch, int i) {
        return 0;
    }

    @Override
    public int mostHeaderBytes() {
        return 0;
    }

    @Override
    public Peer peer(Sender sender) {
        return new Peer(
                new Peer.Addresses.Unix(sender.name(), address.name()),
                sender.user().orElse(Peer.UNKNOWN_ID),
                sender.group().orElse(Peer.UNKNOWN_ID));
    }
}
