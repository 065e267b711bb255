/*
 * Very many descriptors:
 *
 *   descriptors tables THREADS COUNT    THREADS threads with a table of their own of COUNT descriptors of namespaces and sockets
 *   descriptors one COUNT               COUNT descriptors of one namespace
 *   descriptors away COUNT              COUNT sockets of a network namespace that the process has left
 *   descriptors home COUNT              COUNT sockets of the network namespace that the process is in
 *   descriptors ring COUNT              COUNT sockets of a network namespace, which one io_uring(7) alone has. The process goes through
 *                                       many network namespaces as fast as can be
 *   descriptors kind PATH COUNT         COUNT descriptors of a file; of `eventfd`, of one that is in no file system
 *   descriptors exchange FIFO           a descriptor that is a namespace, a socket and a FIFO in turn, as fast as can be
 */
#include "load.h"
#include <linux/io_uring.h>
#include <linux/netlink.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>

/* Further ones: what a thread changes in its own table, standard streams. */
#define SPARE 128

static pthread_barrier_t all;
static int shown;

static void *have_own_table(void *argument)
{
	long i = (long)argument;

	check(unshare(CLONE_FILES), "have a table of one's own");
	/* Each table differs from the others in one descriptor. */
	for (long k = 0; k <= i % 8; k++)
		close(shown + k);
	pthread_barrier_wait(&all);
	for (;;)
		pause();
	return NULL;
}

static void start_threads(long threads)
{
	pthread_attr_t attributes;
	pthread_t thread;

	pthread_barrier_init(&all, NULL, threads + 1);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 1 << 16);
	for (long i = 0; i < threads; i++) {
		errno = pthread_create(&thread, &attributes, have_own_table, (void *)i);
		if (errno != 0)
			fail("start a thread");
	}
	pthread_barrier_wait(&all);
}

static void copy(int fd, long count)
{
	for (long i = 0; i < count; i++)
		check(fcntl(fd, F_DUPFD_CLOEXEC, 3), "copy a descriptor");
}

/* A new UTS namespace that only the descriptor holds. */
static int open_namespace(void)
{
	check(unshare(CLONE_NEWUTS), "make a UTS namespace");
	tell_namespace("uts");
	int fd = check(open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC), "open a namespace");
	check(unshare(CLONE_NEWUTS), "make a UTS namespace");
	return fd;
}

/* With an address they are in a table of the kernel's: netlink(7), as that of unix(7) sockets may say anything. */
static void make_sockets(long count)
{
	struct sockaddr_nl any = { .nl_family = AF_NETLINK };

	for (long i = 0; i < count; i++) {
		int fd = check(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), "make a socket");
		check(bind(fd, (struct sockaddr *)&any, sizeof any), "give a socket an address");
	}
}

static void exchange(const char *path)
{
	int namespace = open_namespace();
	int fifo, end, other;

	check(mkfifo(path, 0600), "make a FIFO");
	fifo = check(open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC), path);
	other = check(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "make a socket");
	end = check(fcntl(namespace, F_DUPFD_CLOEXEC, 100), "copy a descriptor");
	if (split() == 0) {
		int in_turn[] = { fifo, namespace, other, namespace };

		for (unsigned int i = 0;; i++)
			dup2(in_turn[i % 4], end);
	}
}

static void *stay_apart(void *nothing)
{
	stay();
	return nothing;
}

#define HOMES 64

/* Registers COUNT sockets, whose descriptors follow each other, and has the process never be where it was. */
static void keep_in_ring(int first, long count)
{
	struct io_uring_params parameters = { 0 };
	int *files = calloc(count, sizeof(*files)), homes[HOMES];
	pthread_t thread;

	for (long i = 0; i < count; i++)
		files[i] = first + i;
	int ring = check(syscall(SYS_io_uring_setup, 4, &parameters), "make a ring");
	check(syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, files, count), "register files");
	for (long i = 0; i < count; i++)
		close(files[i]);
	for (int i = 0; i < HOMES; i++) {
		homes[i] = check(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), "open a namespace");
		check(unshare(CLONE_NEWNET), "make a network namespace");
	}
	errno = pthread_create(&thread, NULL, stay_apart, NULL);
	if (errno != 0)
		fail("start a thread");
	for (unsigned int i = 0;; i++)
		setns(homes[i % HOMES], CLONE_NEWNET);
}

int main(int argc, char **argv)
{
	int has_network = is_mode(argv, "away") || is_mode(argv, "home") || is_mode(argv, "ring");

	bound();
	become_root(has_network ? CLONE_NEWNET : 0);
	bound();
	if (is_mode(argv, "exchange")) {
		exchange(argv[2]);
		stay();
	}
	long count = number(argc, argv, is_mode(argv, "tables") || is_mode(argv, "kind") ? 3 : 2);
	raise_limit(count + SPARE);
	if (is_mode(argv, "one")) {
		copy(open_namespace(), count - 1);
	} else if (is_mode(argv, "tables")) {
		int fd = open_namespace();
		shown = check(fcntl(fd, F_DUPFD_CLOEXEC, 3), "copy a descriptor");
		make_sockets(8);
		copy(fd, count - 10);
		start_threads(number(argc, argv, 2));
	} else if (is_mode(argv, "kind")) {
		const char *path = argv[2];
		int is_event = strcmp(path, "eventfd") == 0;
		copy(check(is_event ? eventfd(0, EFD_CLOEXEC) : open(path, O_RDONLY | O_CLOEXEC), path), count - 1);
	} else {
		tell_namespace("net");
		int first = check(fcntl(0, F_DUPFD_CLOEXEC, 3), "copy a descriptor");
		close(first);
		make_sockets(count);
		if (is_mode(argv, "ring"))
			keep_in_ring(first, count);
		if (is_mode(argv, "away"))
			check(unshare(CLONE_NEWNET), "make a network namespace");
	}
	stay();
}
