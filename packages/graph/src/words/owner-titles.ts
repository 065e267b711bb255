import { groupBy, obtain } from "../model/group-by.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { Workload } from "../workload/workload.js";
import type { WorkloadGroup } from "../workload/workloads.js";
import { describeProcess } from "./describe-process.js";
import { briefName, podTitle, type WorkloadTitle, workloadTitle } from "./describe-workload.js";
import { listFitting } from "./enumerate.js";
import { spellTitle } from "./group-name.js";
import { groupTitle, tenantOf } from "./group-title.js";
import { userNaming } from "./user-names.js";

/** What those are called whose processes are in something. */
export interface OwnerTitle extends WorkloadTitle {
  /** What of the name is enough beside others, as long as it is another one than theirs: `web`, `shop/cart`. Hostile text. */
  readonly brief: string;
}

/** Of a pod, so many characters are the names of its containers. */
const POD_NAMES = 48;

/**
 * What groups of processes are called, each once, in their order. Several containers of one pod are told as that, with their
 * names as far as they fit: `pod`, `shop/cart: app, log`. Hostile text.
 */
export function ownerTitles(graph: NamespaceGraph, groups: Iterable<WorkloadGroup>): readonly OwnerTitle[] {
  const pods = groupBy(new Set(groups), (group) => podKey(graph, group) ?? group);
  return Array.from(pods.values(), (some) => {
    const [first, second] = some as [WorkloadGroup, ...WorkloadGroup[]];
    return second === undefined ? obtain(known, first, () => titleOne(graph, first)) : titlePod(graph, some);
  });
}

/** One group is asked for at each of its namespaces. */
const known = new WeakMap<WorkloadGroup, OwnerTitle>();

/** What tells a pod from others; nothing for a group that is in none. */
function podKey(graph: NamespaceGraph, { kind, workload }: WorkloadGroup): string | undefined {
  if (kind !== "workload" || workload?.pod === undefined || workload.kind !== "container") return undefined;
  return JSON.stringify([podTitle(workload, userNaming(graph)), workload.pod.id]);
}

/** What a workload is called beside others. */
export function workloadOwner(graph: NamespaceGraph, workload: Workload): OwnerTitle {
  const title = workloadTitle(workload, userNaming(graph));
  return { ...title, brief: briefOfWorkload(workload, title.name) };
}

function titleOne(graph: NamespaceGraph, group: WorkloadGroup): OwnerTitle {
  const title = groupTitle(graph, group);
  return { ...title, brief: briefOf(group, title) };
}

function briefOf(group: WorkloadGroup, { name }: WorkloadTitle): string {
  const { kind, workload } = group;
  if (kind === "workload" && workload !== undefined) return briefOfWorkload(workload, name);
  const tenant = tenantOf(group);
  if (kind === "processes") return describeProcess(tenant);
  // Of a long command line its program; a PID or a name of its own stays.
  return tenant.comm !== undefined && name === tenant.commandLine ? tenant.comm : name;
}

function briefOfWorkload(workload: Workload, name: string): string {
  return (workload.kind === "container" ? briefName(workload) : undefined) ?? name;
}

function titlePod(graph: NamespaceGraph, groups: readonly WorkloadGroup[]): OwnerTitle {
  const [{ workload } = {}] = groups;
  const title = workload && podTitle(workload, userNaming(graph));
  const { engine = "", name = "" } = title ?? {};
  const containers = groups.flatMap(({ workload: container }) => (container && briefName(container)) ?? []);
  const listed = listFitting(containers, (list) => list.length <= POD_NAMES);
  return { engine, name: listed === "" ? name : `${name}: ${listed}`, brief: name };
}

/** What is enough of each name beside the others; the whole of it where others are called the same. */
function shortNames(titles: readonly OwnerTitle[]): readonly string[] {
  const alike = groupBy(titles, ({ engine, brief }) => JSON.stringify([engine, brief]));
  return titles.map(({ engine, name, brief }) =>
    alike.get(JSON.stringify([engine, brief]))?.length === 1 ? brief : name,
  );
}

/**
 * Each title as a phrase that is enough beside the others: `docker web`, `docker log`; one alone in full. Hostile text.
 */
export function spellTitles(titles: readonly OwnerTitle[]): readonly string[] {
  const [only, another] = titles;
  if (only === undefined || another === undefined) return only === undefined ? [] : [spellTitle(only)];
  const names = shortNames(titles);
  return titles.map(({ engine }, at) => spellTitle({ engine, name: names[at] ?? "" }));
}

/**
 * Titles grouped by what they are, a phrase for each kind: `6 × docker: web, log, db and 3 more`; one of a kind in full. Those of
 * kinds beyond the limit are counted: `5 more`. Hostile text.
 *
 * @param most how many phrases there may be
 * @param fits whether a list of names is short enough, with what stands before it
 */
export function gatherTitles(
  titles: readonly OwnerTitle[],
  most: number,
  fits: (phrase: string) => boolean,
): readonly string[] {
  // Where no engine is known each is a kind of its own.
  const kinds = [...groupBy(titles, (title) => title.engine || title).values()];
  const isCut = kinds.length > most;
  const phrases = kinds.slice(0, isCut ? most - 1 : most).map((alike) => {
    const [first, second] = alike as [OwnerTitle, ...OwnerTitle[]];
    if (second === undefined) return spellTitle(first);
    const head = `${alike.length} × ${first.engine}: `;
    return head + listFitting(shortNames(alike), (list) => fits(head + list));
  });
  if (!isCut) return phrases;
  const rest = kinds.slice(most - 1).reduce((sum, { length }) => sum + length, 0);
  return [...phrases, `… ${rest} more`];
}
