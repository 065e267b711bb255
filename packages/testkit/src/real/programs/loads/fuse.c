/*
 * A file system in user space whose daemon stops to answer. It has a folder `d` with a file `x` on which a UTS namespace is
 * mounted. FOLDER is a folder that a tmpfs is mounted on, DEVICE a node of /dev/fuse's number.
 *
 *   fuse DEVICE FOLDER plain        it is mounted
 *   fuse DEVICE FOLDER bound        it is bind-mounted twice, and its own mount is detached
 *   fuse DEVICE FOLDER overlay      an overlay lies on it, and its own mount is detached
 *   fuse DEVICE FOLDER stacked      an overlay lies on an overlay that lies on it
 *   fuse DEVICE FOLDER covering     it is mounted over the mount of a namespace, and over a folder with one
 *   fuse DEVICE FOLDER executing N  when a line was read, N processes execute a program, and the kernel waits for the daemon to
 *                                   close a file of theirs: `executing` is said then. With the next line it ends. Meanwhile
 *                                   whoever reads /proc/PID/stat of one of them waits, as ps(1) does, so that it lasts no longer
 *                                   than SHORTEST seconds
 *   fuse DEVICE FOLDER memory N     when a line was read, N processes have a page of a file read into their memory, which keeps its
 *                                   lock, and each waits for that lock to map more: `executing` is said then, as above. Whoever
 *                                   reads their command line waits
 *   fuse DEVICE FOLDER folder N [LOCKED]
 *                                   the same with the lock of their folder in /proc, or of the folder LOCKED: whoever looks up a name
 *                                   in it that the kernel has not at hand waits, and no signal ends that
 *   fuse DEVICE FOLDER tree N       the same with the lock of a folder in a tree of mounts that is attached nowhere, which all of them
 *                                   have open (open_tree(2)). A UTS namespace is mounted in that folder
 *   fuse DEVICE FOLDER exchange     a descriptor is a namespace and a file of it in turn, as fast as can be
 *
 * What it is asked afterwards is printed: `asked OPCODE PID`.
 */
#include "load.h"
#include <linux/fuse.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>

enum { ROOT = 1, DIRECTORY, REGULAR };

#define LASTING 1000000
#define SHORTEST 90

static int device;
static atomic_bool is_mute;
/* How often it was asked since to flush a file, or to read one. */
static atomic_long flushes;
/* Once the daemon has said that it knows no such request, the kernel does not wait for it when a file is closed. */
static int has_flush = 1;

static void answer(uint64_t unique, int error, const void *data, size_t length)
{
	char reply[sizeof(struct fuse_out_header) + 256];
	struct fuse_out_header header = { .len = sizeof(header) + length, .error = -error, .unique = unique };

	memcpy(reply, &header, sizeof(header));
	if (length > 0)
		memcpy(reply + sizeof(header), data, length);
	if (write(device, reply, header.len) < 0 && errno != ENOENT)
		_exit(1);
}

static struct fuse_attr attributes_of(uint64_t node)
{
	struct fuse_attr attributes = { .ino = node, .nlink = 1, .blksize = 4096 };

	attributes.mode = node == REGULAR ? S_IFREG | 0755 : S_IFDIR | 0755;
	attributes.size = node == REGULAR ? 4096 : 0;
	return attributes;
}

static void look_up(uint64_t unique, const char *name)
{
	struct fuse_entry_out entry = { .entry_valid = LASTING, .attr_valid = LASTING };

	entry.nodeid = strcmp(name, "d") == 0 ? DIRECTORY : strcmp(name, "x") == 0 ? REGULAR : 0;
	if (entry.nodeid == 0) {
		answer(unique, ENOENT, NULL, 0);
		return;
	}
	entry.attr = attributes_of(entry.nodeid);
	answer(unique, 0, &entry, sizeof(entry));
}

static void serve_one(const struct fuse_in_header *request, const void *data)
{
	struct fuse_init_out init = { .major = FUSE_KERNEL_VERSION, .minor = 31, .max_readahead = 65536, .max_write = 65536 };
	struct fuse_attr_out attributes = { .attr_valid = LASTING, .attr = attributes_of(request->nodeid) };
	struct fuse_open_out opened = { 0 };
	struct fuse_statfs_out statistics = { .st = { .blocks = 1, .bsize = 4096, .namelen = 255, .frsize = 4096 } };

	switch (request->opcode) {
	case FUSE_INIT:
		answer(request->unique, 0, &init, sizeof(init));
		break;
	case FUSE_LOOKUP:
		look_up(request->unique, data);
		break;
	case FUSE_GETATTR:
		answer(request->unique, 0, &attributes, sizeof(attributes));
		break;
	case FUSE_OPEN:
	case FUSE_OPENDIR:
		answer(request->unique, 0, &opened, sizeof(opened));
		break;
	case FUSE_STATFS:
		answer(request->unique, 0, &statistics, sizeof(statistics));
		break;
	case FUSE_FLUSH:
		answer(request->unique, has_flush ? 0 : ENOSYS, NULL, 0);
		break;
	case FUSE_READDIR:
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
		answer(request->unique, 0, NULL, 0);
		break;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		break;
	default:
		answer(request->unique, ENOSYS, NULL, 0);
	}
}

static void note(const struct fuse_in_header *request)
{
	printf("asked %u %u\n", request->opcode, request->pid);
	fflush(stdout);
	if (request->opcode == FUSE_FLUSH || request->opcode == FUSE_READ)
		flushes++;
}

static void *serve(void *nothing)
{
	static char request[1 << 17];

	for (;;) {
		const struct fuse_in_header *header = (const struct fuse_in_header *)request;

		if (read(device, request, sizeof(request)) < 0) {
			if (errno == EINTR || errno == ENOENT)
				continue;
			return nothing;
		}
		if (!is_mute)
			serve_one(header, request + sizeof(*header));
		else if (header->opcode != FUSE_FORGET && header->opcode != FUSE_BATCH_FORGET)
			note(header);
	}
}

static void mount_fuse(const char *target)
{
	char options[128];
	pthread_t thread;

	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions", device);
	check(mount("fuse", target, "fuse", 0, options), "mount a file system in user space");
	errno = pthread_create(&thread, NULL, serve, NULL);
	if (errno != 0)
		fail("start a thread");
}

static void mount_overlay(const char *target, const char *lower)
{
	char options[256];

	snprintf(options, sizeof(options), "lowerdir=%s:empty", lower);
	check(mount("overlay", target, "overlay", 0, options), "mount an overlay");
}

static void detach(const char *target)
{
	check(umount2(target, MNT_DETACH), "unmount");
}

/* A thread can't: these are to be made while one serves. */
static void mount_namespace_in_process(const char *path)
{
	int status;
	pid_t child = split();

	if (child == 0) {
		check(unshare(CLONE_NEWUTS), "make a UTS namespace");
		tell_namespace("uts");
		fflush(stdout);
		bind_mount("/proc/self/ns/uts", path);
		_exit(0);
	}
	waitpid(child, &status, 0);
	if (status != 0)
		exit(1);
}

static void wait_for_line(void)
{
	char line[64];

	fflush(stdout);
	if (read(0, line, sizeof(line)) <= 0)
		exit(0);
}

/* A page of the file in memory, which is read when it is touched. */
static void *map_file(void)
{
	int file = check(open("f/d/x", O_RDONLY | O_CLOEXEC), "open a file");
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);

	if (page == MAP_FAILED)
		fail("map a file");
	close(file);
	return page;
}

static void *page;
static const char *locked = "/proc/self";

/* Has the page read by way of /proc, which holds the lock of the whole memory meanwhile. */
static void *read_own_memory(void *nothing)
{
	char byte;
	int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);

	if (pread(memory, &byte, 1, (off_t)page) < 0)
		_exit(1);
	return nothing;
}

/* Has the entries of a folder written into the page. */
static void *list_folder(void *nothing)
{
	int folder = open(locked, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (syscall(SYS_getdents64, folder, page, 4096) < 0)
		_exit(1);
	return nothing;
}

/* Keeps a lock, and then waits for it as a writer, so that every reader waits. */
static void keep_lock(void *(*keep)(void *))
{
	pthread_t thread;
	char none[4096];

	snprintf(none, sizeof(none), "%s/none", locked);
	if (pthread_create(&thread, NULL, keep, NULL) != 0)
		_exit(1);
	usleep(200000);
	if (keep == read_own_memory)
		mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	else
		mkdir(none, 0755);
	_exit(0);
}

/* Processes that execute a program when they are told to, or keep a lock. */
static void execute(long count, void *(*keep)(void *))
{
	int pipes[2], started[2];
	char byte;

	check(pipe2(pipes, O_CLOEXEC), "make a pipe");
	check(pipe2(started, O_CLOEXEC), "make a pipe");
	for (long i = 0; i < count; i++) {
		pid_t child = split();

		if (child == 0) {
			close(device);
			close(pipes[1]);
			check(unshare(CLONE_NEWUTS), "make a UTS namespace");
			if (keep == NULL)
				check(open("f/d/x", O_RDONLY | O_CLOEXEC), "open a file");
			else
				page = map_file();
			printf("%d\n", getpid());
			tell_namespace("uts");
			fflush(stdout);
			check(write(started[1], "c", 1), "write");
			if (read(pipes[0], &byte, 1) < 0)
				_exit(1);
			if (keep != NULL)
				keep_lock(keep);
			execl("/bin/sleep", "sleep", "600", NULL);
			_exit(1);
		}
		if (read(started[0], &byte, 1) != 1)
			fail("read");
	}
	printf("ready\n");
	wait_for_line();
	alarm(SHORTEST);
	is_mute = 1;
	close(pipes[1]);
	/* All read the same page, which is asked for once. */
	while (flushes < (keep == NULL ? count : 1))
		usleep(1000);
	if (keep != NULL)
		usleep(500000);
	printf("executing\n");
	wait_for_line();
	exit(0);
}

/* Cuts a tmpfs with the mount of a namespace off, and has its folder be the one that is locked. */
static void cut_off(void)
{
	static char path[64];
	int tree;

	check(mount("t", "o", "tmpfs", 0, NULL), "mount a tmpfs");
	check(mkdir("o/names", 0755), "make a folder");
	make_file("o/names/name");
	mount_namespace_in_process("o/names/name");
	tree = check(syscall(SYS_open_tree, AT_FDCWD, "o", OPEN_TREE_CLONE | AT_RECURSIVE | O_CLOEXEC), "copy a tree of mounts");
	detach("o");
	snprintf(path, sizeof(path), "/proc/self/fd/%d/names", tree);
	locked = path;
}

static void exchange(void)
{
	int namespace, file, end;

	has_flush = 0;
	close(check(open("f/d/x", O_RDONLY | O_CLOEXEC), "open a file"));
	file = check(open("f/d/x", O_RDONLY | O_CLOEXEC), "open a file");
	check(unshare(CLONE_NEWUTS), "make a UTS namespace");
	tell_namespace("uts");
	namespace = check(open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC), "open a namespace");
	check(unshare(CLONE_NEWUTS), "make a UTS namespace");
	end = check(fcntl(namespace, F_DUPFD_CLOEXEC, 100), "copy a descriptor");
	if (split() != 0)
		return;
	for (;;) {
		dup2(file, end);
		dup2(namespace, end);
	}
}

int main(int argc, char **argv)
{
	const char *path = argv[1], *folder = argv[2];

	bound();
	argv += 2, argc -= 2;
	become_root(CLONE_NEWNS);
	bound();
	device = check(open(path, O_RDWR | O_CLOEXEC), "open the device");
	check(mount("load", folder, "tmpfs", 0, NULL), "mount a tmpfs");
	check(chdir(folder), "go to the folder");
	for (const char *const *name = (const char *const[]){ "f", "b", "c", "o", "p", "empty", NULL }; *name != NULL; name++)
		check(mkdir(*name, 0755), "make a folder");
	if (is_mode(argv, "covering")) {
		make_file("f/below");
		mount_namespace_in_process("f/below");
		check(mount("g", "b", "tmpfs", 0, NULL), "mount a tmpfs");
		make_file("b/name");
		mount_namespace_in_process("b/name");
		mount_fuse("f");
		check(mount("f/d/x", "b/name", NULL, MS_BIND, NULL), "cover a mount");
		is_mute = 1;
		stay();
	}
	mount_fuse("f");
	if (is_mode(argv, "plain")) {
		mount_namespace_in_process("f/d/x");
	} else if (is_mode(argv, "bound")) {
		bind_mount("f", "b");
		bind_mount("f/d", "c");
		mount_namespace_in_process("b/d/x");
		mount_namespace_in_process("c/x");
		detach("f");
	} else if (is_mode(argv, "overlay")) {
		mount_overlay("o", "f");
		mount_namespace_in_process("o/d/x");
		detach("f");
	} else if (is_mode(argv, "stacked")) {
		mount_overlay("o", "f");
		mount_overlay("p", "o");
		mount_namespace_in_process("p/d/x");
		detach("f");
		detach("o");
	} else if (is_mode(argv, "executing")) {
		execute(number(argc, argv, 2), NULL);
	} else if (is_mode(argv, "memory")) {
		execute(number(argc, argv, 2), read_own_memory);
	} else if (is_mode(argv, "folder")) {
		if (argc > 3)
			locked = argv[3];
		execute(number(argc, argv, 2), list_folder);
	} else if (is_mode(argv, "tree")) {
		cut_off();
		execute(number(argc, argv, 2), list_folder);
	} else {
		exchange();
	}
	is_mute = 1;
	stay();
}
