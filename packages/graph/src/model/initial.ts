import type { NamespaceId } from "./namespace-id.js";
import type { NamespaceType } from "./namespace-type.js";

/**
 * Inode numbers the kernel gives its own first namespaces (enum init_ns_ino, include/uapi/linux/nsfs.h):
 * fixed since the type exists, but for net and mnt, which got theirs in Linux 6.17.
 */
const INITIAL_INODES: Readonly<Record<NamespaceType, number>> = {
  ipc: 0xefffffff,
  uts: 0xeffffffe,
  user: 0xeffffffd,
  pid: 0xeffffffc,
  cgroup: 0xeffffffb,
  time: 0xeffffffa,
  net: 0xeffffff9,
  mnt: 0xeffffff8,
};

/** The first number that is given out dynamically (PROC_DYNAMIC_FIRST, fs/proc/generic.c). */
const FIRST_DYNAMIC = 0xf0000000;

/** What is known of a machine that helps to recognise its initial namespaces. */
export interface InitialEvidence {
  /** The namespaces of kthreadd (PID 2 of the initial PID namespace), which never leaves the initial ones. */
  readonly kthreadd?: Readonly<Partial<Record<NamespaceType, NamespaceId>>> | undefined;
  /** Whether this kernel was seen to give net and mnt their fixed numbers. */
  readonly fixedNetAndMnt: boolean;
}

/** Whether an inode number is the fixed one of the initial namespace of that type. */
export function isInitialInode(type: NamespaceType, ino: number): boolean {
  return INITIAL_INODES[type] === ino;
}

/** Whether a namespace is the initial one of its type; undefined where that can't be known. */
export function isInitial(
  namespace: { readonly id: NamespaceId; readonly type: NamespaceType; readonly ino: number },
  evidence: InitialEvidence,
): boolean | undefined {
  const { type, ino, id } = namespace;
  if (isInitialInode(type, ino)) return true;
  // Numbers in neither range are not of this kernel's making (a sandbox that imitates Linux), and say nothing.
  if (ino < FIRST_DYNAMIC && ino < 0xefffff00) return undefined;
  if ((type !== "net" && type !== "mnt") || evidence.fixedNetAndMnt) return false;
  const kthreadd = evidence.kthreadd?.[type];
  return kthreadd === undefined ? undefined : kthreadd === id;
}
