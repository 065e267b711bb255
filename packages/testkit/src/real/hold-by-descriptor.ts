import type { Held, Keeper } from "./keeper.js";
import { waiting } from "./keeper.js";
import { namespaceAt, namespaceOf, type RealNamespace } from "./real-namespace.js";

/** A network namespace without processes that one descriptor holds. */
export interface HeldByDescriptor {
  readonly held: Held;
  readonly pid: number;
  readonly fd: number;
  readonly namespace: RealNamespace;
  readonly owner: RealNamespace;
}

const FD = 7;

/**
 * Names a network namespace, with ip-netns(8) where it is installed, opens it through that name and deletes the name:
 * the link text of the descriptor does not say any more that it is a namespace.
 */
export async function holdByDescriptor(keeper: Keeper, name = "ns-graph-test"): Promise<HeldByDescriptor> {
  const script = `
    mount -t tmpfs tmpfs /run
    mkdir /run/netns
    if command -v ip >/dev/null; then ip netns add "$1"; else : >"/run/netns/$1"; unshare --net="/run/netns/$1" true; fi
    exec ${FD}<"/run/netns/$1"
    if command -v ip >/dev/null; then ip netns delete "$1"; else umount -l "/run/netns/$1"; rm "/run/netns/$1"; fi`;
  const held = await keeper.start(["unshare", "--mount", ...waiting(script, name)]);
  const { pid } = held;
  return { held, pid, fd: FD, namespace: namespaceAt(`/proc/${pid}/fd/${FD}`, "net"), owner: namespaceOf(pid, "user") };
}
