import { knowsMembers } from "../answer/blind-spots.js";
import type { Init, InitState } from "../model/init.js";
import type { Namespace } from "../model/namespace.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { isZombie, type Process } from "../model/process.js";

const NOT_KNOWN: Init = Object.freeze({ state: "not-known" });

/**
 * The init of a pid namespace; undefined for another type, and for the initial one, with whose init the machine stops.
 *
 * What `namespace.init` says stands: it was found when the graph was built.
 */
export function initState(graph: NamespaceGraph, namespace: Namespace): Init | undefined {
  const { id, type, initial, init, initPid } = namespace;
  if (type !== "pid" || initial === true) return undefined;
  if (init !== undefined) return init;
  const process = findInit(graph, namespace);
  if (process !== undefined) return { state: stateOf(process), pid: process.pid };
  if (initPid !== undefined) return { state: "not-known", pid: initPid };
  if (graph.memberCount(id) > 0) return NOT_KNOWN;
  const begun = graph.pins(id).map((pin) => (pin.kind === "for-children" ? pin.begun : undefined));
  if (begun.includes(false) && !begun.includes(true)) return { state: "not-begun" };
  if (namespace.memberCount !== undefined || !knowsMembers(graph, id)) return NOT_KNOWN;
  // A pid namespace is made by a process in the one above it.
  const hasBegun = begun.includes(true) || graph.children(id).length > 0;
  return { state: hasBegun ? "gone" : "gone-or-not-begun" };
}

/** The same namespaces, those of type pid with what is known of their inits; undefined where nothing is to be added. */
export function withInits(graph: NamespaceGraph): readonly Namespace[] | undefined {
  let isAny = false;
  const namespaces = graph.namespaces().map((namespace) => {
    const init = namespace.init === undefined ? initState(graph, namespace) : undefined;
    if (init === undefined) return namespace;
    isAny = true;
    return { ...namespace, init };
  });
  return isAny ? namespaces : undefined;
}

function findInit(graph: NamespaceGraph, { id, initPid }: Namespace): Process | undefined {
  const member = graph.members(id).find(({ pids }) => pids?.at(-1) === 1);
  return member ?? (initPid === undefined ? undefined : graph.process(initPid));
}

function stateOf(process: Process): InitState {
  if (process.state === undefined) return "not-known";
  if (process.mainThreadExited) return "alive";
  if (isZombie(process)) return "zombie";
  // Before Linux 6.10 what has no memory any more looks like a kernel thread, and those are in the initial namespace alone.
  return process.ending || process.kernelThread ? "ending" : "alive";
}
