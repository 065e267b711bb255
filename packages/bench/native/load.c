/*
 * load PROCESSES GROUPS: idle processes with one thread and three open descriptors each, spread over groups.
 * Each group is in a user, pid, net, mnt, ipc, uts and cgroup namespace of its own.
 *
 * Says `ready` when all are there, and ends when its standard input does. Nothing outlives it: the first process of
 * each group dies with it, and the others with the first, which is the init of their pid namespace.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const unsigned long ALL = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;

static void fail(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void idle(void) {
  for (;;) pause();
}

/** The first process of a group: forks the others, and says how many there are. */
static void lead(long size, int report) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) _exit(1);
  for (int fd = 0; fd < 3; fd++) dup2(null, fd);
  close(null);
  long made = 1;
  for (; made < size; made++) {
    pid_t pid = fork();
    if (pid < 0) break;
    if (pid == 0) {
      close(report);
      idle();
    }
  }
  if (write(report, &made, sizeof made) != sizeof made) _exit(1);
  close(report);
  idle();
}

static void write_map(pid_t pid, const char *name, unsigned long first) {
  char path[64], line[64];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
  int length = snprintf(line, sizeof line, "0 %lu 65536\n", first);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, line, length) != length) fail(path);
  close(fd);
}

int main(int argc, char **argv) {
  long processes = argc == 3 ? atol(argv[1]) : 0;
  long groups = argc == 3 ? atol(argv[2]) : 0;
  if (groups < 1 || processes < groups) {
    fprintf(stderr, "usage: load PROCESSES GROUPS\n");
    return 2;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  pid_t *leaders = calloc(groups, sizeof *leaders);
  if (leaders == NULL) fail("calloc");
  for (long group = 0; group < groups; group++) {
    long size = processes / groups + (group < processes % groups);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) fail("pipe");
    pid_t leader = syscall(SYS_clone, ALL | SIGCHLD, NULL, NULL, NULL, NULL);
    if (leader < 0) fail("clone");
    if (leader == 0) {
      close(ends[0]);
      lead(size, ends[1]);
    }
    leaders[group] = leader;
    close(ends[1]);
    write_map(leader, "uid_map", 100000 + 65536 * (unsigned long)group);
    write_map(leader, "gid_map", 100000 + 65536 * (unsigned long)group);
    long made = 0;
    if (read(ends[0], &made, sizeof made) != sizeof made || made != size) {
      fprintf(stderr, "load: group %ld has %ld of %ld processes\n", group, made, size);
      return 1;
    }
    close(ends[0]);
  }
  puts("ready");
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) continue;
  for (long group = 0; group < groups; group++) kill(leaders[group], SIGKILL);
  for (long group = 0; group < groups; group++) waitpid(leaders[group], NULL, 0);
  return 0;
}
