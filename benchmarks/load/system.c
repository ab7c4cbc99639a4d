#include "load.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* As much as the kernel allows by net.core.somaxconn. */
enum { BACKLOG = 65535 };

void fail(const char *format, ...)
{
    int error = errno;
    va_list arguments;
    fputs("load: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, error ? ": %s\n" : "\n", strerror(error));
    exit(1);
}

uint64_t now_nanos(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

double cpu_seconds(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

static struct sockaddr_un unix_address(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        fail("%s is too long for a socket's path", path);
    strcpy(address.sun_path, path);
    return address;
}

int listen_unix(const char *path)
{
    struct sockaddr_un address = unix_address(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, BACKLOG) < 0)
        fail("listen on %s", path);
    return fd;
}

int connect_unix(const char *path)
{
    struct sockaddr_un address = unix_address(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        fail("socket");
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        if (errno != EAGAIN)
            fail("connect %s", path);
        close(fd);
        errno = EAGAIN;
        return -1;
    }
    return fd;
}

int connect_unix_waiting(const char *path)
{
    int fd;
    while ((fd = connect_unix(path)) < 0)
        usleep(1000);
    return fd;
}

void send_all(int fd, const void *bytes, size_t count)
{
    errno = 0;
    if (send(fd, bytes, count, MSG_NOSIGNAL) != (ssize_t)count)
        fail("a message of %zu bytes was not taken", count);
}

int epoll_new(void)
{
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0)
        fail("epoll_create1");
    return epoll;
}

void epoll_watch(int epoll, int fd, uint32_t events, void *data)
{
    struct epoll_event event = {.events = events, .data = {.ptr = data}};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        fail("epoll_ctl");
}

static const char *late;

static void too_late(int signal)
{
    (void)signal;
    /* Only what is safe in a signal's handler. */
    const char *parts[] = {"load: stalled: ", late, "\n"};
    for (int i = 0; i < 3; i++)
        if (write(STDERR_FILENO, parts[i], strlen(parts[i])) < 0)
            break;
    _exit(1);
}

void fail_after(double seconds, const char *what)
{
    late = what;
    signal(SIGALRM, too_late);
    struct itimerval timer = {.it_value = {.tv_sec = (time_t)seconds + 1}};
    setitimer(ITIMER_REAL, &timer, NULL);
}
