import type { NamespaceGraph } from "../namespace-graph.js";
import { machineNamespaces } from "../workload/machine-namespaces.js";
import type { CommonNamespaces } from "./diagram.js";

/** The namespaces that stand for the machine, so that a picture need not repeat them for each process. */
export function findCommon(graph: NamespaceGraph): CommonNamespaces {
  const { ids, mayBeInitial } = machineNamespaces(graph);
  if (mayBeInitial || graph.process(1) !== undefined) return { ids, initial: mayBeInitial };
  // A selection without PID 1: what stands for the machine elsewhere may be just what was asked for.
  const initial = [...ids].filter((id) => graph.namespace(id)?.initial !== false);
  return { ids: new Set(initial), initial: true };
}
