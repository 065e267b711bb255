import type { Detail, GroupNode, ProcessesNode, TypeIsolation } from "@ns-graph/diagram";
import {
  alikeWords,
  clip,
  doubtWords,
  factPhrases,
  processLines,
  processLinesBelow,
  titleLines,
  withRest,
  wrap,
} from "@ns-graph/diagram";
import type { Namespace, NamespaceGraph, OwnerTitle, Pin, Process, Subject } from "@ns-graph/graph";
import {
  countPins,
  describeMembers,
  describeMount,
  describePinGroup,
  groupPins,
  namespaceName,
  obtain,
  pinsOfGroup,
  spellTitle,
} from "@ns-graph/graph";
import type { Attributes, TextLines } from "./dot/attributes.js";
import { bold, cell, font, type Html, type HtmlAttributes, lines, row, table, text } from "./dot/html.js";
import { COLORS, FONT_SIZE } from "./theme.js";

/** The longest line in a node, in characters. */
const WIDEST = 40;
/** The longest line over a box. */
export const WIDEST_HEADING = 90;
/** Lines that fit into a tooltip. */
const TOOLTIP_LINES = 60;
const TOOLTIP_LINE = 200;
const TOOLTIP_PROCESSES = 12;
const TOOLTIP_TITLES = 20;

/** A node ready to be printed. */
export interface Drawn {
  readonly attributes: Attributes;
  /** Roughly how many lines of text high it will be. */
  readonly lines: number;
}

/** A row of a node that is a table. */
export interface Part {
  readonly row: Html;
  /** How many lines of text high it is. */
  readonly lines: number;
}

export function line(content: string): Html {
  return text(clip(content, WIDEST));
}

export function strong(content: string, faint = false, width = WIDEST): Html {
  const words = bold(text(clip(content, width)));
  return faint ? font({ COLOR: COLORS.faintText }, words) : words;
}

/** In the small size. */
export function fine(content: Html, color: string): Html {
  return font({ "POINT-SIZE": FONT_SIZE.small, COLOR: color }, content);
}

export function small(content: string, color: string = COLORS.faintText, width = WIDEST): Html {
  return fine(text(clip(content, width)), color);
}

/** The same on as many lines as it takes. */
export function smallLines(content: string, color: string = COLORS.faintText, width = WIDEST): Html[] {
  return wrap(content, width).map((words) => small(words, color, width));
}

/** What must not be cut, on as many lines as it takes. */
export function fullLines(content: string): Html[] {
  return wrap(content, WIDEST).map(text);
}

/** Processes that are named in one node, where the view asks for each by name. */
const NAMED = 100;

/** Processes as the view asks for them, with a count of what was cut; in full detail each. */
export function memberLines(
  graph: NamespaceGraph,
  { titles, processes }: Pick<GroupNode, "titles" | "processes">,
  names: number,
  detail: Detail,
): readonly string[] {
  const { members } = graph.view;
  if (detail !== "full") return withRest(processLinesBelow(titles, processes, members, names, NAMED));
  return withRest(processLinesBelow(titles, processes, members === "fold" ? "comm" : members, names));
}

/** Lines of which the first stands out: what they are called where that is known, else the first process. */
function titled(titles: readonly string[], members: readonly string[]): Html[] {
  const phrases = [...titles.map((title) => wrap(title, WIDEST)), ...members.map((member) => [member])];
  return phrases.flatMap((phrase, at) => phrase.map((words) => (at === 0 ? strong(words) : line(words))));
}

/** In a longer list the names stand in columns beside each other. */
const COLUMN = 40;

/** Rows with what processes are called and their names. */
export function memberParts(titles: readonly string[], members: readonly string[]): readonly Part[] {
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
  return [...(titles.length === 0 ? [] : [block(titled(titles, []))]), { row: block([side]).row, lines: COLUMN }];
}

/** The same of a node that may stand for several. */
export function alikeParts(node: GroupNode | ProcessesNode, members: readonly string[]): readonly Part[] {
  const alike = alikeWords(node);
  return [...(alike === undefined ? [] : [block([small(alike)])]), ...memberParts(titleLines(node.titles), members)];
}

/** A row with what holds namespaces, where anything does. */
export function pinParts(pins: readonly string[]): readonly Part[] {
  const words = pins.flatMap((pin) => smallLines(pin, COLORS.text));
  return words.length === 0 ? [] : [block(words, { BGCOLOR: COLORS.tag })];
}

/** A row with some lines of text. */
export function block(contents: readonly Html[], attributes: HtmlAttributes = {}): Part {
  const content = contents.length === 1 ? (contents[0] as Html) : lines(contents);
  return { row: row([cell({ ALIGN: "LEFT", ...attributes }, content)]), lines: contents.length };
}

/** A node that is a table of one column. */
export function tableNode(parts: readonly Part[], frame: HtmlAttributes, attributes: Attributes): Drawn {
  return {
    lines: parts.reduce((sum, part) => sum + part.lines, 0),
    attributes: {
      ...attributes,
      shape: "plain",
      label: table(
        { CELLBORDER: 0, CELLSPACING: 2, CELLPADDING: 2, BGCOLOR: COLORS.paper, ...frame },
        parts.map((part) => part.row),
      ),
    },
  };
}

/** Everything about some namespaces and processes, for whom the node itself says too little. */
export function tooltip(
  graph: NamespaceGraph,
  namespaces: readonly Namespace[],
  processes: readonly Process[],
  pins: readonly Pin[],
  isolation: readonly TypeIsolation[] = [],
  titles: readonly OwnerTitle[] = [],
): TextLines {
  const owners = allTitles(titles);
  const most = TOOLTIP_LINES - owners.length;
  const listed = Math.min(namespaces.length, most);
  const members = withRest(processLines(processes, "fold", TOOLTIP_PROCESSES));
  const entries = [...namespaces.slice(0, listed).map((namespace) => describeNamespace(graph, namespace)), ...members];
  // Of mounts each is told with the mount namespace that it is in.
  const holders = groupPins(graph, pins).flatMap((group): readonly (readonly [string, readonly Pin[]])[] =>
    group.kind === "mounts"
      ? group.pins.map((pin) => [describeMount(graph, pin), [pin]])
      : [[describePinGroup(graph, group), pinsOfGroup(group)]],
  );
  const shown = holders.slice(0, Math.max(0, most - entries.length));
  const unseen = countPins(holders.slice(shown.length).flatMap(([, theirs]) => theirs));
  const left = namespaces.length - listed + Math.max(0, entries.length - most) + unseen;
  const lines = [
    ...owners,
    ...entries.slice(0, most),
    ...shown.map(([words]) => words),
    ...doubtWords(isolation),
    ...(left === 0 ? [] : [`… ${left} more`]),
  ];
  return { lines: lines.map((entry) => clip(entry, TOOLTIP_LINE)) };
}

/** Each by its full name, as far as a tooltip has room for them. */
export function allTitles(titles: readonly OwnerTitle[]): readonly string[] {
  const spelled = titles.slice(0, TOOLTIP_TITLES).map(spellTitle);
  return withRest({ lines: spelled, more: titles.length - spelled.length });
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
