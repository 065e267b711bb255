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
  | "pid_for_children"
  | "pidfd_getfd"
  | "pidfd_open"
  | "time_for_children";

/** Without these the graph has no edges; without the others some places are not searched. */
const ESSENTIAL: ReadonlySet<InterfaceName> = new Set(["NS_GET_USERNS", "NS_GET_PARENT", "NS_GET_OWNER_UID"]);

/** Which of the kernel's interfaces were found to be absent. */
export class Interfaces {
  readonly #absent = new Map<InterfaceName, string>();

  /** Whether it is not known to be absent. */
  has(name: InterfaceName): boolean {
    return !this.#absent.has(name);
  }

  /** Remembers that the kernel answered with an errno that means absent. */
  markAbsent(name: InterfaceName, errno: string): void {
    this.#absent.set(name, errno);
  }

  problems(): Problem[] {
    return [...this.#absent].map(([what, errno]) => ({
      code: ESSENTIAL.has(what) ? "IOCTLS_MISSING" : "INTERFACE_MISSING",
      what,
      errno,
    }));
  }
}
