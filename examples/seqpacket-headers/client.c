/* Sends messages of several records over a socket of sequenced packets, with a header in front of each, and prints the answers.
 *
 *   cc -o client client.c && ./client /tmp/client.sock
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { END_OF_MESSAGE = 0x10, ATTENTION = 0x20 };

/* What is in front of each record's payload, as in struct sphdr of BSD's sequenced packet protocol; the number is big-endian. */
struct header {
	unsigned char control;
	unsigned char datastream;
	unsigned char sequence[2];
};

struct record {
	struct header header;
	char payload[1000];
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void send_record(int fd, int control, int datastream, const char *payload)
{
	/* The sequence number is the sidecar's business: what stands there is not looked at. */
	struct record record = {.header = {.control = control, .datastream = datastream}};
	size_t length = strlen(payload);
	memcpy(record.payload, payload, length);
	if (send(fd, &record, sizeof record.header + length, MSG_NOSIGNAL) < 0)
		die("send");
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct record record;
	ssize_t count;

	if (argc != 2 || strlen(argv[1]) >= sizeof address.sun_path) {
		fprintf(stderr, "usage: client SOCKET\n");
		return 2;
	}
	strcpy(address.sun_path, argv[1]);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0)
		die(argv[1]);

	send_record(fd, 0, 7, "to be ");
	send_record(fd, 0, 7, "or not ");
	send_record(fd, END_OF_MESSAGE, 7, "to be");
	send_record(fd, END_OF_MESSAGE | ATTENTION, 8, "stop");
	shutdown(fd, SHUT_WR);

	while ((count = recv(fd, &record, sizeof record, 0)) > 0) {
		if (count < (ssize_t)sizeof record.header) {
			fprintf(stderr, "a record without a header: is headers.onInput set?\n");
			return 1;
		}
		printf("%d: datastream %d, control 0x%02x: %.*s\n",
		       record.header.sequence[0] << 8 | record.header.sequence[1], record.header.datastream,
		       record.header.control, (int)(count - sizeof record.header), record.payload);
	}
	if (count < 0)
		die("recv");
	return 0;
}
