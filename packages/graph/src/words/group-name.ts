import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { WorkloadGroup } from "../workload/workloads.js";
import type { WorkloadTitle } from "./describe-workload.js";
import { groupTitle } from "./group-title.js";

const UNITS: ReadonlySet<string> = new Set(["service", "session", "scope"]);

/** What something is called, in one text: `docker web (3f2a91c04b7d)`, `nginx.service`. Hostile text. */
export function spellTitle({ engine, name }: WorkloadTitle): string {
  if (name === "") return engine;
  // A unit's own name says that it is one.
  return engine === "" || UNITS.has(engine) ? name : `${engine} ${name}`;
}

/** What a group of processes is called, in one text: `docker web (3f2a91c04b7d)`, `nginx.service`, `4711 nginx`. Hostile text. */
export function groupName(graph: NamespaceGraph, group: WorkloadGroup): string {
  return spellTitle(groupTitle(graph, group));
}

/** Whether the command of a unit's only process says what the unit is called: `sshd` in `sshd.service`. */
export function isSaidByCommand(graph: NamespaceGraph, group: WorkloadGroup): boolean {
  const { workload, leader, processes } = group;
  if (workload?.kind !== "service" || leader.comm === undefined || leader.comm === "" || processes.length > 1)
    return false;
  const unit = groupName(graph, group).replace(/\.[a-z]+$/, "");
  return unit.startsWith(leader.comm) || leader.comm.startsWith(unit);
}
