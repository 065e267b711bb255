/*
 * What the programs share that put a load on the machine. Each is run by an ordinary user, says `ready` when all of it is
 * there, and ends with its standard input, or when LONGEST seconds are over. What it can't do here it says in a line that
 * begins with `cannot`.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONGEST 600

static void fail(const char *what)
{
	printf("cannot %s: %s\n", what, strerror(errno));
	exit(1);
}

static long check(long result, const char *what)
{
	if (result < 0)
		fail(what);
	return result;
}

static void put(const char *file, const char *text)
{
	int fd = check(open(file, O_WRONLY | O_CLOEXEC), file);

	check(write(fd, text, strlen(text)), file);
	close(fd);
}

/* Becomes root of a new user namespace, in further new namespaces. */
static void become_root(int namespaces)
{
	int uid = getuid(), gid = getgid();
	char map[64];

	check(unshare(CLONE_NEWUSER | namespaces), "make a user namespace");
	put("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %d 1", uid);
	put("/proc/self/uid_map", map);
	snprintf(map, sizeof(map), "0 %d 1", gid);
	put("/proc/self/gid_map", map);
	if (namespaces & CLONE_NEWNS)
		check(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), "make mounts private");
}

/* Lets this process end with its parent, and by itself. */
static void bound(void)
{
	alarm(LONGEST);
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
}

/* A child that is bound; its standard input is nobody's. */
static pid_t split(void)
{
	pid_t parent = getpid(), child;

	fflush(stdout);
	child = check(fork(), "make a process");
	if (child == 0) {
		bound();
		if (getppid() != parent)
			_exit(0);
	}
	return child;
}

static void make_file(const char *path)
{
	close(check(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644), path));
}

static void bind_mount(const char *source, const char *target)
{
	check(mount(source, target, NULL, MS_BIND, NULL), "make a bind mount");
}

/* Prints a namespace of this process: its link in /proc. */
static void tell_namespace(const char *type)
{
	char path[64], text[64];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/self/ns/%s", type);
	length = check(readlink(path, text, sizeof(text)), path);
	printf("%.*s\n", (int)length, text);
}

/* Mounts a new UTS namespace on a file, so that nothing else holds it. */
static void mount_namespace_at(const char *path)
{
	make_file(path);
	check(unshare(CLONE_NEWUTS), "make a UTS namespace");
	tell_namespace("uts");
	bind_mount("/proc/self/ns/uts", path);
	check(unshare(CLONE_NEWUTS), "make a UTS namespace");
}

/* As many descriptors as are allowed. */
static void raise_limit(rlim_t wanted)
{
	struct rlimit limit;

	check(getrlimit(RLIMIT_NOFILE, &limit), "ask for the limit of descriptors");
	if (limit.rlim_max < wanted) {
		printf("cannot open %lu descriptors: the limit is %lu\n", (unsigned long)wanted, (unsigned long)limit.rlim_max);
		exit(1);
	}
	limit.rlim_cur = limit.rlim_max;
	check(setrlimit(RLIMIT_NOFILE, &limit), "raise the limit of descriptors");
}

/* Says that all is there, and waits for the end. */
static void stay(void)
{
	char byte;

	printf("ready\n");
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
	exit(0);
}

static long number(int argc, char **argv, int at)
{
	if (at >= argc) {
		printf("cannot do that: argument %d is missing\n", at);
		exit(2);
	}
	return atol(argv[at]);
}

static int is_mode(char **argv, const char *mode)
{
	return strcmp(argv[1], mode) == 0;
}
