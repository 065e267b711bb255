import type { Detail, TypeIsolation } from "@ns-graph/diagram";
import { clip, doubtWords, factPhrases, processLines, withRest, wrap } from "@ns-graph/diagram";
import type { Namespace, NamespaceGraph, Pin, Process, Subject } from "@ns-graph/graph";
import {
  countPins,
  describeMembers,
  describePin,
  describePinGroup,
  groupPins,
  namespaceName,
  obtain,
  pinsOfGroup,
} from "@ns-graph/graph";
import type { Attributes, TextLines } from "./dot/attributes.js";
import { bold, cell, font, type Html, type HtmlAttributes, lines, row, table, text } from "./dot/html.js";
import { COLORS, FONT_SIZE } from "./theme.js";

/** The longest line in a node, in characters. */
const WIDEST = 40;
/** The longest line over a box. */
export const WIDEST_HEADING = 90;
/** Titles that are shown. */
const TITLES = 2;
/** Lines that fit into a tooltip. */
const TOOLTIP_LINES = 60;
const TOOLTIP_LINE = 200;
const TOOLTIP_PROCESSES = 12;

/** A node ready to be printed. */
export interface Drawn {
  readonly attributes: Attributes;
  /** Roughly how many lines of text high it will be. */
  readonly lines: number;
}

export function line(content: string): Html {
  return text(clip(content, WIDEST));
}

export function strong(content: string, faint = false, width = WIDEST): Html {
  const words = bold(text(clip(content, width)));
  return faint ? font({ COLOR: COLORS.faintText }, words) : words;
}

export function small(content: string, color: string = COLORS.faintText, width = WIDEST): Html {
  return font({ "POINT-SIZE": FONT_SIZE.small, COLOR: color }, text(clip(content, width)));
}

/** The same on as many lines as it takes. */
export function smallLines(content: string, color: string = COLORS.faintText, width = WIDEST): Html[] {
  return wrap(content, width).map((words) => small(words, color, width));
}

/** Processes that are named in one node, where the view asks for each by name. */
const NAMED = 100;

/** Processes as the view asks for them, with a count of what was cut; in full detail each. */
export function memberLines(
  graph: NamespaceGraph,
  processes: readonly Process[],
  names: number,
  detail: Detail,
): readonly string[] {
  const { members } = graph.view;
  if (detail !== "full") return withRest(processLines(processes, members, names, NAMED));
  return withRest(processLines(processes, members === "fold" ? "comm" : members, names));
}

/** Lines of which the first stands out: what they are called where that is known, else the first process. */
export function titled(titles: readonly string[], members: readonly string[]): Html[] {
  const shown = titles.length > TITLES ? [...titles.slice(0, TITLES), `… ${titles.length - TITLES} more`] : titles;
  return [...shown, ...members].map((words, i) => (i === 0 ? strong(words) : line(words)));
}

/** In a longer list the names stand in columns beside each other. */
export const COLUMN = 40;

/** Rows with what processes are called and their names. */
export function memberRows(titles: readonly string[], members: readonly string[]): readonly Html[] {
  if (members.length <= COLUMN) {
    const all = titled(titles, members);
    return all.length === 0 ? [] : [block(all)];
  }
  const columns: Html[] = [];
  for (let i = 0; i < members.length; i += COLUMN)
    columns.push(
      cell({ ALIGN: "LEFT", VALIGN: "TOP" }, lines(members.slice(i, i + COLUMN).map((words) => line(words)))),
    );
  const side = table({ BORDER: 0, CELLBORDER: 0, CELLSPACING: 0, CELLPADDING: 2 }, [row(columns)]);
  return [...(titles.length === 0 ? [] : [block(titled(titles, []))]), block([side])];
}

/** The same of a node that may stand for several. */
export function alikeRows(
  { count, titles }: { readonly count: number; readonly titles: readonly string[] },
  members: readonly string[],
): readonly Html[] {
  return [...(count > 1 ? [block([small(`${count} alike`)])] : []), ...memberRows(titles, members)];
}

/** A row with what holds namespaces, where anything does. */
export function pinRows(pins: readonly string[]): readonly Html[] {
  const words = pins.flatMap((pin) => smallLines(pin, COLORS.text));
  return words.length === 0 ? [] : [block(words, { BGCOLOR: COLORS.tag })];
}

/** A row with some lines of text. */
export function block(contents: readonly Html[], attributes: HtmlAttributes = {}): Html {
  return row([cell({ ALIGN: "LEFT", ...attributes }, contents.length === 1 ? (contents[0] as Html) : lines(contents))]);
}

/** A node that is a table of one column. */
export function frame(rows: readonly Html[], attributes: HtmlAttributes): Html {
  return table({ CELLBORDER: 0, CELLSPACING: 2, CELLPADDING: 2, BGCOLOR: COLORS.paper, ...attributes }, rows);
}

/** Everything about some namespaces and processes, for whom the node itself says too little. */
export function tooltip(
  graph: NamespaceGraph,
  namespaces: readonly Namespace[],
  processes: readonly Process[],
  pins: readonly Pin[],
  isolation: readonly TypeIsolation[] = [],
): TextLines {
  const most = TOOLTIP_LINES;
  const listed = Math.min(namespaces.length, most);
  const members = withRest(processLines(processes, "fold", TOOLTIP_PROCESSES));
  const entries = [...namespaces.slice(0, listed).map((namespace) => describeNamespace(graph, namespace)), ...members];
  // Of mounts each is told with the mount namespace that it is in.
  const holders = groupPins(graph, pins).flatMap((group): readonly (readonly [string, readonly Pin[]])[] =>
    group.kind === "mounts"
      ? group.pins.map((pin) => [describePin(pin), [pin]])
      : [[describePinGroup(graph, group), pinsOfGroup(group)]],
  );
  const shown = holders.slice(0, Math.max(0, most - entries.length));
  const unseen = countPins(holders.slice(shown.length).flatMap(([, theirs]) => theirs));
  const left = namespaces.length - listed + Math.max(0, entries.length - most) + unseen;
  const lines = [
    ...entries.slice(0, most),
    ...shown.map(([words]) => words),
    ...doubtWords(isolation),
    ...(left === 0 ? [] : [`… ${left} more`]),
  ];
  return { lines: lines.map((entry) => clip(entry, TOOLTIP_LINE)) };
}

function describeNamespace(graph: NamespaceGraph, namespace: Namespace): string {
  const phrases = [...factPhrases(graph, namespace), describeMembers(graph, [namespace])];
  return `${namespaceName(namespace)} ${phrases.join(" · ")}`;
}

/** Every node is asked whether it has some of the same processes. */
const pidsOf = new WeakMap<Subject, ReadonlySet<number>>();

/** Whether a node holds what the view is about. */
export function holdsSubject(
  graph: NamespaceGraph,
  namespaces: readonly Namespace[],
  processes: readonly Process[],
): boolean {
  const { subject } = graph.view;
  if (subject === undefined) return false;
  switch (subject.kind) {
    case "namespace":
      return namespaces.some(({ id }) => id === subject.id);
    case "process":
      return processes.some(({ pid }) => pid === subject.pid);
    case "workload": {
      const own = obtain(pidsOf, subject, () => new Set(subject.pids));
      return processes.some(({ pid }) => own.has(pid));
    }
  }
}

/** CSS classes, without empty ones. */
export function classes(...names: readonly (string | false | undefined)[]): string {
  return names.filter((name) => name !== false && name !== undefined && name !== "").join(" ");
}
