import { blindSpots } from "../answer/blind-spots.js";
import { type MissingTypes, missingTypes } from "../answer/missing-types.js";
import type { NamespaceSharing, Sharing } from "../answer/sharing.js";
import { initState } from "../build/init-state.js";
import { addTo } from "../model/group-by.js";
import { hasEnded } from "../model/init.js";
import type { Namespace } from "../model/namespace.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { NAMESPACE_TYPES, type NamespaceType } from "../model/namespace-type.js";
import type { Process } from "../model/process.js";
import { leadingProcess } from "../workload/leading-process.js";
import { machineNamespaces } from "../workload/machine-namespaces.js";
import type { WorkloadGroup } from "../workload/workloads.js";
import type { WorkloadPresence } from "../workload/workloads-in.js";
import { describeProcess } from "./describe-process.js";
import { enumerate } from "./enumerate.js";
import { groupName } from "./group-name.js";
import { machinesOwn } from "./machine-words.js";
import { count } from "./nouns.js";
import { printable } from "./printable.js";

/** Others that are named; one more takes no more room than saying that there is one. */
const NAMED = 3;

/** Others in a namespace; where not all members are known, there may be more of them. */
function listed(
  others: readonly WorkloadPresence[],
  isCertain: boolean,
  describe: (presence: WorkloadPresence) => string,
): string {
  const named = others.length <= NAMED + 1 ? others : others.slice(0, NAMED);
  const rest = others.length - named.length;
  return enumerate([
    ...named.map(describe),
    ...(rest === 0 ? [] : [`${rest} more`]),
    ...(isCertain ? [] : ["perhaps others"]),
  ]);
}

/**
 * With whom a workload shares a namespace: `its own`, `the machine's`, `shared with docker log (91bd44ce0a12)`.
 *
 * @param show makes the name of another one, which is hostile text, fit to be shown; as it is by default.
 */
export function describeSharing(
  graph: NamespaceGraph,
  { state, certain, others }: NamespaceSharing,
  show: (name: string) => string = (name) => name,
): string {
  switch (state) {
    case "own":
      return certain ? "its own" : "its own, as far as could be seen";
    case "machine":
      return machinesOwn(machineNamespaces(graph));
    case "shared":
      return `shared with ${listed(others, certain, ({ group }) => show(groupName(graph, group)))}`;
  }
}

/**
 * Who is in a namespace besides one process: `nobody else in it`, `also in it: 3 more of its workload and 1 of docker log`;
 * undefined of the machine's own.
 *
 * @param own the group of the process
 * @param show makes the name of a workload, which is hostile text, fit to be shown; as it is by default.
 */
export function describeCompany(
  graph: NamespaceGraph,
  { state, certain, others }: NamespaceSharing,
  own: WorkloadGroup | undefined,
  show: (name: string) => string = (name) => name,
): string | undefined {
  switch (state) {
    case "own":
      return certain ? "nobody else in it" : "nobody else seen in it";
    case "machine":
      return undefined;
    case "shared": {
      const isOwn = ({ group }: WorkloadPresence): boolean => group === own;
      const inOrder = [...others.filter(isOwn), ...others.filter((other) => !isOwn(other))];
      return `also in it: ${listed(inOrder, certain, (other) =>
        isOwn(other)
          ? `${other.count} more of its workload`
          : `${other.count} of ${show(groupName(graph, other.group))}`,
      )}`;
    }
  }
}

/** That nothing holds the namespaces of a workload but the processes in them, or that nothing else was seen. */
export function describeNothingBeside(graph: NamespaceGraph, uses: readonly NamespaceSharing[]): string {
  const isCertain = uses.every(({ namespace }) => blindSpots(graph, namespace).length === 0);
  const who = uses.some(({ state }) => state === "shared") ? "the processes in them" : "its processes";
  return isCertain ? `${who} alone` : `${who}; nothing else was seen`;
}

/** What has become of the init of a pid namespace, in a few words: `init 7395`; undefined where there is nothing to say. */
export function nameInit(graph: NamespaceGraph, namespace: Namespace): string | undefined {
  const init = initState(graph, namespace);
  if (init === undefined) return undefined;
  if (hasEnded(init)) return "its init has ended";
  return init.pid === undefined ? undefined : `init ${init.pid}`;
}

/** What is said of types that are missing of some processes, by why they are. */
export const MISSING_WORDS: Readonly<Record<keyof MissingTypes, string>> = {
  lacking: "this kernel has none",
  left: "no more in",
  unknown: "not known",
};

/** Longer names are cut in a picture. */
const LONGEST_NAME = 80;

function shortened(name: string): string {
  const shown = printable(name);
  return shown.length <= LONGEST_NAME ? shown : `${shown.slice(0, LONGEST_NAME)}…`;
}

/**
 * What a workload is and what it shares with whom, as lines of a picture: `its own: ipc, mnt, pid`. Safe to print as they are.
 *
 * @param sharing that of its processes, of which there is one at least
 */
export function* pictureLines(
  graph: NamespaceGraph,
  name: string,
  processes: readonly Process[],
  sharing: Sharing,
): Generator<string> {
  yield `${shortened(name)}: ${describeLed(processes, shortened)}`;
  const types = new Map<string, NamespaceType[]>();
  for (const type of NAMESPACE_TYPES)
    for (const use of new Set(sharing[type].uses.map((one) => describeSharing(graph, one, shortened))))
      addTo(types, use, type);
  for (const [use, some] of types) yield `${use}: ${some.join(", ")}`;
  const missing = missingTypes(graph, processes);
  for (const why of ["left", "unknown", "lacking"] as const)
    if (missing[why].length > 0) yield `${MISSING_WORDS[why]}: ${missing[why].join(", ")}`;
}

/** How many processes a workload has, and who leads them: `4 processes, led by 7395 nginx`. */
export function describeLed(processes: readonly Process[], show: (name: string) => string = (name) => name): string {
  const leader = leadingProcess(processes);
  const number = count(processes.length, "process");
  if (leader === undefined) return number;
  return `${number}, ${processes.length === 1 ? "" : "led by "}${describeProcess(leader, show)}`;
}
