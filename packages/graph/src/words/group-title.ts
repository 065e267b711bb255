import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { Process } from "../model/process.js";
import { SANDBOX_RULES, type Sandbox, type Speaker } from "../workload/sandboxes.js";
import type { WorkloadGroup } from "../workload/workloads.js";
import { type WorkloadTitle, workloadTitle } from "./describe-workload.js";
import { machineTitle } from "./machine-words.js";
import { userNaming } from "./user-names.js";

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
      return { engine: machineTitle(isInitial(graph, group)), name: "" };
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

/** A sandbox in words: `bubblewrap`; where nothing bears it out, `calls itself bwrap`. Hostile text. */
export function describeSandbox({ engine, borneOut }: Sandbox, { comm = "" }: Speaker): string {
  if (borneOut === "yes") return engine;
  const rule = SANDBOX_RULES.find((one) => one.engine === engine && one.program.test(comm));
  return `calls itself ${rule === undefined ? engine : comm}`;
}
