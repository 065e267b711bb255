import { countAskedProcesses } from "../count-asked.js";
import type { NamespaceGraph } from "../namespace-graph.js";

/**
 * What a picture is of, as parts of one line: `web1`, `Linux 6.18.44`, `214 processes`, `19 namespaces, 2 without a process`.
 * The hostname stands as it is: see `printable`.
 */
export function captionParts(graph: NamespaceGraph): readonly string[] {
  const { hostname, kernel } = graph.host;
  const namespaces = graph.namespaces().filter(({ context }) => !context);
  const processless = namespaces.filter(({ id }) => graph.memberCount(id) === 0).length;
  const processes = countAskedProcesses(graph);
  const parts: string[] = [];
  if (hostname !== undefined) parts.push(hostname);
  if (kernel !== undefined) parts.push(`Linux ${kernel}`);
  if (processes > 0) parts.push(count(processes, "process", "processes"));
  parts.push(
    `${count(namespaces.length, "namespace", "namespaces")}${processless > 0 ? `, ${processless} without a process` : ""}`,
  );
  return parts;
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
