import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { Process } from "../model/process.js";
import { userNaming } from "../words/user-names.js";
import { describeSandbox } from "./sandboxes.js";
import { type WorkloadTitle, workloadTitle } from "./workload.js";
import type { WorkloadGroup } from "./workloads.js";

/** A process by PID and what it runs: `4711 sleep 60`. */
function describeLeader({ pid, comm, commandLine }: Process): string {
  const command = commandLine ?? comm;
  return command === undefined ? `${pid}` : `${pid} ${command}`;
}

/** What a group of processes is called. Where nothing is known of it, its leader stands for it. Hostile text. */
export function groupTitle(graph: NamespaceGraph, group: WorkloadGroup): WorkloadTitle {
  const { kind, workload, engine = "", borneOut = "unknown", leader } = group;
  switch (kind) {
    case "machine":
      return { engine: isInitial(graph, group) ? "the machine" : "as PID 1", name: "" };
    case "unreadable":
      return { engine: "could not be read", name: "" };
    case "workload":
      return workload === undefined
        ? { engine: "", name: describeLeader(leader) }
        : workloadTitle(workload, userNaming(graph));
    case "sandbox":
      return { engine: describeSandbox({ engine, borneOut }, leader), name: describeLeader(leader) };
    case "processes":
      return { engine: "", name: describeLeader(leader) };
  }
}

function isInitial(graph: NamespaceGraph, { isolation }: WorkloadGroup): boolean {
  return Object.values(isolation).every(({ uses }) =>
    uses.every(({ namespace }) => graph.namespace(namespace)?.initial !== false),
  );
}
