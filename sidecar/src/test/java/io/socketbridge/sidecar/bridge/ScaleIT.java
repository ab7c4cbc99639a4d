package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.UnixOperatingSystemMXBean;
import io.socketbridge.contract.RouteState;
import io.socketbridge.sidecar.control.ActiveRoute;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many connections at once; and when they are over, nothing is left of them. */
@Timeout(120)
class ScaleIT {

    private static final int MANY = 10_000;

    /** What this process has open besides connections, with room to spare. */
    private static final int OTHER_DESCRIPTORS = 600;

    /** A loop keeps eight pipes for the next bulk transfers, and there are two loops. */
    private static final int KEPT_PIPE_ENDS = 2 * 8 * 2;

    /** The two apps are processes of their own: with both in this one it would need three times the descriptors. */
    private static final String ECHO_SERVER = """
            import select, socket, sys
            server = socket.socket(socket.AF_UNIX)
            server.bind(sys.argv[1])
            server.listen(4096)
            epoll = select.epoll()
            epoll.register(server, select.EPOLLIN)
            apps = {}
            print("listening", flush=True)
            while True:
                for descriptor, _ in epoll.poll():
                    if descriptor == server.fileno():
                        app = server.accept()[0]
                        apps[app.fileno()] = app
                        epoll.register(app, select.EPOLLIN)
                        continue
                    got = apps[descriptor].recv(4096)
                    if got:
                        apps[descriptor].sendall(got)
                    else:
                        apps.pop(descriptor).close()
            """;

    private static final String IDLE_CLIENTS = """
            import socket, sys
            apps = []
            for i in range(int(sys.argv[2])):
                app = socket.socket(socket.AF_UNIX)
                app.connect(sys.argv[1])
                apps.append(app)
            print("connected", len(apps), flush=True)
            sys.stdin.readline()
            for round in range(2):
                for i, app in enumerate(apps):
                    app.sendall(bytes([i % 251]))
                wrong = sum(app.recv(2) != bytes([i % 251]) for i, app in enumerate(apps))
                print("wrong", wrong, flush=True)
            """;

    @TempDir
    Path directory = Path.of("");

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Process> processes = new ArrayList<>();
    private Bridge bridge;

    @BeforeEach
    void start() throws IOException {
        bridge = new Bridge();
    }

    @AfterEach
    void stop() {
        processes.forEach(Process::destroyForcibly);
        threads.shutdownNow();
        bridge.close();
    }

    @Test
    void holdsTenThousandIdleConnectionsOrAllThatDescriptorsAllowAndEachStillCarriesAByte() throws Exception {
        long limit = system().getMaxFileDescriptorCount();
        assertThat(limit)
                .as(
                        "descriptors that this process may have (ulimit -Hn): 10,000 connections are 20,000 in the sidecar alone")
                .isGreaterThanOrEqualTo(2L * MANY);
        int count = (int) Math.min(MANY, (limit - OTHER_DESCRIPTORS) / 2);
        if (count < MANY) {
            System.out.printf(
                    "ScaleIT: %,d idle connections: %,d descriptors allow no more (ulimit -Hn)%n", count, limit);
        }
        Process server = python(ECHO_SERVER, path("s").toString());
        assertThat(server.inputReader().readLine()).isEqualTo("listening");
        bridge.route("a", "unix:" + path("a"), "unix:" + path("s")).awaitState("a", RouteState.READY);
        exchangeOnce();
        awaitNoneActive();
        long before = system().getOpenFileDescriptorCount();

        Process clients = python(IDLE_CLIENTS, path("a").toString(), Integer.toString(count));
        BufferedReader said = clients.inputReader();
        assertThat(said.readLine()).isEqualTo("connected " + count);
        Bridge.await(
                () -> active() == count && system().getOpenFileDescriptorCount() >= before + 2L * count,
                () -> active() + " of " + count + " connections are there");
        try (Writer go = clients.outputWriter()) {
            go.write("go\n");
        }
        assertThat(said.readLine()).isEqualTo("wrong 0");
        assertThat(said.readLine()).isEqualTo("wrong 0");
        assertThat(clients.waitFor()).isZero();
        assertAllIsGivenBack(before);
    }

    @Test
    void carriesAThousandConnectionsAtWorkAtOnce() throws Exception {
        int count = 1_000;
        int length = 40_000;
        byte[] pattern = StreamContract.random(1, length + count);
        try (ServerSocketChannel server = bridgeOverTcp()) {
            long before = system().getOpenFileDescriptorCount();
            CountDownLatch allConnected = new CountDownLatch(count);
            List<Future<Boolean>> ends = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path("a")));
                SocketChannel served = server.accept();
                allConnected.countDown();
                // Each end writes all of it while it reads all that the other one writes.
                byte[] there = Arrays.copyOfRange(pattern, i, i + length);
                byte[] back = Arrays.copyOfRange(pattern, count - i, count - i + length);
                ends.add(exchange(allConnected, client, there, back));
                ends.add(exchange(allConnected, served, back, there));
            }
            for (Future<Boolean> end : ends) {
                assertThat(StreamContract.await(end)).isTrue();
            }
            assertAllIsGivenBack(before);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesNoneOfABurstOfNonBlockingConnects(boolean unix) throws Exception {
        try (ServerSocketChannel server = bridgeOverTcp()) {
            long before = system().getOpenFileDescriptorCount();
            SocketAddress address = unix
                    ? UnixDomainSocketAddress.of(path("a"))
                    : new InetSocketAddress(InetAddress.getLoopbackAddress(), bridge.port("b"));
            List<SocketChannel> burst = connectAtOnce(address, 500);
            if (unix) {
                // On a Unix socket a connect succeeds at once or has failed with EAGAIN, which is what false means
                // here.
                assertThat(burst).allMatch(SocketChannel::isConnected);
            }
            for (SocketChannel client : burst) {
                Bridge.await(() -> isConnected(client), () -> "a connect did not finish");
                client.configureBlocking(true);
                StreamContract.writeAndEnd(client, new byte[] {7});
            }
            for (int i = 0; i < burst.size(); i++) {
                try (SocketChannel served = server.accept()) {
                    assertThat(StreamContract.readToEnd(served)).containsExactly(7);
                }
            }
            for (SocketChannel client : burst) {
                try (client) {
                    assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
                }
            }
            assertAllIsGivenBack(before);
        }
    }

    @Test
    void seesARefusalOfABurstWhereThereIsOne() throws Exception {
        try (ServerSocketChannel small = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(path("small")), 5)) {
            assertThatThrownBy(() -> connectAtOnce(small.getLocalAddress(), 500))
                    .hasMessageContaining("Resource temporarily unavailable");
        }
    }

    @Test
    void comesThroughStormsOfConnectsWhileItIsAtWork() throws Exception {
        try (ServerSocketChannel server = bridgeOverTcp()) {
            long before = system().getOpenFileDescriptorCount();
            Future<?> serving = threads.submit(() -> {
                while (true) {
                    SocketChannel served = server.accept();
                    Future<Boolean> _ = async(() -> {
                        try (served) {
                            echo(served);
                        }
                        return true;
                    });
                }
            });
            AtomicBoolean over = new AtomicBoolean();
            List<Future<Integer>> busy = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                byte[] message = StreamContract.random(i, 5_000 * (i + 1));
                busy.add(async(() -> rounds(message, over)));
            }
            for (int storm = 0; storm < 20; storm++) {
                List<SocketChannel> clients = connectAtOnce(UnixDomainSocketAddress.of(path("a")), 200);
                assertThat(clients).allMatch(SocketChannel::isConnected);
                for (SocketChannel client : clients) {
                    client.close();
                }
            }
            over.set(true);
            for (Future<Integer> each : busy) {
                assertThat(StreamContract.await(each)).isPositive();
            }
            Bridge.await(
                    () -> opened("a") == 20 * 200 + 8 + 1 && opened("b") == 20 * 200 + 8 + 1,
                    () -> opened("a") + " and " + opened("b") + " connections were taken");
            assertThat(serving.isDone()).isFalse();
            assertAllIsGivenBack(before);
        }
    }

    /** Clients connect to "a", a Unix socket; that leads over TCP, "b", to the server that is returned. */
    private ServerSocketChannel bridgeOverTcp() throws IOException {
        ServerSocketChannel server = StreamContract.unixServer(path("s"));
        bridge.route("b", "tcp:127.0.0.1:0", "unix:" + path("s")).awaitState("b", RouteState.READY);
        bridge.route("a", "unix:" + path("a"), "tcp:127.0.0.1:" + bridge.port("b"))
                .awaitState("a", RouteState.READY);
        // Once, so that what a first connection loads is there before anything is counted.
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path("a")));
                SocketChannel served = server.accept()) {
            StreamContract.writeAndEnd(client, new byte[] {1});
            assertThat(StreamContract.readToEnd(served)).containsExactly(1);
        }
        awaitNoneActive();
        return server;
    }

    private void exchangeOnce() throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path("a")))) {
            StreamContract.writeAndEnd(client, new byte[] {1});
            assertThat(StreamContract.readToEnd(client)).containsExactly(1);
        }
    }

    private Future<Boolean> exchange(CountDownLatch start, SocketChannel channel, byte[] write, byte[] read) {
        return async(() -> {
            try (channel) {
                start.await();
                Future<?> writing = async(() -> StreamContract.writeAndEnd(channel, write));
                boolean same = Arrays.equals(StreamContract.readToEnd(channel), read);
                StreamContract.await(writing);
                return same;
            }
        });
    }

    /** Says a message and hears it back, again and again; how often. */
    private int rounds(byte[] message, AtomicBoolean over) throws IOException {
        int rounds = 0;
        ByteBuffer answer = ByteBuffer.allocate(message.length);
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path("a")))) {
            while (!over.get()) {
                StreamContract.write(client, message);
                answer.clear();
                while (answer.hasRemaining()) {
                    assertThat(client.read(answer)).isPositive();
                }
                assertThat(answer.array()).isEqualTo(message);
                rounds++;
            }
        }
        return rounds;
    }

    private static void echo(SocketChannel served) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(65_536);
        while (served.read(buffer) >= 0) {
            StreamContract.write(served, buffer.flip());
            buffer.clear();
        }
    }

    private static List<SocketChannel> connectAtOnce(SocketAddress address, int count) throws IOException {
        List<SocketChannel> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SocketChannel client = SocketChannel.open(
                    address instanceof UnixDomainSocketAddress
                            ? StandardProtocolFamily.UNIX
                            : StandardProtocolFamily.INET);
            client.configureBlocking(false);
            clients.add(client);
        }
        for (SocketChannel client : clients) {
            client.connect(address);
        }
        return clients;
    }

    private static boolean isConnected(SocketChannel client) {
        try {
            return client.isConnected() || client.finishConnect();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void assertAllIsGivenBack(long before) {
        awaitNoneActive();
        Bridge.await(
                () -> system().getOpenFileDescriptorCount() <= before + KEPT_PIPE_ENDS,
                () -> "%d descriptors are open, and before there were %d"
                        .formatted(system().getOpenFileDescriptorCount(), before));
    }

    private void awaitNoneActive() {
        Bridge.await(() -> active() == 0, () -> active() + " connections are still counted");
    }

    private int active() {
        return bridge.table.routes().stream()
                .map(ActiveRoute::meter)
                .mapToInt(meter -> meter.activeCount())
                .sum();
    }

    private long opened(String id) {
        return bridge.table.routes().stream()
                .filter(each -> each.route().id().equals(id))
                .findFirst()
                .orElseThrow()
                .meter()
                .openedCount();
    }

    private <T> Future<T> async(Callable<T> task) {
        return threads.submit(task);
    }

    private Process python(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("python3", "-c", program));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        processes.add(process);
        return process;
    }

    private static UnixOperatingSystemMXBean system() {
        return (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    }

    private Path path(String name) {
        return directory.resolve(name);
    }
}
