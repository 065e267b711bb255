/*
 * Makes processes that end at once, and reaps them, as fast as one CPU can: churn plain|namespaces SECONDS LOG.
 * With `namespaces`, each is in new user, ipc, net, pid and uts namespaces. It ends with its parent, or when the time is over.
 * A few live for some milliseconds, so that somebody who looks sees them come and go.
 * Of each process that was reaped LOG gets three 64-bit numbers: its PID, and the nanoseconds of CLOCK_MONOTONIC before
 * it was made and after it was reaped.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* How many live on while others are made. */
#define LASTING 16
/* For so many microseconds at most. */
#define LONGEST 30000

struct life {
	int64_t pid, from, to;
};

static int reap(struct life *life, int log, int options)
{
	if (life->pid == 0 || waitpid((pid_t)life->pid, NULL, options) == 0)
		return 0;
	life->to = now();
	if (write(log, life, sizeof(*life)) != sizeof(*life))
		exit(2);
	life->pid = 0;
	return 1;
}

static struct life make(unsigned long flags, unsigned int microseconds)
{
	struct life life = { 0, now(), 0 };
	long pid = syscall(SYS_clone, flags, 0, 0, 0, 0);

	if (pid == 0) {
		if (microseconds > 0)
			usleep(microseconds);
		_exit(0);
	}
	if (pid > 0)
		life.pid = pid;
	else
		usleep(1000);
	return life;
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	unsigned long flags = SIGCHLD;
	if (strcmp(argv[1], "namespaces") == 0)
		flags |= CLONE_NEWUSER | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWUTS;
	int log = open(argv[3], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (log < 0)
		return 2;
	pid_t parent = getppid();
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != parent)
		return 0;
	alarm(atoi(argv[2]));
	struct life lasting[LASTING] = { 0 };
	for (unsigned int i = 0;; i++) {
		struct life *slot = &lasting[i % LASTING];
		if (reap(slot, log, WNOHANG) || slot->pid == 0)
			*slot = make(flags, 1 + rand() % LONGEST);
		struct life once = make(flags, 0);
		reap(&once, log, 0);
	}
}
