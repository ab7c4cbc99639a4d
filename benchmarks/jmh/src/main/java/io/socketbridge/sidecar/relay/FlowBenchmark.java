package io.socketbridge.sidecar.relay;

import io.socketbridge.contract.UnixAddress;
import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.linux.SocketAddress;
import io.socketbridge.sidecar.local.UnixDialer;
import io.socketbridge.sidecar.loop.EventLoop;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one message through a {@link Flow} costs, from one app's socket to another's, beside the same made of system calls by hand;
 * on the loop's thread, and without waiting for anybody.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class FlowBenchmark {

    private static final int MESSAGES = 1_000;

    /** A request, a page, and what makes a flow splice. */
    @Param({"64", "4096", "65536"})
    private int bytes;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment message = arena.allocate(EventLoop.BUFFER_BYTES, 4096);
    private EventLoop loop;
    private int listener;
    private int writer;
    private int reader;
    private ByteStream source;
    private ByteStream sink;
    private Flow flow;

    @Setup
    public void open() throws Exception {
        loop = new EventLoop("benchmark");
        String name = "@benchmark-" + ProcessHandle.current().pid();
        onLoop(() -> {
            SocketAddress address = SocketAddress.unix(name);
            listener = loop.kernel().streamSocket(address);
            LinuxException.check(loop.kernel().bind(listener, address), "bind", name);
            return LinuxException.check(loop.kernel().listen(listener, 16), "listen", name);
        });
        source = dial(name);
        writer = onLoop(() -> LinuxException.check(loop.kernel().accept(listener), "accept", name));
        sink = dial(name);
        reader = onLoop(() -> LinuxException.check(loop.kernel().accept(listener), "accept", name));
        flow = new Flow(source, sink);
    }

    @TearDown
    public void close() throws Exception {
        onLoop(() -> {
            flow.release(loop);
            source.close();
            sink.close();
            loop.kernel().close(writer);
            loop.kernel().close(reader);
            return loop.kernel().close(listener);
        });
        loop.stop();
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public int flow() throws Exception {
        return messages(() -> {
            flow.sourceReady(Epoll.IN);
            flow.sinkReady(Epoll.OUT);
            pump();
            flow.tailIsDue();
            pump();
        });
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public int byHand() throws Exception {
        return messages(() -> {
            int count = loop.kernel().receive(source.descriptor(), loop.buffer(), 0, EventLoop.BUFFER_BYTES);
            loop.kernel().send(sink.descriptor(), loop.buffer(), 0, count);
        });
    }

    private void pump() {
        if (flow.pump(loop, false) == Flow.Progress.CUT) {
            throw new IllegalStateException("the flow was cut");
        }
    }

    /** Moves messages; each is sent in one turn of the loop and moved in the next, as when an event had to be waited for. */
    private int messages(Runnable move) throws Exception {
        CompletableFuture<Integer> done = new CompletableFuture<>();
        loop.execute(() -> message(move, 0, 0, done));
        return done.get(60, TimeUnit.SECONDS);
    }

    private void message(Runnable move, int number, int arrivedBefore, CompletableFuture<Integer> done) {
        if (number == MESSAGES) {
            done.complete(checked(arrivedBefore));
            return;
        }
        send();
        loop.afterOthers(() -> {
            move.run();
            int arrived = arrivedBefore + receive();
            loop.afterOthers(() -> message(move, number + 1, arrived, done));
        });
    }

    private void send() {
        loop.kernel().send(writer, message, 0, bytes);
    }

    /** All that has arrived: a large message may have come in two pieces. */
    private int receive() {
        int arrived = 0;
        for (int count = take(); count > 0; count = arrived < bytes ? take() : 0) {
            arrived += count;
        }
        return arrived;
    }

    private int take() {
        return loop.kernel().receive(reader, message, 0, EventLoop.BUFFER_BYTES);
    }

    private int checked(int arrived) {
        if (arrived != MESSAGES * bytes) {
            throw new IllegalStateException(arrived + " of " + MESSAGES * bytes + " bytes arrived");
        }
        return arrived;
    }

    private ByteStream dial(String name) throws Exception {
        CompletableFuture<ByteStream> dialled = new CompletableFuture<>();
        loop.execute(() -> new UnixDialer(new UnixAddress(name))
                .dial(loop, () -> new ProxyHeader(Peer.UNKNOWN, ""), Duration.ofSeconds(10), new Dialer.Outcome() {
                    @Override
                    public void connected(ByteStream stream) {
                        dialled.complete(stream);
                    }

                    @Override
                    public void failed(String reason, String message) {
                        dialled.completeExceptionally(new IllegalStateException(message));
                    }
                }));
        return dialled.get(10, TimeUnit.SECONDS);
    }

    /** All sockets belong to the loop, and so does what is done with them. */
    private int onLoop(Callable<Integer> work) throws Exception {
        CompletableFuture<Integer> done = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                done.complete(work.call());
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        return done.get(60, TimeUnit.SECONDS);
    }
}
