/* Rounds: on each connection a message goes out when the answer to the one before is there. */
#include "load.h"
#include "latency.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* How long an answer may take. */
enum { ANSWER_SECONDS = 20 };

struct player {
    int fd;
    uint64_t number; /* of the message under way, and what it begins with */
    uint64_t sent_at;
    unsigned received;
    unsigned char *message;
};

static unsigned char answer[MAX_MESSAGE_BYTES];

static void play(struct player *p, unsigned message_bytes)
{
    p->number++;
    p->received = 0;
    memcpy(p->message, &p->number, sizeof p->number);
    p->sent_at = now_nanos();
    send_all(p->fd, p->message, message_bytes);
}

/* Whether the answer is complete. */
static bool read_answer(struct player *p, unsigned message_bytes)
{
    ssize_t count = recv(p->fd, answer, sizeof answer, 0);
    if (count < 0 && errno == EAGAIN)
        return false;
    if (count <= 0) {
        if (count == 0)
            errno = 0;
        fail("message %llu of a connection has no answer", (unsigned long long)p->number);
    }
    errno = 0;
    if (p->received + (size_t)count > message_bytes || memcmp(p->message + p->received, answer, (size_t)count) != 0)
        fail("message %llu of a connection has another answer", (unsigned long long)p->number);
    p->received += (unsigned)count;
    return p->received == message_bytes;
}

void run_rounds(const char *path, unsigned connections, unsigned message_bytes, double seconds)
{
    struct player *players = calloc(connections, sizeof *players);
    struct epoll_event *events = calloc(connections, sizeof *events);
    if (players == NULL || events == NULL)
        fail("calloc");
    fail_after(seconds + ANSWER_SECONDS, "a message has no answer");
    int epoll = epoll_new();
    struct hello hello = {.magic = HELLO_MAGIC, .mode = MODE_ECHO, .message_bytes = message_bytes};
    for (unsigned i = 0; i < connections; i++) {
        struct player *p = &players[i];
        p->fd = connect_unix_waiting(path);
        p->message = malloc(message_bytes);
        if (p->message == NULL)
            fail("malloc");
        memset(p->message, 'a' + (int)(i % 26), message_bytes);
        send_all(p->fd, &hello, sizeof hello);
        epoll_watch(epoll, p->fd, EPOLLIN, p);
    }
    struct latencies latencies = {0};
    uint64_t start = now_nanos();
    uint64_t deadline = start + (uint64_t)(seconds * 1e9);
    double cpu = cpu_seconds();
    for (unsigned i = 0; i < connections; i++)
        play(&players[i], message_bytes);
    for (unsigned open = connections; open > 0;) {
        int count = epoll_wait(epoll, events, (int)connections, -1);
        for (int i = 0; i < count; i++) {
            struct player *p = events[i].data.ptr;
            if (!read_answer(p, message_bytes))
                continue;
            uint64_t now = now_nanos();
            latency_add(&latencies, now - p->sent_at);
            if (now < deadline) {
                play(p, message_bytes);
            } else {
                close(p->fd);
                open--;
            }
        }
    }
    double elapsed = (double)(now_nanos() - start) / 1e9;
    cpu = cpu_seconds() - cpu;
    latency_sort(&latencies);
    printf("{\"rounds\": %zu, \"seconds\": %.6f, \"cpu_seconds\": %.6f, \"p50_us\": %.3f, \"p99_us\": %.3f}\n",
           latencies.count, elapsed, cpu, latency_percentile(&latencies, 50), latency_percentile(&latencies, 99));
}
