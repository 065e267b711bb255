import {
  groupsInAnswer,
  type Namespace,
  type NamespaceGraph,
  type Pin,
  type Process,
  tenantOf,
  toldByMonitors,
  workloads,
} from "@ns-graph/graph";

/** What a selection does not draw. */
interface Others {
  readonly namespaces: readonly Namespace[];
  readonly processes: readonly Process[];
  readonly pins: readonly Pin[];
}

/**
 * The processes that a graph draws. Those that the whole graph has only as context, as one of a document of 0.1.0 may, are
 * in no list but the whole's, whose mark says that nothing is known of their namespaces: who holds what is drawn is found
 * from the pins.
 */
export function drawnProcesses(graph: NamespaceGraph): readonly Process[] {
  if (graph === graph.whole) return graph.processes();
  return graph.processes().filter(({ pid, context }) => !context || !graph.whole.process(pid)?.context);
}

/** What a selection does not draw, with only what answers about the drawn, or which groups of processes there are, depend on. */
export function othersOf(graph: NamespaceGraph): Others {
  const { whole } = graph;
  const { subject } = graph.view;
  const processes = new Set<number>();
  for (const { pid } of drawnProcesses(graph)) processes.add(pid);
  const pins = new Set(graph.pins());
  const speakers = speakersIn(graph);
  return {
    namespaces: whole
      .namespaces()
      .filter(({ id }) => !graph.draws(id))
      .map((namespace) =>
        subject?.kind === "namespace" && subject.id === namespace.id ? namespace : namespaceInShort(namespace),
      ),
    processes: whole
      .processes()
      .filter(({ pid }) => !processes.has(pid))
      .map((process) =>
        subject?.kind === "process" && subject.pid === process.pid
          ? process
          : processInShort(process, speakers.has(process)),
      ),
    pins: whole.pins().filter((pin) => !pins.has(pin)),
  };
}

/** Those whose command line names a group of processes that is drawn or answered with, or tells that one is a sandbox or a container. */
function speakersIn(graph: NamespaceGraph): ReadonlySet<Process> {
  const speakers = new Set<Process>(toldByMonitors(graph).monitors);
  for (const group of workloads(graph.whole))
    if (group.kind === "sandbox") speakers.add(group.leader).add(tenantOf(group));
  for (const { kind, leader } of workloads(graph)) if (kind === "processes") speakers.add(leader);
  for (const group of groupsInAnswer(graph)) {
    if (group.kind !== "sandbox" && group.kind !== "processes") continue;
    speakers.add(group.leader).add(tenantOf(group));
    const served = graph.process(Number(group.serves));
    if (served !== undefined) speakers.add(served);
  }
  return speakers;
}

function namespaceInShort(namespace: Namespace): Namespace {
  const {
    timeOffsets: _timeOffsets,
    interfaces: _interfaces,
    unassignedAddresses: _unassignedAddresses,
    mountCount: _mountCount,
    rootMount: _rootMount,
    hostname: _hostname,
    cgroupRoot: _cgroupRoot,
    ...rest
  } = namespace;
  return rest;
}

/** Of whom something is believed, it also depends on whose process it is. */
function processInShort({ uid, commandLine, ...rest }: Process, isSpeaker: boolean): Process {
  if (!isSpeaker || commandLine === undefined) return rest;
  return { ...rest, commandLine, ...(uid === undefined ? {} : { uid }) };
}
