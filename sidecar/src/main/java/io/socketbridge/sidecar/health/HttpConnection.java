package io.socketbridge.sidecar.health;

import io.socketbridge.sidecar.health.HttpPort.Answer;
import io.socketbridge.sidecar.health.HttpPort.Pages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * A connection of an {@link HttpPort}: one request without a body, one answer, and then it is closed. Owned by the port's thread.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112, HTTP/1.1</a>
 */
final class HttpConnection {

    private static final Logger LOG = Logger.getLogger(HttpConnection.class);

    /** For the request and its headers, which nobody looks at. */
    private static final int MOST_REQUEST_BYTES = 8 * 1024;

    private final SocketChannel channel;
    private final SelectionKey key;
    private final Pages pages;
    private final Consumer<HttpConnection> whenOver;
    private ByteBuffer request = ByteBuffer.allocate(1024);
    private ByteBuffer answer = ByteBuffer.allocate(0);
    private State state = State.READING;

    private enum State {
        READING,
        WRITING,
        /** Until the other end has closed too: to close before it has read all would be to take the answer back. */
        ENDING
    }

    /** @param whenOver is called when it is to be closed */
    HttpConnection(SocketChannel channel, SelectionKey key, Pages pages, Consumer<HttpConnection> whenOver) {
        this.channel = channel;
        this.key = key;
        this.pages = pages;
        this.whenOver = whenOver;
    }

    /** Goes on as far as it can. */
    void ready() throws IOException {
        switch (state) {
            case READING -> read();
            case WRITING -> write();
            case ENDING -> {
                if (channel.read(request.clear()) < 0) {
                    whenOver.accept(this);
                }
            }
        }
    }

    private void read() throws IOException {
        if (!request.hasRemaining()) {
            request = ByteBuffer.allocate(MOST_REQUEST_BYTES).put(request.flip());
        }
        if (channel.read(request) < 0) {
            whenOver.accept(this);
            return;
        }
        String text = new String(request.array(), 0, request.position(), StandardCharsets.ISO_8859_1);
        boolean isRequest = !text.isEmpty() && Character.isUpperCase(text.charAt(0));
        if (text.contains("\r\n\r\n") || text.contains("\n\n") || !isRequest || text.length() == MOST_REQUEST_BYTES) {
            answer = answerTo(text.lines().findFirst().orElse(""));
            state = State.WRITING;
            write();
        }
    }

    private ByteBuffer answerTo(String line) {
        String[] words = line.split(" ", -1);
        boolean head = words[0].equals("HEAD");
        if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
            return bytes(plain("400 Bad Request"), false);
        }
        if (!head && !words[0].equals("GET")) {
            return bytes(plain("405 Method Not Allowed"), false);
        }
        try {
            return bytes(pages.at(words[1].replaceFirst("\\?.*", "")), head);
        } catch (RuntimeException e) {
            LOG.errorf(e, "health port: no answer to %s", words[1]);
            return bytes(plain("500 Internal Server Error"), head);
        }
    }

    static Answer plain(String status) {
        return new Answer(status, "text/plain", status + "\n");
    }

    private static ByteBuffer bytes(Answer answer, boolean head) {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        byte[] headers = ("HTTP/1.1 " + answer.status() + "\r\nContent-Type: " + answer.contentType()
                        + "\r\nContent-Length: " + body.length + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer all = ByteBuffer.allocate(headers.length + body.length);
        all.put(headers);
        if (!head) {
            all.put(body);
        }
        return all.flip();
    }

    private void write() throws IOException {
        channel.write(answer);
        if (answer.hasRemaining()) {
            key.interestOps(SelectionKey.OP_WRITE);
        } else {
            state = State.ENDING;
            answer = ByteBuffer.allocate(0);
            key.interestOps(SelectionKey.OP_READ);
            channel.shutdownOutput();
        }
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debugf("health port: %s", e);
        }
    }
}
