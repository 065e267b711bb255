import { machineNamespaces, type NamespaceGraph } from "@ns-graph/graph";
import type { CommonNamespaces } from "./diagram.js";

/** The namespaces that stand for the machine, so that a picture need not repeat them for each process. */
export function findCommon(graph: NamespaceGraph): CommonNamespaces {
  const { ids, mayBeInitial } = machineNamespaces(graph);
  return { ids, initial: mayBeInitial };
}
