import {
  count,
  describeFacts,
  describeIdMaps,
  describeMaker,
  describeMissingParent,
  describePinGroup,
  describeProcess,
  describeProcessSummary,
  describeReasons,
  gatherTitles,
  groupBy,
  groupPins,
  type MemberStyle,
  machineTitle,
  type Namespace,
  type NamespaceGraph,
  type NamespaceType,
  nameHolders,
  namespaceName,
  type OwnerTitle,
  type Pin,
  type PinGroup,
  type Process,
  type ProcessSummary,
  processMark,
  summarizeProcesses,
} from "@ns-graph/graph";
import type { GroupNode, NamespacesNode, ProcessesNode, RestNode, TypeIsolation } from "./diagram.js";

/*
 * What stands at boxes and nodes, as plain lines. Names and paths in them are as hostile as they came: whoever draws
 * them passes them through `printable` and escapes them for its own format.
 */

/** Lines, and how many more there would have been. */
export interface Lines {
  /** Those that are shown. Hostile text. */
  readonly lines: readonly string[];
  /** How many are not; 0 where all are. */
  readonly more: number;
}

function cut(lines: readonly string[], limit: number): Lines {
  // One line more takes no more room than saying that there is one more.
  return lines.length <= limit + 1 ? { lines, more: 0 } : { lines: lines.slice(0, limit), more: lines.length - limit };
}

/**
 * Processes as a picture names them: summed up, or one a line where the view asks for it. A single one has its PID, or what runs
 * the same in several places could not be told apart.
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
  const [only, another] = processes;
  switch (style) {
    case "none":
      return { lines: [], more: 0 };
    case "fold":
      if (only !== undefined && another === undefined) return { lines: [describeProcess(only)], more: 0 };
      return cut(summarizeProcesses(processes).map(describeProcessSummary), names);
    case "all":
      return cut(summarizeProcesses(processes).flatMap(pidRows), lines);
    case "comm":
      return cut(
        processes.map((process) => describeProcess(process)),
        lines,
      );
    case "pids":
      return cut(processes.map(describePids), lines);
  }
}

/** Processes as lines below what a node is called: nothing where that is the only process. */
export function processLinesBelow(
  titles: readonly OwnerTitle[],
  processes: readonly Process[],
  style: MemberStyle,
  names: number,
  lines?: number,
): Lines {
  const [only, another] = processes;
  const isSaid =
    (style === "fold" || style === "comm") &&
    only !== undefined &&
    another === undefined &&
    processMark(only) === "" &&
    titles.some(({ engine, name }) => `${name} `.startsWith(`${only.pid} ${engine === "" ? "" : (only.comm ?? "")}`));
  return isSaid ? { lines: [], more: 0 } : processLines(processes, style, names, lines);
}

/** How many PIDs stand in one line. */
const PID_ROW = 8;

function pidRows(summary: ProcessSummary): readonly string[] {
  const pids = summary.processes.map(({ pid }) => `${pid}`);
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

/** So many kinds of owners have a line each, and so long may one be. */
const KINDS_NAMED = 3;
const LONGEST_TITLE = 110;

/**
 * What a node is called, a phrase for each kind of those who are in it: `docker web (3f2a91c04b7d)`, `6 × docker: web, log, db and
 * 3 more`. Whoever has less room breaks them into lines: see `wrap`.
 */
export function titleLines(titles: readonly OwnerTitle[]): readonly string[] {
  return gatherTitles(titles, KINDS_NAMED, (phrase) => phrase.length <= LONGEST_TITLE);
}

/** How many alike things a node stands for, and whether it is called after some of them alone; nothing for one. */
export function alikeWords({ count, unnamed = 0, titles }: GroupNode | ProcessesNode): string | undefined {
  if (count === 1) return undefined;
  return `${count} alike${unnamed > 0 && titles.length > 0 ? ", among them:" : ""}`;
}

/** What a node of the machine's namespaces is called; nothing for any other. */
export function machineTitleOf({ isMachine, namespaces }: NamespacesNode): string | undefined {
  if (!isMachine) return undefined;
  return machineTitle(!namespaces.some(({ initial }) => initial === false));
}

/** What processes entered, with its type: each namespace by its name, or of alike ones how many of each type. */
export function enteredWords({
  entered = [],
  count,
}: ProcessesNode): readonly { readonly type: NamespaceType; readonly text: string }[] {
  if (count === 1) return entered.map((namespace) => ({ type: namespace.type, text: namespaceName(namespace) }));
  const byType = groupBy(entered, ({ type }) => type);
  return Array.from(byType, ([type, { length }]) => ({ type, text: `${type} ×${length}` }));
}

/** Processes that hold namespaces without members are named up to this many in a list. */
const HOLDERS_NAMED = 48;
/** So many lines those take that are not among the first. */
const HOLDER_LINES = 24;
/** A list of processes is broken into lines of about so many characters, which is less than any picture cuts. */
const WIDEST_LIST = 40;

/**
 * What holds namespaces, summed up: mounts first, then processes, then the rest. Where nobody is in the namespaces processes
 * are named beyond the limit, as far as a picture has room for them, for one of them may have to go.
 */
export function pinLines(graph: NamespaceGraph, pins: readonly Pin[], limit: number): Lines {
  const groups = groupPins(graph, pins);
  const shown = groups.length <= limit + 1 ? groups : groups.slice(0, limit);
  const lines = shown.flatMap((group) => listLines(describePinGroup(graph, group, HOLDERS_NAMED), group));
  const rest = groups.slice(shown.length);
  if (!pins.every(({ namespace }) => graph.memberCount(namespace) === 0)) return { lines, more: rest.length };
  const named: string[] = [];
  let more = rest.length;
  for (const group of rest) {
    if (group.kind !== "processes") continue;
    const names = listLines(nameHolders(group, HOLDERS_NAMED), group);
    if (named.length + names.length > HOLDER_LINES) break;
    for (const line of names) named.push(line);
    more--;
  }
  return { lines: [...lines, ...named], more };
}

function listLines(text: string, group: PinGroup): readonly string[] {
  if (group.kind !== "processes" || group.processes.length === 1) return [text];
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const begun = lines.at(-1);
    if (begun === undefined || begun.length + 1 + word.length > WIDEST_LIST) lines.push(word);
    else lines[lines.length - 1] = `${begun} ${word}`;
  }
  return lines;
}

/**
 * What is known of one namespace beyond its name and holders, each as a short phrase; nothing for what was not asked for.
 *
 * @param alike all that it stands for
 */
export function factPhrases(
  graph: NamespaceGraph,
  namespace: Namespace,
  alike: readonly Namespace[] = [namespace],
): readonly string[] {
  const phrases: (string | undefined)[] = [
    // First, because the end of a long line may be cut.
    ...describeReasons(graph, alike),
    namespace.initial ? "initial" : undefined,
    describeMaker(graph, namespace),
    // Of the initial one everybody knows it.
    ...(namespace.initial === true ? [] : describeIdMaps(graph, namespace)),
    describeMissingParent(graph, namespace),
    ...Array.from(describeFacts(graph, namespace), ([label, said]) => `${label} ${said.join(", ")}`),
  ];
  return phrases.filter((phrase) => phrase !== undefined);
}

/** Lines with a count of what was cut. */
export function withRest({ lines, more }: Lines): readonly string[] {
  return more === 0 ? lines : [...lines, `… ${more} more`];
}

/** What is taken to be the processes' own although somebody who was not seen may be in it; nothing where it is certain. */
export function doubtWords(isolation: readonly TypeIsolation[]): readonly string[] {
  const types = isolation.filter(({ state, certain }) => state === "own" && certain === false).map(typeWords);
  return types.length === 0 ? [] : [`own as far as could be seen: ${types.join(" ")}`];
}

/** A type, and of how many namespaces where it is not one: `net`, `net ×3`. */
export function typeWords({ type, count }: TypeIsolation): string {
  return count > 1 ? `${type} ×${count}` : type;
}

/** What of a group or of a drawing was cut, in words. */
export function restWords({ namespaces, processes }: RestNode): string {
  return `… and ${namespaces} more namespaces${processes === 0 ? "" : ` with ${count(processes, "process")}`}`;
}
