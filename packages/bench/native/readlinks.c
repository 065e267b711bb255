/*
 * readlinks: the cost that no scan can avoid. Reads the eight links of every process in /proc, keeps nothing, and prints
 * the nanoseconds that it took.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static const char *const TYPES[] = {"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"};

int main(void) {
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  DIR *proc = opendir("/proc");
  if (proc == NULL) return 1;
  char path[64], link[64];
  for (struct dirent *entry; (entry = readdir(proc)) != NULL;) {
    if (!isdigit((unsigned char)entry->d_name[0])) continue;
    for (int type = 0; type < 8; type++) {
      snprintf(path, sizeof path, "/proc/%.16s/ns/%s", entry->d_name, TYPES[type]);
      if (readlink(path, link, sizeof link) < 0) break;
    }
  }
  closedir(proc);
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%lld\n", (end.tv_sec - start.tv_sec) * 1000000000LL + end.tv_nsec - start.tv_nsec);
  return 0;
}
