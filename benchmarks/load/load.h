/*
 * The load generator: what its parts share, and what its two ends say to each other.
 *
 * A connection begins with a hello from the client. In a sink, stream blocks follow (pattern.h), and after the last one the
 * server answers with a receipt; nobody needs to half-close, which not every proxy survives. In an echo, the server sends
 * each message back once it has all of it. A stopped sink reads nothing more after its hello, until another connection's
 * hello says to resume; then it is a sink.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MODE_SINK = 1, MODE_ECHO = 2, MODE_STOPPED = 3, MODE_RESUME = 4 };

/* A write of a stream, and what one read asks for. */
enum { BLOCK_BYTES = 64 * 1024 };
enum { MAX_MESSAGE_BYTES = 64 * 1024 };

#define HELLO_MAGIC 0x53424C44u

struct hello {
    uint32_t magic;
    uint8_t mode;
    uint8_t check_every_byte;
    uint8_t unused[2];
    uint32_t message_bytes; /* of an echo */
    uint32_t unused_too;
    uint64_t seed; /* of the stream's pattern */
};

struct receipt {
    uint64_t bytes;    /* received after the hello */
    uint64_t wrong_at; /* the first offset with another byte than was sent, or NOTHING_WRONG */
};

#define NOTHING_WRONG UINT64_MAX

/* Prints "load: MESSAGE" (with errno's text where that is set) and exits with 1: a lost byte is a failed benchmark. */
__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...);

uint64_t now_nanos(void);

/* CPU time of this process so far, in seconds. */
double cpu_seconds(void);

int listen_unix(const char *path);

/* A non-blocking socket, connected; or -1 with errno EAGAIN where the listener's backlog is full. */
int connect_unix(const char *path);

/* As connect_unix, but waits for its place in the backlog. */
int connect_unix_waiting(const char *path);

/* Sends all of it to a socket that is known to have room. */
void send_all(int fd, const void *bytes, size_t count);

int epoll_new(void);
void epoll_watch(int epoll, int fd, uint32_t events, void *data);

/* Ends the process with an error if it is still there after so many seconds: a stall is a failure, not a wait. */
void fail_after(double seconds, const char *what);

void run_server(const char *path);
void run_stream(const char *path, unsigned connections, double seconds, bool check_every_byte);
void run_rounds(const char *path, unsigned connections, unsigned message_bytes, double seconds);
void run_connects(const char *path, unsigned at_once, double seconds);
void run_idle(const char *path, unsigned connections);
void run_stopped(const char *path, unsigned connections);
void run_datagrams(const char *receive_at, const char *send_to, unsigned senders, uint32_t bytes, double seconds);
