/*
 * Datagrams from some senders, each with a socket of its own, to one receiver: how many are sent, how many arrive, and in which order.
 * Sender and receiver are threads of this process, so that nobody has to tell the other what it counted.
 */
#include "load.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { MOST_SENDERS = 1024, BATCH = 64 };

/* How long nothing has to come before what is missing counts as lost. */
enum { SILENCE_MILLIS = 2000 };

struct message {
    uint32_t sender;
    uint32_t bytes;
    uint64_t number;
};

struct receiver {
    int fd;
    unsigned senders;
    uint32_t bytes;
    uint64_t received;
    uint64_t disordered; /* that came after a later one, or twice */
    uint64_t next[MOST_SENDERS];
    uint64_t last_nanos;
    atomic_bool *sent_all;
    atomic_ullong *sent;
};

static struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        fail("%s is too long for a socket's path", path);
    strcpy(address.sun_path, path);
    return address;
}

static void take(struct receiver *receiver, const char *bytes, size_t count)
{
    struct message message;
    errno = 0;
    if (count != receiver->bytes)
        fail("a datagram of %u bytes came with %zu", receiver->bytes, count);
    memcpy(&message, bytes, sizeof message);
    if (message.sender >= receiver->senders || message.bytes != receiver->bytes)
        fail("a datagram came that nobody has sent");
    for (size_t i = sizeof message; i < count; i++)
        if (bytes[i] != (char)(message.number + i))
            fail("byte %zu of a datagram is another than was sent", i);
    if (message.number < receiver->next[message.sender])
        receiver->disordered++;
    else
        receiver->next[message.sender] = message.number + 1;
    receiver->received++;
}

static void *receive(void *argument)
{
    struct receiver *receiver = argument;
    char *room = malloc((size_t)BATCH * MAX_MESSAGE_BYTES);
    struct mmsghdr headers[BATCH];
    struct iovec vectors[BATCH];
    if (room == NULL)
        fail("malloc");
    memset(headers, 0, sizeof headers);
    for (int i = 0; i < BATCH; i++) {
        vectors[i] = (struct iovec){.iov_base = room + (size_t)i * MAX_MESSAGE_BYTES, .iov_len = MAX_MESSAGE_BYTES};
        headers[i].msg_hdr.msg_iov = &vectors[i];
        headers[i].msg_hdr.msg_iovlen = 1;
    }
    uint64_t silent_since = 0;
    while (!(atomic_load(receiver->sent_all) && receiver->received >= atomic_load(receiver->sent))) {
        int count = recvmmsg(receiver->fd, headers, BATCH, MSG_DONTWAIT, NULL);
        if (count < 0 && errno != EAGAIN && errno != EINTR)
            fail("recvmmsg");
        for (int i = 0; i < count; i++)
            take(receiver, vectors[i].iov_base, headers[i].msg_len);
        if (count > 0) {
            receiver->last_nanos = now_nanos();
            silent_since = 0;
            continue;
        }
        struct pollfd wait = {.fd = receiver->fd, .events = POLLIN};
        if (poll(&wait, 1, 50) == 0 && atomic_load(receiver->sent_all)) {
            uint64_t now = now_nanos();
            silent_since = silent_since == 0 ? now : silent_since;
            if (now - silent_since > (uint64_t)SILENCE_MILLIS * 1000000u)
                break;
        }
    }
    free(room);
    return NULL;
}

/* Sends from each socket in turn for as long as it takes something; waits when none does. */
static void send_all_of(int *fds, unsigned senders, uint32_t bytes, uint64_t deadline, atomic_ullong *sent)
{
    static char room[MAX_MESSAGE_BYTES];
    uint64_t numbers[MOST_SENDERS] = {0};
    struct pollfd waits[MOST_SENDERS];
    for (unsigned i = 0; i < senders; i++)
        waits[i] = (struct pollfd){.fd = fds[i], .events = POLLOUT};
    while (now_nanos() < deadline) {
        bool any = false;
        for (unsigned i = 0; i < senders; i++) {
            struct message message = {.sender = i, .bytes = bytes, .number = numbers[i]};
            memcpy(room, &message, sizeof message);
            for (size_t at = sizeof message; at < bytes; at++)
                room[at] = (char)(message.number + at);
            if (send(fds[i], room, bytes, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)bytes) {
                numbers[i]++;
                atomic_fetch_add(sent, 1);
                any = true;
            } else if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS) {
                fail("send");
            }
        }
        if (!any)
            poll(waits, senders, 10);
    }
}

void run_datagrams(const char *receive_at, const char *send_to, unsigned senders, uint32_t bytes, double seconds)
{
    static atomic_bool sent_all;
    static atomic_ullong sent;
    static struct receiver receiver;
    int fds[MOST_SENDERS];
    struct sockaddr_un here = address_of(receive_at);
    struct sockaddr_un there = address_of(send_to);
    if (senders > MOST_SENDERS)
        fail("at most %d senders", MOST_SENDERS);
    unlink(receive_at);
    receiver.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (receiver.fd < 0 || bind(receiver.fd, (struct sockaddr *)&here, sizeof here) < 0)
        fail("bind %s", receive_at);
    receiver.senders = senders;
    receiver.bytes = bytes;
    receiver.sent_all = &sent_all;
    receiver.sent = &sent;
    fail_after(seconds + 60, "datagrams neither went nor came");
    /* The proxy may have to see first that somebody receives here. */
    int probe = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    while (connect(probe, (struct sockaddr *)&there, sizeof there) < 0)
        usleep(1000);
    close(probe);
    for (unsigned i = 0; i < senders; i++) {
        struct sockaddr any = {.sa_family = AF_UNIX};
        fds[i] = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (fds[i] < 0 || bind(fds[i], &any, sizeof any.sa_family) < 0
            || connect(fds[i], (struct sockaddr *)&there, sizeof there) < 0)
            fail("a sender's socket");
    }
    pthread_t thread;
    errno = pthread_create(&thread, NULL, receive, &receiver);
    if (errno != 0)
        fail("pthread_create");
    uint64_t start = now_nanos();
    send_all_of(fds, senders, bytes, start + (uint64_t)(seconds * 1e9), &sent);
    atomic_store(&sent_all, true);
    pthread_join(thread, NULL);
    double took = (double)(receiver.last_nanos > start ? receiver.last_nanos - start : 1) / 1e9;
    printf("{\"sent\": %llu, \"received\": %llu, \"disordered\": %llu, \"seconds\": %.6f, \"cpu_seconds\": %.6f}\n",
           (unsigned long long)atomic_load(&sent), (unsigned long long)receiver.received,
           (unsigned long long)receiver.disordered, took, cpu_seconds());
    unlink(receive_at);
}
