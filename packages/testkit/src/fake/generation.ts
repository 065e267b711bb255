import { NAMESPACE_TYPES, type NamespaceType } from "@ns-graph/graph";

/** What a kernel can be asked. */
export interface Generation {
  readonly release: string;
  readonly types: readonly NamespaceType[];
  /** NS_GET_USERNS and NS_GET_PARENT (Linux 4.9). */
  readonly relatives: boolean;
  /** NS_GET_OWNER_UID (Linux 4.11). */
  readonly ownerUid: boolean;
  /** pidfd_getfd(2) (Linux 5.6), which leads to other processes' sockets. */
  readonly sockets: boolean;
  /** listmount(2) by mount namespace (Linux 6.11) and NS_MNT_GET_NEXT (6.12). */
  readonly mountLists: boolean;
  /** NS_GET_ID (Linux 6.18). */
  readonly nsId: boolean;
  /** listns(2) (Linux 6.19). */
  readonly listns: boolean;
  /** Whether net and mnt have fixed initial inode numbers (Linux 6.17). */
  readonly fixedNetAndMnt: boolean;
}

const without = (...types: NamespaceType[]) => NAMESPACE_TYPES.filter((type) => !types.includes(type));

const NEWEST: Generation = {
  release: "7.3.4",
  types: NAMESPACE_TYPES,
  relatives: true,
  ownerUid: true,
  sockets: true,
  mountLists: true,
  nsId: true,
  listns: true,
  fixedNetAndMnt: true,
};
const LINUX_6_18: Generation = { ...NEWEST, release: "6.18.44", listns: false };
const LINUX_6_12: Generation = { ...LINUX_6_18, release: "6.12.117", nsId: false, fixedNetAndMnt: false };
const LINUX_5_10: Generation = { ...LINUX_6_12, release: "5.10.262", mountLists: false };
const LINUX_4_19: Generation = { ...LINUX_5_10, release: "4.19.325", types: without("time"), sockets: false };
const LINUX_4_9: Generation = { ...LINUX_4_19, release: "4.9.337", ownerUid: false };
const LINUX_3_10: Generation = {
  ...LINUX_4_9,
  release: "3.10.0",
  types: without("time", "cgroup"),
  relatives: false,
};

/** Kernels between which what can be asked changed, oldest first; then some that lack parts by choice. */
export const GENERATIONS = {
  "3.10": LINUX_3_10,
  "4.9": LINUX_4_9,
  "4.19": LINUX_4_19,
  "5.10": LINUX_5_10,
  "6.12": LINUX_6_12,
  "6.18": LINUX_6_18,
  newest: NEWEST,
  /** A kernel without CONFIG_USER_NS: nothing has an owner. */
  "no user namespaces": { ...LINUX_5_10, types: without("user"), relatives: false, ownerUid: false },
  /** A sandbox that imitates Linux and has links in /proc, but no ioctls. */
  sandbox: { ...LINUX_3_10, release: "4.4.0", types: without("cgroup", "time") },
} as const satisfies Record<string, Generation>;
