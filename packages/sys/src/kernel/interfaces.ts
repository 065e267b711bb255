import type { Problem } from "@ns-graph/graph";

/** Interfaces that a kernel may lack; each is tried once, and remembered as absent by the errno that means absent. */
export type InterfaceName =
  | "NS_GET_USERNS"
  | "NS_GET_PARENT"
  | "NS_GET_NSTYPE"
  | "NS_GET_OWNER_UID"
  | "NS_GET_MNTNS_ID"
  | "NS_MNT_GET_NEXT"
  | "NS_GET_ID"
  | "PIDFD_GET_PID_FOR_CHILDREN"
  | "SIOCGSKNS"
  | "listmount"
  | "listns"
  | "openat2"
  | "pid_for_children"
  | "pidfd_getfd"
  | "pidfd_open"
  | "RESOLVE_CACHED"
  | "time_for_children";

/** Without these the graph has no edges; without the others some places are not searched. */
const ESSENTIAL: ReadonlySet<InterfaceName> = new Set(["NS_GET_USERNS", "NS_GET_PARENT", "NS_GET_OWNER_UID"]);

/** Which of the kernel's interfaces were found to be absent. */
export class Interfaces {
  readonly #absent = new Map<InterfaceName, Problem>();

  /** Whether it is not known to be absent, or of no use. */
  has(name: InterfaceName): boolean {
    return !this.#absent.has(name);
  }

  /** Remembers that the kernel answered with an errno that means absent. */
  markAbsent(name: InterfaceName, errno: string): void {
    this.renounce(name, { code: ESSENTIAL.has(name) ? "IOCTLS_MISSING" : "INTERFACE_MISSING", what: name, errno });
  }

  /** Makes no use of an interface, whether it is there or not, for the reason that the problem gives. */
  renounce(name: InterfaceName, problem: Problem): void {
    if (!this.#absent.has(name)) this.#absent.set(name, problem);
  }

  /** Why some are not made use of. */
  problems(): Problem[] {
    return [...new Set(this.#absent.values())];
  }
}
