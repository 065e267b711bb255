import { type NamespaceType, namespaceId } from "@ns-graph/graph";
import type { DescribedKernel, KernelNamespace } from "./described-kernel.js";
import { FakeProbe } from "./fake-probe.js";
import { GENERATIONS } from "./generation.js";
import type { FakeNamespace, KernelSpec, Key } from "./kernel-spec.js";

/** Device number of nsfs on fake kernels. */
export const FAKE_DEV = 4;

const FIRST_DYNAMIC_INODE = 0xf0000000;

/** Inode numbers of the initial namespaces (enum init_ns_ino, include/uapi/linux/nsfs.h). */
export const INITIAL_INODES: Readonly<Record<NamespaceType, number>> = {
  ipc: 0xefffffff,
  uts: 0xeffffffe,
  user: 0xeffffffd,
  pid: 0xeffffffc,
  cgroup: 0xeffffffb,
  time: 0xeffffffa,
  net: 0xeffffff9,
  mnt: 0xeffffff8,
};

/** A kernel in memory: described as data, looked at through probes. */
export interface FakeKernel extends DescribedKernel {
  /** A new probe on it, for which every process is at its beginning. */
  probe(): FakeProbe;
}

/** Makes a kernel from its description. */
export function fakeKernel(spec: KernelSpec = {}): FakeKernel {
  const generation = spec.generation ?? GENERATIONS.newest;
  const namespaces = new Map<Key, KernelNamespace>();
  let nextInode = FIRST_DYNAMIC_INODE;
  const add = (key: Key, namespace: FakeNamespace, fixed?: number) => {
    const { dev = FAKE_DEV, ino = fixed ?? nextInode++, owner = "user", parent = "pid" } = namespace;
    const id = namespaceId(dev, ino);
    namespaces.set(key, { ...namespace, key, dev, ino, id, nsId: String(namespaces.size + 1), owner, parent });
  };
  for (const type of generation.types) {
    const isFixed = generation.fixedNetAndMnt || (type !== "net" && type !== "mnt");
    const initial = { type, parent: null, ...(type === "user" ? { owner: null } : {}) };
    add(type, spec.namespaces?.[type] ?? initial, isFixed ? INITIAL_INODES[type] : undefined);
  }
  for (const [key, namespace] of Object.entries(spec.namespaces ?? {})) {
    if (!namespaces.has(key) && generation.types.includes(namespace.type)) add(key, namespace);
  }
  const kernel: DescribedKernel = {
    spec,
    generation,
    id: (key) => {
      const namespace = namespaces.get(key);
      if (namespace === undefined) throw new Error(`the description has no namespace ${JSON.stringify(key)}`);
      return namespace.id;
    },
    namespace: (key) => namespaces.get(key),
    namespaces: () => [...namespaces.values()],
  };
  return { ...kernel, probe: () => new FakeProbe(kernel) };
}
