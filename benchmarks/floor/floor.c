/*
 * The kernel's floor: the least that a proxy in user space can do. One thread, epoll, and per direction the cheaper of two
 * ways: read and write through one buffer while messages are small, splice through a pipe while they are bulk.
 *
 * It has no limits, no timeouts, no metrics and no log, and passes a reset on as an end of file: it is a measure, not a product.
 *
 *   floor LISTEN CONNECT      each unix:PATH or tcp:IPV4:PORT
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    BUFFER_BYTES = 64 * 1024,
    PIPE_BYTES = 256 * 1024,
    BULK_BYTES = 32 * 1024, /* a read of so much is a bulk transfer's */
    BULK_READS = 4,         /* and so many in a row make a direction splice */
    SMALL_MOVES = 8,        /* so many small splices in a row make it read and write again */
    TURNS = 16,             /* moves of one direction before other connections have a turn */
    SPARE_PIPES = 64,
    EVENTS = 256,
    BACKLOG = 65535,
};

struct address {
    union {
        struct sockaddr any;
        struct sockaddr_un local;
        struct sockaddr_in inet;
    };
    socklen_t length;
};

struct pipe {
    int read_end, write_end;
};

/* One way of a connection. */
struct flow {
    bool readable, writable; /* until a call says EAGAIN: epoll reports edges */
    bool hung_up;            /* the source's end may be behind what a short read took, and is reported no more */
    bool source_ended, ended;
    bool splicing;
    int bulk_reads, small_moves;
    struct pipe pipe; /* while splicing */
    size_t in_pipe;
    unsigned char *rest; /* read and not yet written */
    size_t rest_start, rest_end;
};

struct connection;

/* What epoll hands back: a connection, and which of its two descriptors. */
struct side {
    struct connection *connection;
    int fd;
};

struct connection {
    struct side sides[2];
    struct flow flows[2]; /* flow i reads from side i and writes to the other */
    bool connected, closed, queued;
    struct connection *next;
};

static int epoll;
static struct address target;
static unsigned char buffer[BUFFER_BYTES];
static struct pipe spare_pipes[SPARE_PIPES];
static int spare_pipe_count;
static struct connection *unfinished; /* ran out of turns */
static struct connection *dead;       /* freed after the events at hand, which may still name them */

__attribute__((noreturn)) static void die(const char *what)
{
    fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
    exit(1);
}

static struct address parse(const char *text)
{
    struct address address = {0};
    if (strncmp(text, "unix:", 5) == 0 && strlen(text + 5) < sizeof address.local.sun_path) {
        address.local.sun_family = AF_UNIX;
        strcpy(address.local.sun_path, text + 5);
        address.length = sizeof address.local;
        return address;
    }
    char host[64];
    unsigned port;
    if (sscanf(text, "tcp:%63[0-9.]:%u", host, &port) == 2 && inet_pton(AF_INET, host, &address.inet.sin_addr) == 1) {
        address.inet.sin_family = AF_INET;
        address.inet.sin_port = htons((uint16_t)port);
        address.length = sizeof address.inet;
        return address;
    }
    fprintf(stderr, "floor: '%s' is neither unix:PATH nor tcp:IPV4:PORT\n", text);
    exit(2);
}

static int open_socket(const struct address *address)
{
    int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return fd;
}

static void prepare(int fd)
{
    /* Fails on a Unix socket, which has no such delay. */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
}

static void watch(struct side *side, uint32_t events)
{
    struct epoll_event event = {.events = events, .data = {.ptr = side}};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, side->fd, &event) < 0)
        die("epoll_ctl");
}

static bool acquire_pipe(struct pipe *pipe)
{
    if (spare_pipe_count > 0) {
        *pipe = spare_pipes[--spare_pipe_count];
        return true;
    }
    int ends[2];
    if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) < 0)
        return false;
    fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES);
    *pipe = (struct pipe){.read_end = ends[0], .write_end = ends[1]};
    return true;
}

static void release_pipe(struct flow *flow)
{
    if (!flow->splicing)
        return;
    flow->splicing = false;
    if (flow->in_pipe == 0 && spare_pipe_count < SPARE_PIPES) {
        spare_pipes[spare_pipe_count++] = flow->pipe;
    } else {
        close(flow->pipe.read_end);
        close(flow->pipe.write_end);
    }
}

static void end(struct connection *c)
{
    if (c->closed)
        return;
    c->closed = true;
    for (int i = 0; i < 2; i++) {
        release_pipe(&c->flows[i]);
        free(c->flows[i].rest);
        if (c->sides[i].fd >= 0)
            close(c->sides[i].fd);
    }
    if (!c->queued) {
        c->next = dead;
        dead = c;
    }
}

enum moved { WAIT, MORE, FAILED };

static enum moved failure(bool *ready)
{
    if (errno != EAGAIN)
        return FAILED;
    *ready = false;
    return WAIT;
}

static enum moved by_splice(struct flow *flow, int from, int to)
{
    if (flow->in_pipe == 0) {
        if (!flow->readable)
            return WAIT;
        ssize_t count = splice(from, NULL, flow->pipe.write_end, NULL, PIPE_BYTES, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
        if (count < 0)
            return failure(&flow->readable);
        if (count == 0) {
            flow->source_ended = true;
            return MORE;
        }
        flow->in_pipe = (size_t)count;
        flow->small_moves = count < BULK_BYTES ? flow->small_moves + 1 : 0;
    }
    if (!flow->writable)
        return WAIT;
    ssize_t count = splice(flow->pipe.read_end, NULL, to, NULL, flow->in_pipe, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    if (count < 0)
        return failure(&flow->writable);
    flow->in_pipe -= (size_t)count;
    if (flow->in_pipe == 0 && flow->small_moves >= SMALL_MOVES) {
        release_pipe(flow);
        flow->bulk_reads = 0;
    }
    return MORE;
}

static enum moved by_copy(struct flow *flow, int from, int to)
{
    if (flow->rest != NULL) {
        if (!flow->writable)
            return WAIT;
        ssize_t count = send(to, flow->rest + flow->rest_start, flow->rest_end - flow->rest_start, MSG_NOSIGNAL);
        if (count < 0)
            return failure(&flow->writable);
        flow->rest_start += (size_t)count;
        if (flow->rest_start == flow->rest_end) {
            free(flow->rest);
            flow->rest = NULL;
        }
        return MORE;
    }
    if (flow->bulk_reads >= BULK_READS && acquire_pipe(&flow->pipe)) {
        flow->splicing = true;
        flow->small_moves = 0;
        return MORE;
    }
    if (!flow->readable)
        return WAIT;
    ssize_t count = recv(from, buffer, BUFFER_BYTES, 0);
    if (count < 0)
        return failure(&flow->readable);
    if (count == 0) {
        flow->source_ended = true;
        return MORE;
    }
    flow->bulk_reads = count < BULK_BYTES ? 0 : flow->bulk_reads + 1;
    ssize_t written = flow->writable ? send(to, buffer, (size_t)count, MSG_NOSIGNAL) : 0;
    if (written < 0) {
        if (failure(&flow->writable) == FAILED)
            return FAILED;
        written = 0;
    }
    if (written < count) {
        flow->rest_start = 0;
        flow->rest_end = (size_t)(count - written);
        flow->rest = malloc(flow->rest_end);
        if (flow->rest == NULL)
            die("malloc");
        memcpy(flow->rest, buffer + written, flow->rest_end);
        return MORE;
    }
    /* A short read has emptied the socket: the next edge says when there is more, and a call is saved. */
    if (count < BUFFER_BYTES && !flow->hung_up) {
        flow->readable = false;
        return WAIT;
    }
    return MORE;
}

static enum moved move(struct flow *flow, int from, int to)
{
    for (int turn = 0; turn < TURNS; turn++) {
        if (flow->ended)
            return WAIT;
        if (flow->source_ended && flow->in_pipe == 0 && flow->rest == NULL) {
            flow->ended = true;
            shutdown(to, SHUT_WR);
            return WAIT;
        }
        enum moved moved = flow->splicing ? by_splice(flow, from, to) : by_copy(flow, from, to);
        if (moved != MORE)
            return moved;
    }
    return MORE;
}

static void pump(struct connection *c)
{
    if (c->closed || !c->connected)
        return;
    bool more = false;
    for (int i = 0; i < 2; i++) {
        enum moved moved = move(&c->flows[i], c->sides[i].fd, c->sides[!i].fd);
        if (moved == FAILED) {
            end(c);
            return;
        }
        more |= moved == MORE;
    }
    if (c->flows[0].ended && c->flows[1].ended) {
        end(c);
    } else if (more && !c->queued) {
        c->queued = true;
        c->next = unfinished;
        unfinished = c;
    }
}

/* The accepted side is only watched, and read, when the other one is connected. */
static void start(struct connection *c)
{
    c->connected = true;
    for (int i = 0; i < 2; i++)
        c->flows[i].readable = c->flows[i].writable = true;
    watch(&c->sides[0], EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
    pump(c);
}

static void ready(struct side *side, uint32_t events)
{
    struct connection *c = side->connection;
    if (c->closed)
        return;
    int i = side == &c->sides[1];
    if (!c->connected) {
        int error = 0;
        getsockopt(side->fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof error});
        if (error != 0) {
            end(c);
        } else if (events & EPOLLOUT) {
            c->flows[1].hung_up = (events & (EPOLLRDHUP | EPOLLHUP)) != 0;
            start(c);
        }
        return;
    }
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
        c->flows[i].readable = true;
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
        c->flows[i].hung_up = true;
    if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR))
        c->flows[!i].writable = true;
    pump(c);
}

static void accept_one(int listener)
{
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        if (errno != EAGAIN && errno != ECONNABORTED)
            die("accept");
        return;
    }
    struct connection *c = calloc(1, sizeof *c);
    if (c == NULL)
        die("calloc");
    int dialled = open_socket(&target);
    if (dialled < 0)
        die("socket");
    prepare(fd);
    prepare(dialled);
    c->sides[0] = (struct side){.connection = c, .fd = fd};
    c->sides[1] = (struct side){.connection = c, .fd = dialled};
    bool pending = connect(dialled, &target.any, target.length) < 0;
    if (pending && errno != EINPROGRESS) {
        end(c);
        return;
    }
    watch(&c->sides[1], EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
    if (!pending)
        start(c);
}

static void go_on_with_unfinished(void)
{
    struct connection *list = unfinished;
    unfinished = NULL;
    while (list != NULL) {
        struct connection *c = list;
        list = c->next;
        c->queued = false;
        if (c->closed) {
            c->next = dead;
            dead = c;
        } else {
            pump(c);
        }
    }
}

static void bury(void)
{
    while (dead != NULL) {
        struct connection *next = dead->next;
        free(dead);
        dead = next;
    }
}

int main(int count, char **arguments)
{
    if (count != 3) {
        fputs("usage: floor LISTEN CONNECT, each unix:PATH or tcp:IPV4:PORT\n", stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    struct address own = parse(arguments[1]);
    target = parse(arguments[2]);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    int listener = open_socket(&own);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(listener, &own.any, own.length) < 0 || listen(listener, BACKLOG) < 0)
        die(arguments[1]);
    struct epoll_event event = {.events = EPOLLIN};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) < 0)
        die("epoll_ctl");
    for (;;) {
        struct epoll_event events[EVENTS];
        int ready_count = epoll_wait(epoll, events, EVENTS, unfinished != NULL ? 0 : -1);
        for (int i = 0; i < ready_count; i++) {
            if (events[i].data.ptr == NULL)
                accept_one(listener);
            else
                ready(events[i].data.ptr, events[i].events);
        }
        go_on_with_unfinished();
        bury();
    }
}
