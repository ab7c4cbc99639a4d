/* The app behind the second proxy: swallows streams and checks them, at once or when it is told to, and echoes messages. */
#include "load.h"
#include "pattern.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* Reads of one connection before the others have a turn. */
enum { TURNS = 8 };

struct connection {
    int fd;
    unsigned hello_bytes;
    struct hello hello;
    struct pattern_check check; /* of a sink */
    unsigned char *message;     /* of an echo, where one came in pieces */
    unsigned message_bytes;
    bool stopped;
    struct connection *next_stopped;
};

static unsigned char buffer[BLOCK_BYTES];
static unsigned char block[BLOCK_BYTES];

static int epoll;
static struct connection *stopped; /* the last one, and by it the others */

static void stop(struct connection *c)
{
    if (epoll_ctl(epoll, EPOLL_CTL_DEL, c->fd, NULL) < 0)
        fail("epoll_ctl");
    c->stopped = true;
    c->next_stopped = stopped;
    stopped = c;
}

static void resume_all(void)
{
    for (; stopped != NULL; stopped = stopped->next_stopped) {
        stopped->stopped = false;
        epoll_watch(epoll, stopped->fd, EPOLLIN, stopped);
    }
}

static void greet(struct connection *c)
{
    if (c->hello.magic != HELLO_MAGIC || c->hello.message_bytes > MAX_MESSAGE_BYTES)
        fail("a connection began with other bytes than were sent");
    c->check = (struct pattern_check){
        .page = block,
        .seed = c->hello.seed,
        .wrong_at = NOTHING_WRONG,
        .every_byte = c->hello.check_every_byte,
    };
    if (c->hello.mode == MODE_STOPPED)
        stop(c);
    else if (c->hello.mode == MODE_RESUME)
        resume_all();
}

static void sink(struct connection *c, const unsigned char *bytes, size_t count)
{
    pattern_take(&c->check, bytes, count);
    if (pattern_complete(&c->check)) {
        struct receipt receipt = {.bytes = c->check.offset, .wrong_at = c->check.wrong_at};
        send_all(c->fd, &receipt, sizeof receipt);
    }
}

static void echo(struct connection *c, const unsigned char *bytes, size_t count)
{
    unsigned size = c->hello.message_bytes;
    if (c->message_bytes == 0 && count == size) {
        send_all(c->fd, bytes, count);
        return;
    }
    if (c->message == NULL && (c->message = malloc(size)) == NULL)
        fail("malloc");
    if (c->message_bytes + count > size)
        fail("a message has more bytes than were sent");
    memcpy(c->message + c->message_bytes, bytes, count);
    c->message_bytes += (unsigned)count;
    if (c->message_bytes == size) {
        c->message_bytes = 0;
        send_all(c->fd, c->message, size);
    }
}

static void take(struct connection *c, const unsigned char *bytes, size_t count)
{
    unsigned missing = (unsigned)sizeof c->hello - c->hello_bytes;
    if (missing > 0) {
        unsigned taken = missing < count ? missing : (unsigned)count;
        memcpy((unsigned char *)&c->hello + c->hello_bytes, bytes, taken);
        c->hello_bytes += taken;
        if (taken < missing)
            return;
        greet(c);
        bytes += taken;
        count -= taken;
    }
    if (count == 0)
        return;
    if (c->hello.mode == MODE_SINK || c->hello.mode == MODE_STOPPED)
        sink(c, bytes, count);
    else
        echo(c, bytes, count);
}

/* The end of a connection is the client's to judge: it has the answers or it has not. */
static void serve(struct connection *c)
{
    for (int turn = 0; turn < TURNS; turn++) {
        ssize_t count = recv(c->fd, buffer, sizeof buffer, 0);
        if (count < 0 && errno == EAGAIN)
            return;
        if (count <= 0) {
            close(c->fd);
            free(c->message);
            free(c);
            return;
        }
        take(c, buffer, (size_t)count);
        if (c->hello.mode == MODE_ECHO || c->stopped)
            return;
    }
}

void run_server(const char *path)
{
    pattern_fill(block);
    int listener = listen_unix(path);
    epoll = epoll_new();
    epoll_watch(epoll, listener, EPOLLIN, NULL);
    struct epoll_event events[256];
    for (;;) {
        int count = epoll_wait(epoll, events, 256, -1);
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr != NULL) {
                serve(events[i].data.ptr);
                continue;
            }
            int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (fd < 0) {
                if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR)
                    fail("accept");
                continue;
            }
            struct connection *c = calloc(1, sizeof *c);
            if (c == NULL)
                fail("calloc");
            c->fd = fd;
            epoll_watch(epoll, fd, EPOLLIN, c);
        }
    }
}
