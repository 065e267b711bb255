/*
 * Mounts of namespaces in mount namespaces of one's own, below a folder that a tmpfs is mounted on:
 *
 *   mounts FOLDER deep COUNT DEPTH      of one namespace, in a folder that lies DEPTH long names down
 *   mounts FOLDER many COUNT            of one namespace
 *   mounts FOLDER covered COUNT         the same, with a tmpfs mounted over all of them
 *   mounts FOLDER jailed COUNT          the same, and the process changes its root directory, from where it sees none of them
 *   mounts FOLDER copies COUNT MOUNTS   MOUNTS of one namespace, seen in COUNT mount namespaces
 *   mounts FOLDER chain COUNT           COUNT mount namespaces, each of them held by a mount in the one before and by nothing else
 */
#include "load.h"

#define NAME_LENGTH 250

static void mount_often(const char *source, long count)
{
	char name[32];

	for (long i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%ld", i);
		make_file(name);
		bind_mount(source, name);
	}
}

static void go_down(long depth)
{
	char name[NAME_LENGTH + 1];

	memset(name, 'd', NAME_LENGTH);
	name[NAME_LENGTH] = 0;
	while (depth-- > 0) {
		check(mkdir(name, 0755), "make a folder");
		check(chdir(name), "go to a folder");
	}
}

static void copy(long count)
{
	int pipes[2];
	char byte;

	check(pipe2(pipes, O_CLOEXEC), "make a pipe");
	for (long i = 0; i < count; i++) {
		if (split() == 0) {
			check(unshare(CLONE_NEWNS), "make a mount namespace");
			check(write(pipes[1], "c", 1), "write");
			for (;;)
				pause();
		}
		if (read(pipes[0], &byte, 1) != 1)
			fail("read");
	}
}

/*
 * The kernel mounts a mount namespace in none that is younger, and tells their age by numbers that it may give out per CPU.
 */
static void stay_on_one_cpu(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	check(sched_setaffinity(0, sizeof(one), &one), "stay on one CPU");
}

/* A new mount namespace, mounted on a file in the one that this process is in; and this process in the new one. */
static void add_link(const char *path)
{
	int pipes[2], namespace;
	char byte, link[64];
	pid_t child;

	make_file(path);
	check(pipe2(pipes, O_CLOEXEC), "make a pipe");
	child = split();
	if (child == 0) {
		check(unshare(CLONE_NEWNS), "make a mount namespace");
		check(write(pipes[1], "c", 1), "write");
		for (;;)
			pause();
	}
	close(pipes[1]);
	if (read(pipes[0], &byte, 1) != 1)
		fail("read");
	close(pipes[0]);
	snprintf(link, sizeof(link), "/proc/%d/ns/mnt", child);
	bind_mount(link, path);
	namespace = check(open(link, O_RDONLY | O_CLOEXEC), link);
	check(setns(namespace, CLONE_NEWNS), "enter a mount namespace");
	close(namespace);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void chain(const char *folder, long count)
{
	char path[4096];
	int status;
	pid_t walker = split();

	if (walker == 0) {
		for (long i = 0; i < count; i++) {
			snprintf(path, sizeof(path), "%s/%ld", folder, i);
			add_link(path);
		}
		snprintf(path, sizeof(path), "%s/last", folder);
		mount_namespace_at(path);
		fflush(stdout);
		_exit(0);
	}
	waitpid(walker, &status, 0);
	if (status != 0)
		exit(1);
}

int main(int argc, char **argv)
{
	const char *folder = argv[1];
	char source[4096];

	bound();
	argv++, argc--;
	if (is_mode(argv, "chain"))
		stay_on_one_cpu();
	become_root(CLONE_NEWNS);
	bound();
	check(mount("load", folder, "tmpfs", 0, NULL), "mount a tmpfs");
	check(chdir(folder), "go to the folder");
	long count = number(argc, argv, 2);
	if (is_mode(argv, "chain")) {
		chain(folder, count);
		stay();
	}
	snprintf(source, sizeof(source), "%s/source", folder);
	mount_namespace_at(source);
	check(mkdir("mounts", 0755), "make a folder");
	check(chdir("mounts"), "go to a folder");
	if (is_mode(argv, "deep"))
		go_down(number(argc, argv, 3));
	mount_often(source, is_mode(argv, "copies") ? number(argc, argv, 3) : count);
	check(umount2(source, MNT_DETACH), "unmount");
	if (is_mode(argv, "copies"))
		copy(count);
	if (is_mode(argv, "covered")) {
		check(chdir("/"), "go to the root");
		snprintf(source, sizeof(source), "%s/mounts", folder);
		check(mount("cover", source, "tmpfs", 0, NULL), "mount a tmpfs");
	}
	if (is_mode(argv, "jailed")) {
		check(mkdir("jail", 0755), "make a folder");
		check(chroot("jail"), "change the root directory");
	}
	stay();
}
