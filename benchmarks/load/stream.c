/* One-way streams in blocks of 64 KiB, for a time; each ends with the server's receipt. */
#include "load.h"
#include "pattern.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* Blocks of one stream before the others have a turn. */
enum { TURNS = 8 };

/* How long the last bytes may be on their way. */
enum { DRAIN_SECONDS = 20 };

struct stream {
    int fd;
    uint64_t seed;
    uint64_t offset; /* of the block under way */
    size_t sent;     /* of the block under way */
    bool last;
    bool sent_all;
    struct receipt receipt;
    size_t receipt_bytes;
    unsigned char *block;
};

static void next_block(struct stream *s, bool last)
{
    s->sent = 0;
    s->last = last;
    pattern_mark(s->block, s->seed, s->offset, last);
}

static void send_blocks(struct stream *s, int epoll, uint64_t deadline)
{
    for (int turn = 0; turn < TURNS; turn++) {
        ssize_t count = send(s->fd, s->block + s->sent, BLOCK_BYTES - s->sent, MSG_NOSIGNAL);
        if (count < 0) {
            if (errno == EAGAIN)
                return;
            fail("after %llu bytes of a stream", (unsigned long long)(s->offset + s->sent));
        }
        s->sent += (size_t)count;
        if (s->sent < BLOCK_BYTES)
            continue;
        s->offset += BLOCK_BYTES;
        if (s->last) {
            s->sent_all = true;
            struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = s}};
            if (epoll_ctl(epoll, EPOLL_CTL_MOD, s->fd, &event) < 0)
                fail("epoll_ctl");
            return;
        }
        next_block(s, now_nanos() >= deadline);
    }
}

/* Whether the receipt is complete. */
static bool read_receipt(struct stream *s)
{
    ssize_t count = recv(s->fd, (unsigned char *)&s->receipt + s->receipt_bytes, sizeof s->receipt - s->receipt_bytes, 0);
    if (count < 0 && errno == EAGAIN)
        return false;
    if (count <= 0) {
        if (count == 0)
            errno = 0;
        fail("a stream of %llu bytes ended without a receipt", (unsigned long long)s->offset);
    }
    s->receipt_bytes += (size_t)count;
    if (s->receipt_bytes < sizeof s->receipt)
        return false;
    errno = 0;
    if (s->receipt.wrong_at != NOTHING_WRONG)
        fail("at or soon after offset %llu of a stream is another byte than was sent", (unsigned long long)s->receipt.wrong_at);
    if (s->receipt.bytes != s->offset)
        fail("%llu bytes of a stream were sent, %llu received", (unsigned long long)s->offset,
             (unsigned long long)s->receipt.bytes);
    return true;
}

void run_stream(const char *path, unsigned connections, double seconds, bool check_every_byte)
{
    struct stream *streams = calloc(connections, sizeof *streams);
    struct epoll_event *events = calloc(connections, sizeof *events);
    if (streams == NULL || events == NULL)
        fail("calloc");
    fail_after(seconds + DRAIN_SECONDS, "a stream's bytes or its receipt did not arrive");
    int epoll = epoll_new();
    for (unsigned i = 0; i < connections; i++) {
        struct stream *s = &streams[i];
        s->fd = connect_unix_waiting(path);
        s->seed = now_nanos();
        s->block = malloc(BLOCK_BYTES);
        if (s->block == NULL)
            fail("malloc");
        pattern_fill(s->block);
        struct hello hello = {
            .magic = HELLO_MAGIC, .mode = MODE_SINK, .check_every_byte = check_every_byte, .seed = s->seed};
        send_all(s->fd, &hello, sizeof hello);
        next_block(s, false);
        epoll_watch(epoll, s->fd, EPOLLIN | EPOLLOUT, s);
    }
    uint64_t start = now_nanos();
    uint64_t deadline = start + (uint64_t)(seconds * 1e9);
    double cpu = cpu_seconds();
    for (unsigned open = connections; open > 0;) {
        int count = epoll_wait(epoll, events, (int)connections, -1);
        for (int i = 0; i < count; i++) {
            struct stream *s = events[i].data.ptr;
            if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
                if (read_receipt(s)) {
                    close(s->fd);
                    open--;
                    continue;
                }
            }
            if (!s->sent_all && (events[i].events & EPOLLOUT))
                send_blocks(s, epoll, deadline);
        }
    }
    double elapsed = (double)(now_nanos() - start) / 1e9;
    uint64_t bytes = 0;
    for (unsigned i = 0; i < connections; i++)
        bytes += streams[i].offset;
    printf("{\"bytes\": %llu, \"seconds\": %.6f, \"cpu_seconds\": %.6f}\n", (unsigned long long)bytes, elapsed,
           cpu_seconds() - cpu);
}
