import type { NamespaceHandle, NamespaceId } from "@ns-graph/graph";
import { openAt } from "../kernel/libc.js";
import type { ScanContext } from "../scan/scan-context.js";

/** Stands for whoever it may be, but not for root. */
export const SOMEBODY = -1;

/**
 * To whom what a process spends is put down: the user whose it is, as the viewer's user namespace has it. In another one
 * a user may have as many uids as they like, so there it is the one who made that, or the outermost that it is in.
 *
 * @param directory descriptor of the process's directory
 */
export function principalOfProcess(
  context: ScanContext,
  directory: number,
  userNamespace: NamespaceId | undefined,
  uid: number,
): number {
  if (userNamespace === undefined || userNamespace === context.own.user) return uid;
  const known = context.namespaces.getOpen(userNamespace);
  if (known !== undefined) return creatorOf(context, known);
  const opened = context.namespaces.adoptFrom(() => openAt(directory, "ns/user", 0), "user");
  return typeof opened === "number" ? SOMEBODY : creatorOf(context, opened);
}

/** To whom what is read of a namespace is put down: root where the viewer's user namespace owns it. */
export function principalOfNamespace(context: ScanContext, id: NamespaceId): number {
  const namespace = context.namespaces.getOpen(id);
  if (namespace === undefined) return SOMEBODY;
  if (namespace.type === "user") return id === context.own.user ? 0 : creatorOf(context, namespace);
  const owner = namespace.owner();
  if (owner.state !== "open") return SOMEBODY;
  return owner.handle.id === context.own.user ? 0 : creatorOf(context, owner.handle);
}

/** The uid that made the outermost user namespace that one is in, below the viewer's. */
function creatorOf(context: ScanContext, namespace: NamespaceHandle): number {
  for (let at = namespace; ; ) {
    const parent = at.owner();
    if (parent.state !== "open") return SOMEBODY;
    if (parent.handle.id === context.own.user) {
      const uid = at.ownerUid();
      return uid !== undefined && "value" in uid ? uid.value : SOMEBODY;
    }
    at = parent.handle;
  }
}
