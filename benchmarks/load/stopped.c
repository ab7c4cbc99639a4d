/* Stopped readers: each stream goes on until nothing more is taken; later the server reads, and all of it must be there. */
#include "load.h"
#include "pattern.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* After so long without a byte taken from any stream, all that is between is full. */
enum { FULL_MILLIS = 1500 };

/* How long it may take to fill all, to wait for the go, and to empty all. */
enum { FILL_SECONDS = 120, WAIT_SECONDS = 300, DRAIN_SECONDS = 120 };

struct stream {
    int fd;
    uint64_t seed;
    uint64_t offset; /* of the block under way */
    size_t sent;     /* of the block under way */
    bool last;
    bool sent_all;
    struct receipt receipt;
    size_t receipt_bytes;
};

static unsigned char block[BLOCK_BYTES];

/* Sends until no more is taken, or the last block is under way and has been sent; whether anything was taken. */
static bool send_blocks(struct stream *s, bool finish)
{
    bool any = false;
    while (!s->sent_all) {
        if (s->sent == 0)
            s->last = finish;
        pattern_mark(block, s->seed, s->offset, s->last);
        ssize_t count = send(s->fd, block + s->sent, BLOCK_BYTES - s->sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EAGAIN)
            break;
        if (count < 0)
            fail("after %llu bytes of a stream", (unsigned long long)(s->offset + s->sent));
        any = true;
        s->sent += (size_t)count;
        if (s->sent == BLOCK_BYTES) {
            s->offset += BLOCK_BYTES;
            s->sent = 0;
            s->sent_all = s->last;
        }
    }
    return any;
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
    if (s->receipt.wrong_at != NOTHING_WRONG || s->receipt.bytes != s->offset)
        fail("%llu bytes of a stream were sent, %llu received, the first wrong one at %lld", (unsigned long long)s->offset,
             (unsigned long long)s->receipt.bytes, (long long)s->receipt.wrong_at);
    return true;
}

static int begin(const char *path, uint8_t mode, uint64_t seed)
{
    int fd = connect_unix_waiting(path);
    struct hello hello = {.magic = HELLO_MAGIC, .mode = mode, .check_every_byte = 1, .seed = seed};
    send_all(fd, &hello, sizeof hello);
    return fd;
}

static void fill(int epoll, struct epoll_event *events, unsigned connections)
{
    uint64_t moved_at = now_nanos();
    while (now_nanos() - moved_at < FULL_MILLIS * 1000000ull) {
        int count = epoll_wait(epoll, events, (int)connections, FULL_MILLIS / 10);
        for (int i = 0; i < count; i++)
            if (send_blocks(events[i].data.ptr, false))
                moved_at = now_nanos();
    }
}

static void drain(int epoll, struct epoll_event *events, unsigned connections)
{
    for (unsigned open = connections; open > 0;) {
        int count = epoll_wait(epoll, events, (int)connections, -1);
        for (int i = 0; i < count; i++) {
            struct stream *s = events[i].data.ptr;
            send_blocks(s, true);
            if ((events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) && read_receipt(s)) {
                close(s->fd);
                open--;
            }
        }
    }
}

/* Says how many there are when all is full, holds them until its standard input ends, and then sees all of it through. */
void run_stopped(const char *path, unsigned connections)
{
    struct stream *streams = calloc(connections, sizeof *streams);
    struct epoll_event *events = calloc(connections, sizeof *events);
    if (streams == NULL || events == NULL)
        fail("calloc");
    fail_after(FILL_SECONDS, "streams to stopped readers are never full");
    pattern_fill(block);
    int epoll = epoll_new();
    for (unsigned i = 0; i < connections; i++) {
        struct stream *s = &streams[i];
        s->seed = now_nanos();
        s->fd = begin(path, MODE_STOPPED, s->seed);
        /* By edges: a stream that takes nothing is not to be asked again and again. */
        epoll_watch(epoll, s->fd, EPOLLIN | EPOLLOUT | EPOLLET, s);
    }
    fill(epoll, events, connections);
    uint64_t held = 0;
    for (unsigned i = 0; i < connections; i++)
        held += streams[i].offset + streams[i].sent;
    fail_after(WAIT_SECONDS, "nobody ended the wait of stopped readers");
    printf("{\"connections\": %u, \"bytes\": %llu}\n", connections, (unsigned long long)held);
    fflush(stdout);
    char ignored;
    while (read(STDIN_FILENO, &ignored, 1) > 0)
        continue;
    fail_after(DRAIN_SECONDS, "what stopped readers had not read did not arrive");
    int resuming = begin(path, MODE_RESUME, 0);
    drain(epoll, events, connections);
    close(resuming);
}
