/*
 * Makes processes that end at once, and reaps them, as fast as one CPU can: churn plain|namespaces SECONDS.
 * With `namespaces`, each is in new user, ipc, net, pid and uts namespaces. It ends with its parent, or when the time is over.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	unsigned long flags = SIGCHLD;
	if (strcmp(argv[1], "namespaces") == 0)
		flags |= CLONE_NEWUSER | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWUTS;
	pid_t parent = getppid();
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != parent)
		return 0;
	alarm(atoi(argv[2]));
	for (;;) {
		long pid = syscall(SYS_clone, flags, 0, 0, 0, 0);
		if (pid == 0)
			_exit(0);
		if (pid < 0)
			usleep(1000);
		else
			waitpid((pid_t)pid, NULL, 0);
	}
}
