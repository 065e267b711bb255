import {
  arrange,
  type Fact,
  type MemberStyle,
  machineNamespaces,
  type NamespaceGraph,
  NsGraphError,
  selectPidHierarchy,
  selectProcesses,
  selectProcessless,
  selectSubtree,
  selectTypes,
  type View,
} from "@ns-graph/graph";
import type { Given } from "../arguments/parse-arguments.js";
import { prefixed } from "../output/error-text.js";

/** The view that the options ask for; what they leave open stays as it is. */
export function requestedView(given: Given): Partial<View> {
  const members = memberStyle(given);
  const tree = given.pidns ? "parent" : given.tree;
  return { ...(tree === undefined ? {} : { tree }), ...(members === undefined ? {} : { members }) };
}

function memberStyle(given: Given): MemberStyle | undefined {
  if (given["no-pids"]) return "none";
  if (given["show-comm"]) return "comm";
  if (given["all-pids"]) return "pids";
  return given.pids;
}

/** The facts that a view needs whatever draws it. */
export function factsOfView({ tree, members }: Partial<View>): readonly Fact[] {
  const facts = new Set<Fact>();
  if (members === "comm" || members === "pids" || tree === "process") facts.add("status");
  if (tree === "workload") facts.add("status").add("cgroup");
  return [...facts];
}

function subtreeType({ pidns }: Given): "user" | "pid" {
  return pidns ? "pid" : "user";
}

/** What has to be known of --subtree where it selects nothing away: most processes are in the machine's user namespace. */
export function subtreeText(graph: NamespaceGraph, given: Given): string {
  const { subtree: pid } = given;
  if (pid === undefined) return "";
  const type = subtreeType(given);
  const top = graph.process(pid)?.namespaces[type];
  if (top === undefined || !machineNamespaces(graph).ids.has(top)) return "";
  return prefixed(
    `process ${pid} is in the machine's ${type} namespace, so what is below that is the machine\n` +
      `About the process alone: ns-graph show ${pid}, or ns-graph ${pid} --tree process`,
  );
}

/**
 * Cuts a graph down to what the options ask for.
 *
 * @throws NsGraphError `NO_SUCH_PROCESS` for a PID that the graph lacks.
 */
export function select(graph: NamespaceGraph, given: Given, pids: readonly number[]): NamespaceGraph {
  for (const pid of given.subtree === undefined ? pids : [...pids, given.subtree]) requireDrawn(graph, pid);
  let selected = graph;
  if (pids.length > 0) selected = selectProcesses(selected, pids);
  if (given.subtree !== undefined) selected = selectSubtree(selected, given.subtree, subtreeType(given));
  if (given.pidns) selected = selectPidHierarchy(selected);
  if (given.namespaces !== undefined) selected = selectTypes(selected, given.namespaces);
  if (given.processless) selected = selectProcessless(selected);
  const view = requestedView(given);
  return Object.keys(view).length === 0 ? selected : arrange(selected, view);
}

/** A document of a selection has other processes too, but only as far as what it says depends on them. */
function requireDrawn(graph: NamespaceGraph, pid: number): void {
  if (graph === graph.whole || graph.whole.process(pid) === undefined) return;
  if (graph.processes().some((process) => process.pid === pid && !process.context)) return;
  throw new NsGraphError(
    "NO_SUCH_PROCESS",
    `process ${pid} is not among what was selected when the document was saved`,
    {
      hint: `What it says of it: ns-graph --from FILE show ${pid}`,
    },
  );
}
