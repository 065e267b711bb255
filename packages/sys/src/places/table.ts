import type { Finding, NamespaceId, Source } from "@ns-graph/graph";
import type { ScannedProcess } from "../processes/scanned-process.js";
import type { ScanContext } from "../scan/scan-context.js";
import { findBehindAnonymous } from "./anonymous.js";
import { findDescriptors } from "./descriptor.js";
import { findForChildren } from "./for-children.js";
import { findInKernelList, walkMountNamespaces } from "./kernel-list.js";
import { findMounts } from "./mount.js";
import { findSockets } from "./socket.js";
import { findThreads } from "./thread.js";

/** A way in which the kernel shows namespaces, and what it takes. */
export interface Way {
  /** The interface of the kernel. */
  readonly interface: string;
  /** The first Linux release that has it. */
  readonly since: string;
  /** What the viewer needs for other users' processes or foreign namespaces, beyond being allowed to see them in /proc. */
  readonly needs: string;
  /** What it finds that nothing above it does. */
  readonly finds: string;
}

/** A place where namespaces are found. */
export interface Place {
  /** The source of a survey that it belongs to. */
  readonly source: Source;
  /** The ways in which it is searched: where the first does not do, the next. */
  readonly ways: readonly Way[];
}

/** A place that is searched in each process. */
interface PlaceOfProcesses extends Place {
  search(process: ScannedProcess): void;
}

/** A place that is searched in each mount namespace; `members` are some processes and threads in it. */
interface PlaceOfMountNamespaces extends Place {
  search(context: ScanContext, mountNamespace: NamespaceId, members: readonly number[]): Finding;
}

/** A list of the kernel's own; undefined where this kernel has no such list. */
interface PlaceOfKernel extends Place {
  /** The source whose list it stands in for, where the kernel lacks that one. */
  readonly standsInFor?: Source;
  search(context: ScanContext): Finding | undefined;
}

/** ptrace(2) access mode READ: the same user with no more capabilities, or this capability in the process's user namespace. */
const PTRACE = "CAP_SYS_PTRACE";

/**
 * What every survey does: the links of a process are what `Probe.readProcess` begins with, and each namespace that was opened
 * is asked for its relatives through its `NamespaceHandle`.
 */
const OF_SURVEYS: readonly Place[] = [
  {
    source: "process",
    ways: [
      {
        interface: "/proc/PID/ns/*",
        since: "3.8",
        needs: PTRACE,
        finds: "namespaces with member processes",
      },
      {
        interface: "NS_GET_USERNS, NS_GET_PARENT",
        since: "4.9",
        needs: "nothing; what lies above the viewer's own user and pid namespace is not shown to anybody",
        finds: "owners and ancestors without processes, up to the viewer's own",
      },
    ],
  },
];

/** What is searched in each process, in this order. */
export const OF_PROCESSES: readonly PlaceOfProcesses[] = [
  {
    source: "thread",
    search: findThreads,
    ways: [
      {
        interface: "/proc/PID/task/TID/ns/*",
        since: "3.8",
        needs: PTRACE,
        finds: "namespaces that only a thread is in, also of a process whose main thread has exited",
      },
    ],
  },
  {
    source: "for-children",
    search: findForChildren,
    ways: [
      {
        interface: "/proc/PID/ns/pid_for_children, time_for_children",
        since: "4.12, 5.6",
        needs: PTRACE,
        finds: "namespaces that only the next child of a process or thread would be in",
      },
      {
        interface: "PIDFD_GET_PID_FOR_CHILDREN",
        since: "6.11",
        needs: PTRACE,
        finds: "a pid namespace before its first process (until Linux 7.0 the link does not show it)",
      },
    ],
  },
  {
    source: "fd",
    search: findDescriptors,
    ways: [
      {
        interface: "/proc/PID/fd/*",
        since: "3.8",
        needs: `${PTRACE} and CAP_DAC_READ_SEARCH`,
        finds: "namespaces that only a descriptor holds",
      },
      {
        interface: "/proc/PID/task/TID/fd/*",
        since: "3.8",
        needs: `${PTRACE} and CAP_DAC_READ_SEARCH`,
        finds:
          "namespaces that only a thread's descriptor holds, where it has a file table of its own or the main thread has exited",
      },
      {
        interface: "/proc/PID/fd/* and statmount(2)",
        since: "6.11",
        needs: "CAP_SYS_ADMIN in the owner of each mount namespace",
        finds:
          "namespaces that are only mounted in a tree of mounts which is attached nowhere (open_tree(2)), in folders of tmpfs",
      },
    ],
  },
  {
    source: "socket",
    search: findSockets,
    ways: [
      {
        interface: "pidfd_getfd(2) and SIOCGSKNS",
        since: "5.6",
        needs: `${PTRACE} (mode ATTACH: Yama may forbid it) and CAP_NET_ADMIN in the namespace's owner`,
        finds: "network namespaces that only a socket, or a descriptor of a tun or tap device, holds",
      },
      {
        interface: "pidfd_open(2) with PIDFD_THREAD",
        since: "6.9",
        needs: "the same",
        finds: "network namespaces that only such a descriptor in such a file table holds",
      },
    ],
  },
  {
    source: "fd",
    search: findBehindAnonymous,
    ways: [
      {
        interface: "/proc/PID/fdinfo/* of inotify(7) and fanotify(7)",
        since: "3.8",
        needs: `${PTRACE} and CAP_DAC_READ_SEARCH; CAP_SYS_ADMIN to open what is watched (6.18)`,
        finds: "namespaces that only a watch on their file holds; before 6.18 only that they exist, and no type",
      },
      {
        interface: "/proc/PID/fdinfo/* of io_uring(7)",
        since: "6.14",
        needs: `${PTRACE} and CAP_DAC_READ_SEARCH`,
        finds:
          "that namespaces exist which only a ring holds, where their file is registered; network namespaces of sockets that are registered there and open in some process as well",
      },
    ],
  },
];

/** What is searched in each mount namespace, also in those that are found on the way. */
export const OF_MOUNT_NAMESPACES: readonly PlaceOfMountNamespaces[] = [
  {
    source: "mount",
    search: findMounts,
    ways: [
      {
        interface: "/proc/PID/mountinfo",
        since: "3.8",
        needs: `nothing to list a mount; ${PTRACE} to open what is mounted`,
        finds:
          "namespaces that only a bind mount holds, in mount namespaces with a process or thread that is not chrooted",
      },
      {
        interface: "listmount(2) and statmount(2)",
        since: "6.11",
        needs: "CAP_SYS_ADMIN in the mount namespace's owner",
        finds:
          "bind mounts in mount namespaces without processes, or with chrooted ones alone, and those outside the viewer's own root directory",
      },
    ],
  },
];

/** Lists of the kernel's own: the first that it has holds all that the next one would. */
export const OF_KERNEL: readonly PlaceOfKernel[] = [
  {
    source: "kernel",
    search: findInKernelList,
    ways: [
      {
        interface: "listns(2) and nsfs file handles",
        since: "6.19",
        needs: "CAP_SYS_ADMIN, in the initial pid and user namespace",
        finds: "every namespace in use, also one that only a descriptor in flight holds",
      },
    ],
  },
  {
    source: "mount",
    standsInFor: "kernel",
    search: walkMountNamespaces,
    ways: [
      {
        interface: "NS_MNT_GET_NEXT, NS_MNT_GET_PREV",
        since: "6.12",
        needs: "CAP_SYS_ADMIN, in the initial pid and user namespace",
        finds: "where there is no such list: mount namespaces without processes, whatever holds them",
      },
    ],
  },
];

/** Every place, in the order of the search. Each that is searched for holders has a file of its own beside this one. */
export const PLACES: readonly Place[] = [...OF_SURVEYS, ...OF_PROCESSES, ...OF_MOUNT_NAMESPACES, ...OF_KERNEL];
