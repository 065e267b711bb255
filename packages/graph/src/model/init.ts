/**
 * What has become of the process that is 1 in a pid namespace (pid_namespaces(7)).
 *
 * - `alive`: it runs
 * - `ending`: it has ended, and the kernel keeps it until the last process in the namespace is reaped (zap_pid_ns_processes,
 *   kernel/pid_namespace.c)
 * - `zombie`: it has ended and was not reaped
 * - `gone`: it has ended and was reaped
 * - `not-begun`: the namespace has had no process yet
 * - `gone-or-not-begun`: there is none, and what holds the namespace does not show which of the two it is
 * - `not-known`: not all of its processes could be read, or not what state they are in
 */
export type InitState = "alive" | "ending" | "zombie" | "gone" | "not-begun" | "gone-or-not-begun" | "not-known";

/** The init of a pid namespace. */
export interface Init {
  /** A later version of the document may know other ones: to be taken for `not-known`. */
  readonly state: InitState | (string & {});
  /** Its PID as /proc shows it, where it is known. */
  readonly pid?: number;
}

/** Whether an init has certainly ended. */
export function hasEnded({ state }: Init): boolean {
  return state === "ending" || state === "zombie" || state === "gone";
}

/** Whether a pid namespace has an init that is alive, or may have one. */
export function mayTakeProcesses({ state }: Init): boolean {
  return !(hasEnded({ state }) || state === "not-begun" || state === "gone-or-not-begun");
}
