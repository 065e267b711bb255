import { obtain } from "../model/group-by.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { isZombie, type Process } from "../model/process.js";
import { leadingProcess } from "../workload/leading-process.js";
import { SANDBOX_RULES, type Sandbox, type Speaker } from "../workload/sandboxes.js";
import { type WorkloadGroup, workloads } from "../workload/workloads.js";
import { type WorkloadTitle, workloadTitle } from "./describe-workload.js";
import { machineTitle } from "./machine-words.js";
import { userNaming } from "./user-names.js";

/** What a process runs: `sleep 60`; undefined where nobody looked. */
function commandOf({ comm, commandLine }: Process): string | undefined {
  return commandLine ?? comm;
}

/** A process by PID and what it runs: `4711 sleep 60`. */
function describeLeader(process: Process): string {
  return withPid(process, commandOf(process) ?? "");
}

function withPid({ pid }: Process, name: string): string {
  return name === "" ? `${pid}` : `${pid} ${name}`;
}

/** What something is called where others are called the same, by a process that tells it apart: `service of anna 4711 web.service`. Hostile text. */
export function numberedTitle({ engine, name }: WorkloadTitle, process: Process): WorkloadTitle {
  return { engine, name: withPid(process, name) };
}

/** A group belongs to one graph, and is asked what it is called at every namespace that it is in. */
const known = new WeakMap<WorkloadGroup, WorkloadTitle>();
const tenants = new WeakMap<WorkloadGroup, Process>();

/**
 * What a group of processes is called. Where nothing is known of it, its leader stands for it. Where several
 * groups would be called the same, each has a PID. Hostile text.
 */
export function groupTitle(graph: NamespaceGraph, group: WorkloadGroup): WorkloadTitle {
  return obtain(known, group, () => tellApart(graph, group));
}

function tellApart(graph: NamespaceGraph, group: WorkloadGroup): WorkloadTitle {
  const { leader } = group;
  const title = titleAlone(graph, group);
  if (title === undefined) return { engine: "", name: describeLeader(leader) };
  if (obtain(counts, graph.whole, () => countTitles(graph.whole)).get(keyOf(title)) === 1) return title;
  if (group.kind !== "sandbox") return numberedTitle(title, leader);
  // The PID is that of what the name is of.
  const tenant = tenantOf(group);
  return numberedTitle(title, title.name === commandOf(tenant) ? tenant : leader);
}

/** What a group is called for its own sake; undefined where that is nothing but its leader. */
function titleAlone(graph: NamespaceGraph, group: WorkloadGroup): WorkloadTitle | undefined {
  const { kind, workload, engine = "", borneOut = "unknown", leader } = group;
  switch (kind) {
    case "machine":
      return { engine: machineTitle(isInitial(graph, group)), name: "" };
    case "unreadable":
      return { engine: "could not be read", name: "" };
    case "workload":
      return workload && workloadTitle(workload, userNaming(graph));
    case "sandbox":
      return { engine: describeSandbox({ engine, borneOut }, leader), name: sandboxName(graph, group) };
    case "processes":
      return undefined;
  }
}

/** How many groups of a graph would be called the same. */
const counts = new WeakMap<NamespaceGraph, ReadonlyMap<string, number>>();

function countTitles(graph: NamespaceGraph): ReadonlyMap<string, number> {
  const made = new Map<string, number>();
  for (const group of workloads(graph)) {
    const title = titleAlone(graph, group);
    if (title !== undefined) made.set(keyOf(title), (made.get(keyOf(title)) ?? 0) + 1);
  }
  return made;
}

function keyOf({ engine, name }: WorkloadTitle): string {
  return JSON.stringify([engine, name]);
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
  return `calls itself ${rule === undefined || rule.byRoot ? engine : comm}`;
}

/** Who stands for what runs in a group: in a sandbox the topmost process that is not the engine's own, if there is one. */
export function tenantOf(group: WorkloadGroup): Process {
  return group.kind === "sandbox" ? obtain(tenants, group, () => findTenant(group)) : group.leader;
}

function findTenant({ engine, processes, leader }: WorkloadGroup): Process {
  const rules = SANDBOX_RULES.filter((rule) => rule.engine === engine);
  const isEngines = ({ comm = "" }: Process): boolean => rules.some((rule) => rule.comm.test(comm));
  return leadingProcess(processes.filter((process) => !isEngines(process) && !isZombie(process))) ?? leader;
}

/**
 * What a sandbox is called, whom it serves, or what runs in it: `sleep 60`. With its PID where nothing runs in it but the
 * engine itself.
 */
function sandboxName(graph: NamespaceGraph, group: WorkloadGroup): string {
  const { name, serves, leader, borneOut } = group;
  if (name !== undefined) return name;
  if (serves !== undefined) {
    // It is a PID where the leader is, and whatever that writes there.
    const { pid } = graph.viewer.namespaces;
    const isOurs = borneOut === "yes" && pid !== undefined && leader.namespaces.pid === pid;
    const served = isOurs && /^\d+$/.test(serves) ? graph.whole.process(Number(serves)) : undefined;
    return `for ${served === undefined ? serves : describeLeader(served)}`;
  }
  const tenant = tenantOf(group);
  return tenant === leader ? describeLeader(leader) : (commandOf(tenant) ?? describeLeader(tenant));
}
