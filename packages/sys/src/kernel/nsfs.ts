import { isNamespaceType, type NamespaceType, parseNamespaceId } from "@ns-graph/graph";
import { ioctlNumbers } from "./ioctl-number.js";

/* The ioctls of nsfs and pidfs: ioctl_ns(2), include/uapi/linux/nsfs.h and pidfd.h. */

const { io, ior } = ioctlNumbers(process.arch);
const NSIO = 0xb7;
const PIDFS = 0xff;

/** Descriptor of the owning user namespace. Linux 4.9. */
export const NS_GET_USERNS = io(NSIO, 1);
/** Descriptor of the parent (pid and user). Linux 4.9. */
export const NS_GET_PARENT = io(NSIO, 2);
/** The CLONE_NEW* constant of the type. Linux 4.11. */
export const NS_GET_NSTYPE = io(NSIO, 3);
/** The creator's uid into a u32. Linux 4.11. */
export const NS_GET_OWNER_UID = io(NSIO, 4);
/** The id of a mount namespace into a u64. Linux 6.11. */
export const NS_GET_MNTNS_ID = ior(NSIO, 5, 8);
/** The process with a PID in the namespace, as its PID in the caller's. Linux 6.11. */
export const NS_GET_TGID_FROM_PIDNS = ior(NSIO, 7, 4);
/** A struct mnt_ns_info about a mount namespace. Linux 6.12. */
export const NS_MNT_GET_INFO = ior(NSIO, 10, 16);
/** Descriptor of the next mount namespace, and a struct mnt_ns_info. Linux 6.12. */
export const NS_MNT_GET_NEXT = ior(NSIO, 11, 16);
/** Descriptor of the previous mount namespace, and a struct mnt_ns_info. Linux 6.12. */
export const NS_MNT_GET_PREV = ior(NSIO, 12, 16);
/** The id that is never reused into a u64. Linux 6.18. */
export const NS_GET_ID = ior(NSIO, 13, 8);
/** Descriptor of the network namespace of a socket (asm-generic/sockios.h). Linux 4.10. */
export const SIOCGSKNS = 0x894c;
/** Descriptor of a process's own namespace, by its type. Linux 6.11. */
export const PIDFD_GET_NAMESPACE: Readonly<Record<NamespaceType, number>> = {
  cgroup: io(PIDFS, 1),
  ipc: io(PIDFS, 2),
  mnt: io(PIDFS, 3),
  net: io(PIDFS, 4),
  pid: io(PIDFS, 5),
  time: io(PIDFS, 7),
  user: io(PIDFS, 9),
  uts: io(PIDFS, 10),
};
/** Descriptor of the pid namespace for a process's children. Linux 6.11. */
export const PIDFD_GET_PID_FOR_CHILDREN = io(PIDFS, 6);
/** Descriptor of the time namespace for a process's children. Linux 6.11. */
export const PIDFD_GET_TIME_FOR_CHILDREN = io(PIDFS, 8);

/** The CLONE_NEW* constants of clone(2), by type. */
export const CLONE_FLAGS: Readonly<Record<NamespaceType, number>> = {
  time: 0x00000080,
  mnt: 0x00020000,
  cgroup: 0x02000000,
  uts: 0x04000000,
  ipc: 0x08000000,
  user: 0x10000000,
  pid: 0x20000000,
  net: 0x40000000,
};

const typesByFlag = new Map(Object.entries(CLONE_FLAGS).map(([type, flag]) => [flag, type as NamespaceType]));

/** The type a CLONE_NEW* constant stands for. */
export function typeOfFlag(flag: number): NamespaceType | undefined {
  return typesByFlag.get(flag);
}

/** Reads the kernel's spelling of a namespace, `net:[4026531833]`: the link text of /proc/PID/ns and of descriptors, and the root of nsfs mounts. */
export function parseNsfsName(text: string): { readonly type: NamespaceType; readonly ino: number } | undefined {
  const match = /^([a-z]+):\[(\d+)\]$/.exec(text);
  const type = match?.[1] ?? "";
  if (!isNamespaceType(type) || match === null) return undefined;
  const ino = parseNamespaceId(`0:${match[2]}`)?.ino;
  return ino === undefined ? undefined : { type, ino };
}
