import type { MachineNamespaces } from "../workload/machine-namespaces.js";

/** What those are called that stand for the machine: `the machine`, or `PID 1` where they are known not to be the initial ones. */
export function machineName({ mayBeInitial }: Pick<MachineNamespaces, "mayBeInitial">): string {
  return mayBeInitial ? "the machine" : "PID 1";
}

/** What the namespaces are called that stand for the machine: `the machine's`, `that of PID 1`. */
export function machinesOwn({ mayBeInitial }: Pick<MachineNamespaces, "mayBeInitial">): string {
  return mayBeInitial ? "the machine's" : "that of PID 1";
}

/** What processes are called that are in no others: `the machine`, `as PID 1`. */
export function machineTitle(isInitial: boolean): string {
  return isInitial ? "the machine" : "as PID 1";
}
