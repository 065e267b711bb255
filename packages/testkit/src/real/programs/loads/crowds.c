/*
 * Very many of what one user may have:
 *
 *   crowds threads COUNT            threads of one process
 *   crowds namespaces TYPE COUNT    namespaces (user, net, uts), each held by one descriptor
 *   crowds groups COUNT             a process in so many groups: it says `map PID`, and goes on when its ids were mapped and a
 *                                   line was read, as newgidmap(1) would do it for an owner of subordinate ids
 *   crowds deep-cgroup FOLDER DEPTH COUNT     COUNT processes in a cgroup DEPTH long names below one that was given to them
 */
#include "load.h"
#include <grp.h>
#include <pthread.h>

#define SPARE 64
#define NAME_LENGTH 200

static void *wait_for_ever(void *argument)
{
	for (;;)
		pause();
	return argument;
}

static void have_threads(long count)
{
	pthread_attr_t attributes;
	pthread_t thread;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 1 << 14);
	pthread_attr_setguardsize(&attributes, 0);
	for (long i = 0; i < count; i++) {
		errno = pthread_create(&thread, &attributes, wait_for_ever, NULL);
		if (errno != 0)
			fail("start a thread");
	}
}

static void have_namespaces(const char *type, long count)
{
	int flag = strcmp(type, "net") == 0 ? CLONE_NEWNET : strcmp(type, "uts") == 0 ? CLONE_NEWUTS : CLONE_NEWUSER;
	char path[64];

	raise_limit(count + SPARE);
	for (long i = 0; i < count; i++) {
		if (flag == CLONE_NEWUSER) {
			/* They would be nested if this process made them itself. */
			int pipes[2];
			char byte;

			check(pipe2(pipes, O_CLOEXEC), "make a pipe");
			pid_t child = split();
			if (child == 0) {
				check(unshare(flag), "make a user namespace");
				check(write(pipes[1], "c", 1), "write");
				for (;;)
					pause();
			}
			close(pipes[1]);
			if (read(pipes[0], &byte, 1) != 1)
				fail("read");
			close(pipes[0]);
			snprintf(path, sizeof(path), "/proc/%d/ns/user", child);
			check(open(path, O_RDONLY | O_CLOEXEC), path);
			kill(child, SIGKILL);
			waitpid(child, NULL, 0);
		} else {
			check(unshare(flag), "make a namespace");
			snprintf(path, sizeof(path), "/proc/self/ns/%s", type);
			check(open(path, O_RDONLY | O_CLOEXEC), path);
		}
	}
}

static void have_groups(long count)
{
	gid_t *groups = calloc(count, sizeof(gid_t));
	char line[16];

	check(unshare(CLONE_NEWUSER), "make a user namespace");
	bound();
	printf("map %d\nready\n", getpid());
	fflush(stdout);
	if (read(0, line, sizeof(line)) <= 0)
		exit(0);
	for (long i = 0; i < count; i++)
		groups[i] = i;
	check(setgroups(count, groups), "be in the groups");
	printf("in all groups\n");
	stay();
}

static void have_deep_cgroup(const char *folder, long depth, long count)
{
	char name[NAME_LENGTH + 1];
	int pipes[2];
	char byte;

	memset(name, 'c', NAME_LENGTH);
	name[NAME_LENGTH] = 0;
	check(chdir(folder), folder);
	for (long i = 0; i < depth; i++) {
		check(mkdir(name, 0755), "make a cgroup");
		check(chdir(name), "go to a cgroup");
	}
	check(pipe2(pipes, O_CLOEXEC), "make a pipe");
	for (long i = 0; i < count; i++) {
		if (split() == 0) {
			put("cgroup.procs", "0");
			check(write(pipes[1], "c", 1), "write");
			for (;;)
				pause();
		}
		if (read(pipes[0], &byte, 1) != 1)
			fail("read");
	}
}

int main(int argc, char **argv)
{
	bound();
	if (is_mode(argv, "threads")) {
		have_threads(number(argc, argv, 2));
	} else if (is_mode(argv, "namespaces")) {
		become_root(0);
		bound();
		have_namespaces(argv[2], number(argc, argv, 3));
	} else if (is_mode(argv, "groups")) {
		have_groups(number(argc, argv, 2));
	} else {
		have_deep_cgroup(argv[2], number(argc, argv, 3), number(argc, argv, 4));
	}
	stay();
}
