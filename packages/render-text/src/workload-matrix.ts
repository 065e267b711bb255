import {
  knowsMembers,
  type NamespaceType,
  type NamespaceUse,
  separationOf,
  type WorkloadGroup,
  type WorkloadPart,
  workloads,
} from "@ns-graph/graph";
import { cellWidth, clip } from "./cell-width.js";
import { flow, hanging, type Line, type Piece, piece, words } from "./flow.js";
import { nameProcess } from "./members.js";
import type { Span } from "./pen.js";
import { fullTitleOf, type Scene, sharedTitleOf } from "./scene.js";

/** From so many on, groups that have no name of their own and look the same stand on one line. */
const MANY = 5;
/** A name gets at least so many cells, and at most what the longest one needs. */
const LEAST_NAME = 14;
/** Rows below the one that a group is named in are set in. */
const INDENT = "  ";
/** Narrower terminals get the letters of unshare(1) for the types. */
const LEAST_FOR_NAMES = 64;

const LETTERS: Readonly<Record<NamespaceType, string>> = {
  cgroup: "C",
  ipc: "i",
  mnt: "m",
  net: "n",
  pid: "p",
  time: "T",
  user: "U",
  uts: "u",
};

type Cells = ReadonlyMap<NamespaceType, Span>;

/** One line of the matrix. */
interface MatrixRow {
  readonly name: string;
  readonly processes: number;
  readonly cells: Cells;
}

/** Letters for groups that share namespaces: the same one wherever the same groups do. */
class SharedLetters {
  readonly #letters = new Map<string, string>();
  readonly #keys = new Map<NamespaceUse, string>();

  of(use: NamespaceUse): string {
    let key = this.#keys.get(use);
    if (key === undefined) {
      key = use.groups.map(({ leader }) => leader.pid).join(" ");
      this.#keys.set(use, key);
    }
    let letter = this.#letters.get(key);
    if (letter === undefined) {
      letter = letterAt(this.#letters.size);
      this.#letters.set(key, letter);
    }
    return letter;
  }

  /** Whether one of them stands for a group that is not among these. */
  hasOthers(drawn: readonly WorkloadGroup[]): boolean {
    const known = new Set(drawn);
    return [...this.#keys.keys()].some((use) => use.groups.some((group) => !known.has(group)));
  }

  get size(): number {
    return this.#letters.size;
  }
}

/** a … z, aa … zz, and so on. */
function letterAt(index: number): string {
  let letters = "";
  for (let rest = index; rest >= 0; rest = Math.floor(rest / 26) - 1)
    letters = String.fromCharCode(97 + (rest % 26)) + letters;
  return letters;
}

/** Which workloads are apart from the machine, in what, and which share with one another. */
export function* drawWorkloadMatrix(scene: Scene): Generator<string, void, undefined> {
  const { graph, groups, pen } = scene;
  const isKnown = (type: NamespaceType): boolean => groups.some(({ isolation }) => isolation[type].uses.length > 0);
  const types = scene.types.filter((type) => graph.namespaces().some((one) => one.type === type) || isKnown(type));
  const letters = new SharedLetters();
  const rows = foldRows(
    scene,
    groups.map((group) => toRows(scene, group, types, letters)),
  );
  for (const line of layOut(scene, types, rows)) yield pen.write(line);
  for (const line of drawLegend(scene, rows, letters)) yield pen.write(line);
}

function cellOf(
  { graph, pen }: Scene,
  group: WorkloadGroup,
  part: WorkloadPart,
  type: NamespaceType,
  letters: SharedLetters,
): Span {
  const { own, seemsOwn, shared } = pen.glyphs;
  const use = part.uses[type];
  if (use === undefined) return { text: "?", style: "odd" };
  switch (separationOf(use)) {
    case "unknown":
      return { text: "?", style: "odd" };
    case "own":
      return { text: knowsMembers(graph, use.namespace) ? own : seemsOwn, style: "own" };
    case "shared":
      return { text: letters.of(use), style: "pin" };
    case "machine":
      if (group.kind === "machine") return { text: own };
      return group.exposed.includes(type) ? { text: `${shared}!`, style: "bad" } : { text: shared, style: "faint" };
  }
}

/** The rows of one group: its parts, of which those that look the same are one. */
interface GroupRows {
  readonly group: WorkloadGroup;
  readonly rows: readonly MatrixRow[];
}

function keyOf(cells: Cells): string {
  return [...cells.values()].map(({ text }) => text).join(" ");
}

function toRows(
  scene: Scene,
  group: WorkloadGroup,
  types: readonly NamespaceType[],
  letters: SharedLetters,
): GroupRows {
  const byLook = new Map<string, { cells: Cells; parts: WorkloadPart[] }>();
  // The row that is named after the leader is the one it is in.
  const isLeading = (part: WorkloadPart): boolean => group.kind !== "workload" && part.leader === group.leader;
  for (const part of [...group.parts.filter(isLeading), ...group.parts.filter((part) => !isLeading(part))]) {
    const cells: Cells = new Map(types.map((type) => [type, cellOf(scene, group, part, type, letters)]));
    const look = byLook.get(keyOf(cells));
    if (look === undefined) byLook.set(keyOf(cells), { cells, parts: [part] });
    else look.parts.push(part);
  }
  const rows = [...byLook.values()].map(({ cells, parts }, index): MatrixRow => {
    const leader = (parts[0] as WorkloadPart).leader;
    return {
      name: index === 0 ? fullTitleOf(scene, group) : INDENT + nameProcess(scene.pen, leader),
      processes: parts.reduce((sum, { processes }) => sum + processes.length, 0),
      cells,
    };
  });
  return { group, rows };
}

/** What groups have in common if one line can stand for all of them: undefined where none can. */
function likeness(scene: Scene, { group, rows }: GroupRows): string | undefined {
  const { kind, leader } = group;
  const [only, another] = rows;
  if (kind === "workload" || leader.comm === undefined || only === undefined || another !== undefined) return undefined;
  return `${sharedTitleOf(scene, group)} ${keyOf(only.cells)}`;
}

/** All rows; those of many groups that look the same are one. */
function foldRows(scene: Scene, groups: readonly GroupRows[]): readonly MatrixRow[] {
  const { graph, pen } = scene;
  const alike = new Map<string, MatrixRow[]>();
  const keyed = groups.map((one) => ({ ...one, key: graph.view.members === "all" ? undefined : likeness(scene, one) }));
  for (const { key, rows } of keyed) {
    if (key === undefined) continue;
    const others = alike.get(key);
    if (others === undefined) alike.set(key, [...rows]);
    else for (const row of rows) others.push(row);
  }
  const told = new Set<string>();
  return keyed.flatMap(({ group, rows, key }) => {
    const all = key === undefined ? undefined : alike.get(key);
    if (key === undefined || all === undefined || all.length < MANY) return rows;
    if (told.has(key)) return [];
    told.add(key);
    const name = sharedTitleOf(scene, group);
    const processes = all.reduce((sum, row) => sum + row.processes, 0);
    return [{ name: `${name} ${pen.glyphs.times}${all.length}`, processes, cells: rows[0]?.cells ?? new Map() }];
  });
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - cellWidth(text)));
}

function* layOut(
  scene: Scene,
  types: readonly NamespaceType[],
  rows: readonly MatrixRow[],
): Generator<Line, void, undefined> {
  const { columns, glyphs } = scene.pen;
  const isWide = columns >= LEAST_FOR_NAMES;
  const widths = new Map(
    types.map((type) => {
      // A mark stands in the middle, and what is longer than one cell begins there.
      const longest = rows.reduce(
        (width, { cells }) => Math.max(width, 2 * cellWidth(cells.get(type)?.text ?? "") - 1),
        1,
      );
      return [type, Math.max(longest, isWide ? type.length : 1)] as const;
    }),
  );
  const heading = isWide ? "processes" : "PIDs";
  const cells = [...widths.values()].reduce((sum, width) => sum + width + 1, 0);
  const widest = rows.reduce((width, { name }) => Math.max(width, cellWidth(name)), LEAST_NAME);
  const room = Math.max(LEAST_NAME, Math.min(widest, columns - cells - 2 - heading.length));
  const titles = types.map((type) => {
    const title = isWide ? type : LETTERS[type];
    const width = widths.get(type) ?? 0;
    return ` ${pad(" ".repeat(Math.floor((width - title.length) / 2)) + title, width)}`;
  });
  yield [{ text: " ".repeat(room) }, { text: `${titles.join("")}  ${heading}`, style: "title" }];
  for (const { name, processes, cells: spans } of rows) {
    const line: Span[] = [{ text: pad(clip(name, room, glyphs.ellipsis), room) }];
    for (const type of types) {
      const span = spans.get(type) ?? { text: "" };
      const width = widths.get(type) ?? 0;
      const before = " ".repeat(Math.floor((width - 1) / 2));
      line.push({ text: ` ${before}` }, span, { text: pad("", width - before.length - cellWidth(span.text)) });
    }
    line.push({ text: `  ${`${processes}`.padStart(heading.length)}` });
    yield line;
  }
}

function* drawLegend(
  { graph, groups, machine, pen }: Scene,
  rows: readonly MatrixRow[],
  letters: SharedLetters,
): Generator<Line, void, undefined> {
  const { columns, glyphs } = pen;
  yield [];
  const areAllTogether = !workloads(graph.whole).some(({ kind }) => kind !== "machine" && kind !== "unreadable");
  if (areAllTogether && graph.frame.pids === undefined) {
    yield* flow(words("Every process that could be read is in the same namespaces."), columns, columns);
    return;
  }
  const occurring = new Set(rows.flatMap(({ cells }) => [...cells.values()].map(({ text }) => text)));
  const hasParts = rows.some(({ name }) => name.startsWith(INDENT));
  const everybodys = machine.mayBeInitial ? "the machine's" : "that of PID 1";
  const legend = [
    ...(occurring.has(glyphs.own) ? [`${glyphs.own} its own${hasParts ? ", or its group's" : ""}`] : []),
    ...(occurring.has(glyphs.seemsOwn) ? [`${glyphs.seemsOwn} its own, as far as could be seen`] : []),
    `${glyphs.shared} ${everybodys}${machine.mayBeInitial ? "" : ", which stands for the machine"}`,
    ...(occurring.has(`${glyphs.shared}!`) ? [`! ${everybodys}, where its kind mostly has its own`] : []),
    ...(letters.size > 0
      ? [
          `a letter: shared by those that have it${letters.hasOthers(groups) ? ", or with others that are not drawn" : ""}`,
        ]
      : []),
    ...(occurring.has("?") ? ["? not known"] : []),
    ...(hasParts ? ["indented: others of the group above, which differ in something"] : []),
  ];
  yield* flowLegend(legend, columns);
}

/** Signs and what they mean, several a line; what fits on none has lines of its own. */
function* flowLegend(legend: readonly string[], columns: number): Generator<Line, void, undefined> {
  let beside: Piece[] = [];
  for (const text of legend) {
    if (cellWidth(text) <= columns) {
      beside.push(piece(text, undefined, "   "));
      continue;
    }
    yield* flow(beside, columns, columns);
    beside = [];
    yield* hanging(words(text), columns);
  }
  yield* flow(beside, columns, columns);
}
