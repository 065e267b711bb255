/*
 * Very long command lines:
 *
 *   command-lines mapped GIB        GIB of address space are said to be the arguments (PR_SET_MM_MAP, Linux 3.18)
 *   command-lines empty COUNT       COUNT empty arguments and one that is not
 *   command-lines broken COUNT      COUNT processes, each with 128 KiB that are not UTF-8
 */
#include "load.h"
#include <linux/prctl.h>
#include <stdint.h>
#include <sys/mman.h>

/* The longest single argument with its end (MAX_ARG_STRLEN). */
#define LONGEST_ARGUMENT 131072

static uint64_t field(const char *stat, int at)
{
	const char *rest = strrchr(stat, ')') + 2;

	/* The first after the name is the third. */
	for (int i = 3; i < at; i++)
		rest = strchr(rest, ' ') + 1;
	return strtoull(rest, NULL, 10);
}

static void say_arguments_are(char *start, uint64_t length)
{
	char stat[4096] = { 0 };
	int fd = check(open("/proc/self/stat", O_RDONLY), "/proc/self/stat");

	check(read(fd, stat, sizeof(stat) - 1), "/proc/self/stat");
	close(fd);
	struct prctl_mm_map map = {
		.start_code = field(stat, 26), .end_code = field(stat, 27), .start_stack = field(stat, 28),
		.start_data = field(stat, 45), .end_data = field(stat, 46), .start_brk = field(stat, 47),
		.brk = (uint64_t)sbrk(0), .env_start = field(stat, 50), .env_end = field(stat, 51),
		.arg_start = (uint64_t)start, .arg_end = (uint64_t)start + length, .exe_fd = -1,
	};
	check(prctl(PR_SET_MM, PR_SET_MM_MAP, &map, sizeof(map), 0), "say where the arguments are");
}

static void map_arguments(uint64_t length)
{
	char *start = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (start == MAP_FAILED)
		fail("map memory");
	memset(start, 'a', 1 << 20);
	say_arguments_are(start, length);
}

/* This program again, as the one that stays. */
static void become(char **arguments)
{
	arguments[0] = "load";
	arguments[1] = "stay";
	execv("/proc/self/exe", arguments);
	fail("execute");
}

static void have_empty(long count)
{
	char **arguments = calloc(count + 4, sizeof(char *));

	for (long i = 0; i < count; i++)
		arguments[i + 2] = "";
	arguments[count + 2] = "last";
	become(arguments);
}

static void have_broken(long count)
{
	char *argument = malloc(LONGEST_ARGUMENT);
	char *arguments[] = { NULL, NULL, argument, NULL };
	int pipes[2];
	char byte;

	memset(argument, 0x80, LONGEST_ARGUMENT - 1);
	argument[LONGEST_ARGUMENT - 1] = 0;
	/* Its writers close it by executing. */
	check(pipe2(pipes, O_CLOEXEC), "make a pipe");
	for (long i = 0; i < count; i++) {
		if (split() == 0) {
			close(0);
			open("/dev/null", O_RDONLY);
			arguments[1] = "child";
			arguments[0] = "load";
			execv("/proc/self/exe", arguments);
			_exit(1);
		}
	}
	close(pipes[1]);
	while (read(pipes[0], &byte, 1) > 0)
		;
}

int main(int argc, char **argv)
{
	bound();
	if (is_mode(argv, "stay"))
		stay();
	if (is_mode(argv, "child"))
		for (;;)
			pause();
	if (is_mode(argv, "empty"))
		have_empty(number(argc, argv, 2));
	if (is_mode(argv, "mapped"))
		map_arguments((uint64_t)number(argc, argv, 2) << 30);
	if (is_mode(argv, "broken"))
		have_broken(number(argc, argv, 2));
	stay();
}
