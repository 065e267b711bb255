import {
  describeMapRange,
  describePin,
  describeProcessSummary,
  describeUid,
  type IdRange,
  isHierarchical,
  type MemberStyle,
  type Namespace,
  type NamespaceGraph,
  type NamespaceType,
  type NetworkInterface,
  namespaceName,
  type Pin,
  type Process,
  type ProcessSummary,
  summarizeProcesses,
  type TimeOffsets,
} from "@ns-graph/graph";
import type { NamespacesNode, ProcessesNode } from "./diagram.js";

/*
 * What stands at boxes and nodes, as plain lines. Names and paths in them are as hostile as they came: whoever draws
 * them passes them through `printable` and escapes them for its own format.
 */

/** Lines, and how many more there would have been. */
export interface Lines {
  readonly lines: readonly string[];
  readonly more: number;
}

function cut(lines: readonly string[], limit: number): Lines {
  // One line more takes no more room than saying that there is one more.
  return lines.length <= limit + 1 ? { lines, more: 0 } : { lines: lines.slice(0, limit), more: lines.length - limit };
}

/**
 * Processes as a picture names them: summed up, or one a line where the view asks for it.
 *
 * @param names how many names there may be where they are summed up.
 * @param lines how many lines there may be else.
 */
export function processLines(
  processes: readonly Process[],
  style: MemberStyle,
  names: number,
  lines = Number.POSITIVE_INFINITY,
): Lines {
  switch (style) {
    case "none":
      return { lines: [], more: 0 };
    case "fold":
      return cut(summarizeProcesses(processes).map(describeProcessSummary), names);
    case "all":
      return cut(summarizeProcesses(processes).flatMap(pidRows), lines);
    case "comm":
      return cut(processes.map(describeMember), lines);
    case "pids":
      return cut(processes.map(describePids), lines);
  }
}

/** How many PIDs stand in one line. */
const PID_ROW = 8;

function pidRows(summary: ProcessSummary): readonly string[] {
  const pids = summary.processes.map(({ pid }) => String(pid));
  const name =
    summary.comm === undefined
      ? ""
      : ` ${describeProcessSummary({ ...summary, processes: summary.processes.slice(0, 1) })}`;
  return inRows(pids, PID_ROW).map((row) => `${row}${name}`);
}

function describePids({ pid, pids = [pid], comm }: Process): string {
  return `${pids.join(" = ")}${comm === undefined ? "" : ` ${comm}`}`;
}

function inRows(words: readonly string[], length: number): string[] {
  const rows: string[] = [];
  for (let i = 0; i < words.length; i += length) rows.push(words.slice(i, i + length).join(" "));
  return rows;
}

/** One process by PID and name: `4711 bash`. */
export function describeMember(process: Process): string {
  const mark = process.state === "Z" || process.state === "X" ? " (zombie)" : process.kernelThread ? " (kernel)" : "";
  return `${process.pid}${process.comm === undefined ? "" : ` ${process.comm}`}${mark}`;
}

/** What a node of common namespaces is called; nothing for any other. */
export function commonTitle({ common, namespaces }: NamespacesNode): string | undefined {
  if (!common) return undefined;
  return namespaces.some(({ initial }) => initial === false) ? "as PID 1" : "the machine";
}

/** What processes entered, with its type: each namespace by its name, or of alike ones how many of each type. */
export function enteredWords({
  entered = [],
  count,
}: ProcessesNode): readonly { readonly type: NamespaceType; readonly text: string }[] {
  if (count === 1) return entered.map((namespace) => ({ type: namespace.type, text: namespaceName(namespace) }));
  const counts = new Map<NamespaceType, number>();
  for (const { type } of entered) counts.set(type, (counts.get(type) ?? 0) + 1);
  return Array.from(counts, ([type, times]) => ({ type, text: `${type} ×${times}` }));
}

/** What holds namespaces, summed up: names first, then threads, descriptors and the rest. */
export function pinLines(graph: NamespaceGraph, pins: readonly Pin[], limit: number): Lines {
  const groups = new Map<string, { first: Pin; count: number }>();
  for (const pin of pins) {
    const key = pin.kind === "mount" ? `mount ${pin.path}` : `${pin.kind} ${"pid" in pin ? pin.pid : ""}`;
    const group = groups.get(key);
    const count = 1 + (pin.more ?? 0);
    if (group === undefined) groups.set(key, { first: pin, count });
    else group.count += count;
  }
  const named = [...groups.values()];
  const ordered = [
    ...named.filter(({ first }) => first.kind === "mount"),
    ...named.filter(({ first }) => first.kind !== "mount"),
  ];
  return cut(
    ordered.map(({ first, count }) => describePins(graph, first, count)),
    limit,
  );
}

function describePins(graph: NamespaceGraph, pin: Pin, count: number): string {
  // Before the path, which is hostile text of any length, and may be cut at its end.
  if (pin.kind === "mount") return count === 1 ? pin.path : `${count} mounts at ${pin.path}`;
  const comm = "pid" in pin ? graph.process(pin.pid)?.comm : undefined;
  const holder = comm === undefined ? "" : ` ${comm}`;
  if (count === 1 || !("pid" in pin)) return `${describePin(pin)}${holder}`;
  const what = { thread: "threads", fd: "descriptors", socket: "sockets", "for-children": "threads' children" }[
    pin.kind
  ];
  return `${count} ${what} of ${pin.pid}${holder}`;
}

/** So many ranges of a uid map are shown. */
const RANGES = 2;
const ALL_IDS = 0xffffffff;

/** The uid map in words; nothing where it says nothing, because all ids stay as they are. */
function describeUidMap(graph: NamespaceGraph, map: readonly IdRange[]): readonly string[] {
  if (map.length === 0) return ["no ids mapped"];
  const [[inside, outside, count] = [0, 0, 0]] = map;
  if (map.length === 1 && inside === 0 && outside === 0 && count === ALL_IDS) return [];
  const ranges = map.slice(0, RANGES).map((range) => describeMapRange(graph, "uid", range));
  return map.length > RANGES ? [...ranges, `${map.length - RANGES} more ranges`] : ranges;
}

/** What is known of one namespace beyond its name and holders, each as a short phrase; nothing for what was not asked for. */
export function factPhrases(graph: NamespaceGraph, namespace: Namespace): readonly string[] {
  const { type, ownerUid, uidMap, initial, hostname, cgroupRoot, interfaces, mountCount, rootMount, timeOffsets } =
    namespace;
  const phrases: (string | undefined)[] = [
    initial ? "initial" : undefined,
    type === "user" && !initial && ownerUid !== undefined ? `made by ${describeUid(graph, ownerUid)}` : undefined,
    ...(uidMap === undefined ? [] : describeUidMap(graph, uidMap)),
    describeMissingParent(graph, namespace),
    hostname,
    cgroupRoot,
    ...(interfaces ?? []).map(describeInterface),
    mountCount === undefined ? undefined : `${mountCount} mounts`,
    rootMount === undefined ? undefined : `root: ${rootMount}`,
    timeOffsets && describeOffsets(timeOffsets),
  ];
  return phrases.filter((phrase) => phrase !== undefined);
}

function describeMissingParent(graph: NamespaceGraph, namespace: Namespace): string | undefined {
  if (namespace.initial || !isHierarchical(namespace.type)) return undefined;
  if (namespace.parent.state === "invisible") return "parent not visible";
  return graph.parent(namespace) === undefined ? "parent not known" : undefined;
}

function describeInterface({ name, state, addresses }: NetworkInterface): string {
  return [name, ...(state === undefined ? [] : [state]), ...addresses].join(" ");
}

function describeOffsets({ monotonic, boottime }: TimeOffsets): string {
  const seconds = ([whole, nanoseconds]: TimeOffsets["monotonic"]): string =>
    nanoseconds === 0 ? whole : `${whole}.${String(nanoseconds).padStart(9, "0")}`;
  return `monotonic ${seconds(monotonic)} s, boottime ${seconds(boottime)} s`;
}
