import type { Namespace } from "@ns-graph/graph";
import type { NodeIds } from "./node-ids.js";

/** The name of a node of several namespaces comes from one of them: what is mounted identifies a container best. */
export function bundleId(namespaces: readonly Namespace[], ids: NodeIds): string {
  const [first] = namespaces;
  if (first === undefined) return "nothing";
  if (namespaces.length === 1) return ids.of(first);
  return `set_${ids.of(namespaces.find(({ type }) => type === "mnt") ?? first)}`;
}
