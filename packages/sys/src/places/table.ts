import type { Source } from "@ns-graph/graph";

/** A way by which namespaces are found, and what it takes. */
export interface Place {
  /** The source of a survey that it belongs to. */
  readonly source: Source;
  /** The interface of the kernel. */
  readonly interface: string;
  /** The first Linux release that has it. */
  readonly since: string;
  /** What the viewer needs for other users' processes or foreign namespaces, beyond being allowed to see them in /proc. */
  readonly needs: string;
  /** What it finds that nothing above it does. */
  readonly finds: string;
}

/** ptrace(2) access mode READ: the same user with no more capabilities, or this capability in the process's user namespace. */
const PTRACE = "CAP_SYS_PTRACE";

/** Every place that is searched, in the order of the search. Each has a file of its own beside this one. */
export const PLACES: readonly Place[] = [
  {
    source: "process",
    interface: "/proc/PID/ns/*",
    since: "3.8",
    needs: PTRACE,
    finds: "namespaces with member processes",
  },
  {
    source: "process",
    interface: "NS_GET_USERNS, NS_GET_PARENT",
    since: "4.9",
    needs: "nothing; what lies above the viewer's own user and pid namespace is not shown to anybody",
    finds: "owners and ancestors without processes, up to the viewer's own",
  },
  {
    source: "thread",
    interface: "/proc/PID/task/TID/ns/*",
    since: "3.8",
    needs: PTRACE,
    finds: "namespaces that only a thread is in, also of a process whose main thread has exited",
  },
  {
    source: "for-children",
    interface: "/proc/PID/ns/pid_for_children, time_for_children",
    since: "4.12, 5.6",
    needs: PTRACE,
    finds: "namespaces that only the next child of a process or thread would be in",
  },
  {
    source: "for-children",
    interface: "PIDFD_GET_PID_FOR_CHILDREN",
    since: "6.11",
    needs: PTRACE,
    finds: "a pid namespace before its first process (until Linux 7.0 the link does not tell)",
  },
  {
    source: "fd",
    interface: "/proc/PID/fd/*",
    since: "3.8",
    needs: `${PTRACE} and CAP_DAC_READ_SEARCH`,
    finds: "namespaces that only a descriptor holds",
  },
  {
    source: "fd",
    interface: "/proc/PID/task/TID/fd/*",
    since: "3.8",
    needs: `${PTRACE} and CAP_DAC_READ_SEARCH`,
    finds:
      "namespaces that only a thread's descriptor holds, where it has a file table of its own or the main thread has exited",
  },
  {
    source: "socket",
    interface: "pidfd_getfd(2) and SIOCGSKNS",
    since: "5.6",
    needs: `${PTRACE} (mode ATTACH: Yama may forbid it) and CAP_NET_ADMIN in the namespace's owner`,
    finds: "network namespaces that only a socket holds",
  },
  {
    source: "socket",
    interface: "pidfd_open(2) with PIDFD_THREAD",
    since: "6.9",
    needs: "the same",
    finds: "network namespaces that only a socket in such a file table holds",
  },
  {
    source: "mount",
    interface: "/proc/PID/mountinfo",
    since: "3.8",
    needs: `nothing to list a mount; ${PTRACE} to open what is mounted`,
    finds: "namespaces that only a bind mount holds, in mount namespaces with a process or thread that is not chrooted",
  },
  {
    source: "mount",
    interface: "listmount(2) and statmount(2)",
    since: "6.11",
    needs: "CAP_SYS_ADMIN in the mount namespace's owner",
    finds:
      "bind mounts in mount namespaces without processes, or with chrooted ones alone, and those outside the viewer's own root directory",
  },
  {
    source: "mount",
    interface: "NS_MNT_GET_NEXT, NS_MNT_GET_PREV",
    since: "6.12",
    needs: "CAP_SYS_ADMIN, in the initial pid and user namespace",
    finds: "mount namespaces without processes, whatever holds them",
  },
  {
    source: "kernel",
    interface: "listns(2) and nsfs file handles",
    since: "6.19",
    needs: "CAP_SYS_ADMIN, in the initial pid and user namespace",
    finds: "every namespace in use, also one that only a descriptor in flight holds",
  },
];
