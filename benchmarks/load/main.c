#include "load.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: load server SOCKET\n"
    "       load stream SOCKET CONNECTIONS SECONDS [every-byte]\n"
    "       load rounds SOCKET CONNECTIONS MESSAGE_BYTES SECONDS\n"
    "       load connects SOCKET AT_ONCE SECONDS\n"
    "       load idle SOCKET CONNECTIONS            until standard input ends\n"
    "       load stopped SOCKET CONNECTIONS         whose server does not read until standard input ends\n"
    "       load datagrams RECEIVE_AT SEND_TO SENDERS MESSAGE_BYTES SECONDS\n"
    "Each but the server prints one JSON object. Exit code 1: bytes were lost or came late; the reason is on standard error.\n";

static double number(const char *text, double least, double most)
{
    char *end;
    double value = strtod(text, &end);
    errno = 0;
    if (end == text || *end != '\0' || !(value >= least && value <= most))
        fail("'%s' is not a number from %g to %g", text, least, most);
    return value;
}

int main(int count, char **arguments)
{
    enum { MOST_CONNECTIONS = 100000, LEAST_MESSAGE_BYTES = 8, LEAST_DATAGRAM_BYTES = 16, MOST_SECONDS = 3600 };
    const char *mode = count > 2 ? arguments[1] : "";
    const char *path = count > 2 ? arguments[2] : "";
    signal(SIGPIPE, SIG_IGN);
    if (strcmp(mode, "server") == 0 && count == 3)
        run_server(path);
    else if (strcmp(mode, "stream") == 0 && (count == 5 || (count == 6 && strcmp(arguments[5], "every-byte") == 0)))
        run_stream(path, (unsigned)number(arguments[3], 1, MOST_CONNECTIONS), number(arguments[4], 0, MOST_SECONDS),
                   count == 6);
    else if (strcmp(mode, "rounds") == 0 && count == 6)
        run_rounds(path, (unsigned)number(arguments[3], 1, MOST_CONNECTIONS),
                   (unsigned)number(arguments[4], LEAST_MESSAGE_BYTES, MAX_MESSAGE_BYTES),
                   number(arguments[5], 0, MOST_SECONDS));
    else if (strcmp(mode, "connects") == 0 && count == 5)
        run_connects(path, (unsigned)number(arguments[3], 1, MOST_CONNECTIONS), number(arguments[4], 0, MOST_SECONDS));
    else if (strcmp(mode, "idle") == 0 && count == 4)
        run_idle(path, (unsigned)number(arguments[3], 1, MOST_CONNECTIONS));
    else if (strcmp(mode, "stopped") == 0 && count == 4)
        run_stopped(path, (unsigned)number(arguments[3], 1, MOST_CONNECTIONS));
    else if (strcmp(mode, "datagrams") == 0 && count == 7)
        run_datagrams(path, arguments[3], (unsigned)number(arguments[4], 1, 1024),
                      (uint32_t)number(arguments[5], LEAST_DATAGRAM_BYTES, MAX_MESSAGE_BYTES),
                      number(arguments[6], 0, MOST_SECONDS));
    else {
        fputs(usage, stderr);
        return 2;
    }
    return 0;
}
