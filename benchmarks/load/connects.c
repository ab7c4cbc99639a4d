/* Connections: each connects and has one round of 64 bytes; then it closes and the next one begins, or it stays, idle. */
#include "load.h"
#include "latency.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MESSAGE_BYTES = 64 };

/* How long one may take. */
enum { ANSWER_SECONDS = 20 };

/* How many of those that shall stay are made at once. */
enum { IDLE_AT_ONCE = 64 };

struct visit {
    int fd; /* -1 while the listener's backlog is full */
    uint64_t began_at;
    unsigned received;
};

struct opening {
    struct hello hello;
    char message[MESSAGE_BYTES];
};

struct visits {
    const char *path;
    int epoll;
    unsigned open;
    unsigned waiting;        /* for a place in the backlog */
    uint64_t refused_a_place;
    struct opening opening;
    struct latencies latencies;
};

static void begin(struct visits *all, struct visit *v)
{
    v->fd = connect_unix(all->path);
    if (v->fd < 0) {
        all->waiting++;
        all->refused_a_place++;
        return;
    }
    v->received = 0;
    send_all(v->fd, &all->opening, sizeof all->opening);
    epoll_watch(all->epoll, v->fd, EPOLLIN, v);
    all->open++;
}

/* Whether the answer is complete. */
static bool read_answer(struct visits *all, struct visit *v)
{
    char answer[MESSAGE_BYTES + 1];
    ssize_t count = recv(v->fd, answer, sizeof answer, 0);
    if (count < 0 && errno == EAGAIN)
        return false;
    if (count <= 0) {
        if (count == 0)
            errno = 0;
        fail("connection %zu ended without an answer", all->latencies.count + 1);
    }
    errno = 0;
    if (v->received + (size_t)count > MESSAGE_BYTES ||
        memcmp(all->opening.message + v->received, answer, (size_t)count) != 0)
        fail("connection %zu has another answer", all->latencies.count + 1);
    v->received += (unsigned)count;
    return v->received == MESSAGE_BYTES;
}

/* Runs at_once visits at a time until `enough` have been begun or the deadline has passed, and those that were begun are over. */
static void run(struct visits *all, unsigned at_once, size_t enough, uint64_t deadline, bool stay)
{
    struct visit *slots = calloc(at_once, sizeof *slots);
    struct epoll_event *events = calloc(at_once, sizeof *events);
    if (slots == NULL || events == NULL)
        fail("calloc");
    all->epoll = epoll_new();
    all->opening.hello = (struct hello){.magic = HELLO_MAGIC, .mode = MODE_ECHO, .message_bytes = MESSAGE_BYTES};
    memset(all->opening.message, 'x', MESSAGE_BYTES);
    size_t begun = 0;
    for (unsigned i = 0; i < at_once && begun < enough; i++, begun++) {
        slots[i].began_at = now_nanos();
        begin(all, &slots[i]);
    }
    while (all->open + all->waiting > 0) {
        int count = epoll_wait(all->epoll, events, (int)at_once, all->waiting > 0 ? 1 : -1);
        for (int i = 0; i < count; i++) {
            struct visit *v = events[i].data.ptr;
            if (!read_answer(all, v))
                continue;
            uint64_t now = now_nanos();
            latency_add(&all->latencies, now - v->began_at);
            all->open--;
            if (stay)
                epoll_ctl(all->epoll, EPOLL_CTL_DEL, v->fd, NULL);
            else
                close(v->fd);
            v->fd = 0;
            if (begun < enough && now < deadline) {
                begun++;
                v->began_at = now;
                begin(all, v);
            }
        }
        unsigned again = all->waiting;
        all->waiting = 0;
        for (unsigned i = 0; i < at_once && again > 0; i++) {
            if (slots[i].fd < 0) {
                again--;
                begin(all, &slots[i]);
            }
        }
    }
}

void run_connects(const char *path, unsigned at_once, double seconds)
{
    fail_after(seconds + ANSWER_SECONDS, "a connection has no answer");
    struct visits all = {.path = path};
    uint64_t start = now_nanos();
    double cpu = cpu_seconds();
    run(&all, at_once, SIZE_MAX, start + (uint64_t)(seconds * 1e9), false);
    double elapsed = (double)(now_nanos() - start) / 1e9;
    cpu = cpu_seconds() - cpu;
    latency_sort(&all.latencies);
    printf("{\"connections\": %zu, \"seconds\": %.6f, \"cpu_seconds\": %.6f, \"p50_us\": %.3f, \"p99_us\": %.3f, "
           "\"backlog_full\": %llu}\n",
           all.latencies.count, elapsed, cpu, latency_percentile(&all.latencies, 50),
           latency_percentile(&all.latencies, 99), (unsigned long long)all.refused_a_place);
}

/* Says how many there are, and holds them until its standard input ends. */
void run_idle(const char *path, unsigned connections)
{
    fail_after(120, "idle connections could not all be made");
    struct visits all = {.path = path};
    run(&all, connections < IDLE_AT_ONCE ? connections : IDLE_AT_ONCE, connections, UINT64_MAX, true);
    fail_after(300, "nobody ended the idle connections");
    printf("{\"connections\": %zu}\n", all.latencies.count);
    fflush(stdout);
    char ignored;
    while (read(STDIN_FILENO, &ignored, 1) > 0)
        continue;
}
