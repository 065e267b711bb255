import {
  count,
  groupBy,
  INSTEAD_OF_DRAWING,
  isolationOf,
  livingParts,
  machinesOwn,
  type NamespaceType,
  type NamespaceUse,
  obtain,
  tenantOf,
  type WorkloadGroup,
  workloads,
} from "@ns-graph/graph";
import { cellWidth } from "./cell-width.js";
import { flow, hanging, type Line, type Piece, piece, words } from "./flow.js";
import { nameProcess } from "./members.js";
import type { Span } from "./pen.js";
import { fullTitleOf, type Scene, sharedTitleOf } from "./scene.js";

/** From so many on, groups that have no name of their own and look the same stand on one line. */
const MANY = 5;
/** So many rows a group has at most. */
const PARTS_LISTED = 12;
/** Of rows that stand for several, so many PIDs get room where a terminal is wide enough. */
const PIDS_NAMED = 5;
/** A name gets at least so many cells, and at most what the longest one needs. */
const LEAST_NAME = 14;
/** Where names are cut, so many at most: one long command line would move all marks far away from what they are of. */
const MOST_NAME = 80;
/** Where names are not cut, longer ones stand out of their column: one would cost every row as many blanks. */
const WIDEST_COLUMN = 100;
/** The images are shown if there is room for so many cells of each, or if they are not longer. */
const LEAST_IMAGE = 16;
const IMAGE = "image";
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

interface MatrixRow {
  readonly name: string;
  /** What several that look the same are called together; absent where they have nothing in common to be called by. */
  readonly sharedName: string | undefined;
  /** How many it stands for. */
  readonly times: number;
  /** The PIDs of those who lead them, of sandboxes of what runs in them: each a row that it stands for. */
  readonly leaders: readonly number[];
  readonly processes: number;
  readonly cells: Cells;
  /** What its engine made it from; undefined where that is not known. */
  readonly image: string | undefined;
  /** Whether it is below the one that its group is named in. */
  readonly isBelow: boolean;
}

/** Letters for namespaces that groups share: the same one in each type for those that the same groups share. */
class SharedLetters {
  readonly #letters = new Map<string, string>();
  readonly #known = new Map<NamespaceUse, string>();
  /** How many namespaces of one type the same groups share. */
  readonly #counts = new Map<string, number>();

  of(type: NamespaceType, use: NamespaceUse): string {
    return obtain(this.#known, use, () => {
      const groups = use.groups.map(({ leader }) => leader.pid).join(" ");
      const count = this.#counts.get(`${type} ${groups}`) ?? 0;
      this.#counts.set(`${type} ${groups}`, count + 1);
      return obtain(this.#letters, `${count} ${groups}`, () => letterAt(this.#letters.size));
    });
  }

  /** Whether one of them stands for a group that is not among these. */
  hasOthers(drawn: readonly WorkloadGroup[]): boolean {
    const known = new Set(drawn);
    return [...this.#known.keys()].some((use) => use.groups.some((group) => !known.has(group)));
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
  { pen }: Scene,
  group: WorkloadGroup,
  type: NamespaceType,
  use: NamespaceUse | undefined,
  isAgain: boolean,
  letters: SharedLetters,
): Span {
  const { again, own, seemsOwn, shared } = pen.glyphs;
  if (use === undefined) return { text: "?", style: "odd" };
  switch (isolationOf(use)) {
    case "unknown":
      return { text: "?", style: "odd" };
    case "own":
      return { text: isAgain ? again : use.certain ? own : seemsOwn, style: "own" };
    case "shared":
      return { text: letters.of(type, use), style: "pin" };
    case "machine":
      if (group.kind === "machine") return { text: own };
      return group.exposed.includes(type) ? { text: `${shared}!`, style: "bad" } : { text: shared, style: "faint" };
  }
}

function keyOf(cells: Cells): string {
  return [...cells.values()].map(({ text }) => text).join(" ");
}

/** The rows of one group: one for each of its parts, or fewer where there are many. */
function toRows(
  scene: Scene,
  group: WorkloadGroup,
  types: readonly NamespaceType[],
  letters: SharedLetters,
): readonly MatrixRow[] {
  const met = new Set<NamespaceUse>();
  const rows = livingParts(group).map(({ leader, processes, uses }, index): MatrixRow => {
    const cells = new Map<NamespaceType, Span>();
    for (const type of types) {
      const use = uses[type];
      cells.set(type, cellOf(scene, group, type, use, use !== undefined && met.has(use), letters));
    }
    for (const use of Object.values(uses)) met.add(use);
    const isBelow = index > 0;
    const name = isBelow ? INDENT + nameProcess(scene.pen, leader) : fullTitleOf(scene, group, leader);
    const { comm } = leader;
    const isNamed = comm === undefined || (!isBelow && isCalled(group));
    const shared = comm !== undefined && isBelow ? INDENT + scene.pen.safe(comm) : sharedTitleOf(scene, group);
    return {
      name,
      sharedName: isNamed ? undefined : shared,
      times: 1,
      leaders: [(!isBelow && group.kind === "sandbox" ? tenantOf(group) : leader).pid],
      processes: processes.length,
      cells,
      image: isBelow ? undefined : imageOf(scene, group),
      isBelow,
    };
  });
  return scene.graph.view.members === "all" ? rows : cutRows(scene, rows);
}

/** Whether somebody gave it a name, besides what its processes are called. */
function isCalled({ kind, name, serves }: WorkloadGroup): boolean {
  return kind === "workload" || name !== undefined || serves !== undefined;
}

function imageOf({ pen }: Scene, { workload }: WorkloadGroup): string | undefined {
  return workload?.image === undefined ? undefined : pen.safe(workload.image);
}

/** Rows that look the same as one, in the order of the first of each; where they are fewer than `least` each stays. */
function foldAlike(scene: Scene, rows: readonly MatrixRow[], least: number): readonly MatrixRow[] {
  const lookOf = (row: MatrixRow): unknown =>
    row.isBelow && row.sharedName !== undefined ? `${row.sharedName} ${keyOf(row.cells)}` : row;
  const byLook = groupBy(rows, lookOf);
  return rows.flatMap((row) => {
    const alike = byLook.get(lookOf(row)) ?? [row];
    return alike.length < least ? [row] : alike[0] === row ? [sumUp(scene, alike as [MatrixRow])] : [];
  });
}

function sumUp({ pen }: Scene, rows: readonly [MatrixRow, ...MatrixRow[]]): MatrixRow {
  const [first] = rows;
  if (rows.length === 1) return first;
  const times = rows.reduce((sum, row) => sum + row.times, 0);
  return {
    ...first,
    name: `${first.sharedName ?? first.name} ${pen.glyphs.times}${times}`,
    times,
    leaders: rows.flatMap(({ leaders }) => leaders),
    processes: rows.reduce((sum, row) => sum + row.processes, 0),
  };
}

/** Of very many parts those that look the same are one row, and what is left then is a count. */
function cutRows(scene: Scene, rows: readonly MatrixRow[]): readonly MatrixRow[] {
  if (rows.length <= PARTS_LISTED) return rows;
  const folded = foldAlike(scene, rows, MANY);
  if (folded.length <= PARTS_LISTED) return folded;
  const rest = folded.slice(PARTS_LISTED - 1);
  const times = rest.reduce((sum, row) => sum + row.times, 0);
  const name = `${INDENT}${scene.pen.glyphs.ellipsis} and ${times} more`;
  const processes = rest.reduce((sum, row) => sum + row.processes, 0);
  return [
    ...folded.slice(0, PARTS_LISTED - 1),
    { name, sharedName: undefined, times, leaders: [], processes, cells: new Map(), image: undefined, isBelow: true },
  ];
}

/** What groups have in common if the same lines can stand for all of them: undefined where none can. */
function likeness(rows: readonly MatrixRow[]): string | undefined {
  if (rows.length === 0 || rows.some(({ sharedName }) => sharedName === undefined)) return undefined;
  return rows.map(({ sharedName, times, cells }) => `${sharedName} ${times} ${keyOf(cells)}`).join("\n");
}

/** All rows; those of many groups that look the same stand for all of them. */
function foldRows(scene: Scene, groups: readonly (readonly MatrixRow[])[]): readonly MatrixRow[] {
  const { graph } = scene;
  // What has nothing in common with others is a key of its own.
  const alike = groupBy(groups, (rows) => (graph.view.members === "all" ? undefined : likeness(rows)) ?? rows);
  const allOf = new Map([...alike.values()].flatMap((all) => all.map((rows) => [rows, all] as const)));
  return groups.flatMap((rows) => {
    const all = allOf.get(rows) ?? [rows];
    if (all.length < MANY) return rows;
    if (all[0] !== rows) return [];
    return rows.map((_, index) => sumUp(scene, all.map((each) => each[index] as MatrixRow) as [MatrixRow]));
  });
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - cellWidth(text)));
}

/** The name of a row, and of several the PIDs of as many as fit. */
function nameRow({ name, leaders }: MatrixRow, room: number, pen: Scene["pen"]): string {
  if (leaders.length < 2) return pen.fit(name, room);
  const { glyphs } = pen;
  let listed = name;
  for (const [at, pid] of leaders.entries()) {
    const list = `${listed}${at === 0 ? ":" : ""} ${pid}`;
    const isLast = at === leaders.length - 1;
    if (cellWidth(isLast ? list : `${list} ${glyphs.ellipsis}`) > room)
      return at === 0 ? pen.fit(name, room) : `${listed} ${glyphs.ellipsis}`;
    listed = list;
  }
  return listed;
}

/** How wide the name of a row would be with the first of its PIDs. */
function widthOfName(row: MatrixRow, { pen }: Scene): number {
  if (row.leaders.length < 2) return cellWidth(row.name);
  const leaders = row.leaders.slice(0, PIDS_NAMED);
  const width = cellWidth(nameRow({ ...row, leaders }, Number.POSITIVE_INFINITY, pen));
  return leaders.length === row.leaders.length ? width : width + cellWidth(` ${pen.glyphs.ellipsis}`);
}

function* layOut(
  scene: Scene,
  types: readonly NamespaceType[],
  rows: readonly MatrixRow[],
): Generator<Line, void, undefined> {
  const { columns, cuts } = scene.pen;
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
  const widest = rows.reduce((width, row) => Math.max(width, widthOfName(row, scene)), LEAST_NAME);
  const most = cuts ? Math.min(columns - cells - 2 - heading.length, MOST_NAME) : WIDEST_COLUMN;
  const room = Math.max(LEAST_NAME, Math.min(widest, most));
  const longestImage = rows.reduce((width, { image }) => Math.max(width, cellWidth(image ?? "")), 0);
  const spare = cuts ? columns - room - cells - heading.length - 4 : Number.POSITIVE_INFINITY;
  const hasImages = longestImage > 0 && spare >= Math.min(longestImage, LEAST_IMAGE);
  const titles = types.map((type) => {
    const title = isWide ? type : LETTERS[type];
    const width = widths.get(type) ?? 0;
    return ` ${pad(" ".repeat(Math.floor((width - title.length) / 2)) + title, width)}`;
  });
  yield [
    { text: " ".repeat(room) },
    { text: `${titles.join("")}  ${heading}${hasImages ? `  ${IMAGE}` : ""}`, style: "title" },
  ];
  for (const row of rows) {
    const { processes, cells: spans, image } = row;
    const line: Span[] = [{ text: pad(nameRow(row, room, scene.pen), room) }];
    for (const type of types) {
      const span = spans.get(type) ?? { text: "" };
      const width = widths.get(type) ?? 0;
      const before = " ".repeat(Math.floor((width - 1) / 2));
      line.push({ text: ` ${before}` }, span, { text: pad("", width - before.length - cellWidth(span.text)) });
    }
    line.push({ text: `  ${`${processes}`.padStart(heading.length)}` });
    // The end says more than the registry that an image is from.
    if (hasImages && image !== undefined) line.push({ text: `  ${scene.pen.fitEnd(image, spare)}`, style: "faint" });
    yield line;
  }
}

/** How many zombies are in no part that has a row. */
function countWithoutRow(groups: readonly WorkloadGroup[]): number {
  let zombies = 0;
  for (const { parts } of groups) for (const { ended, processes } of parts) if (ended) zombies += processes.length;
  return zombies;
}

function* drawLegend(
  { graph, groups, machine, pen }: Scene,
  rows: readonly MatrixRow[],
  letters: SharedLetters,
): Generator<Line, void, undefined> {
  const { columns, glyphs } = pen;
  yield [];
  const zombies = countWithoutRow(groups);
  const areAllTogether = !workloads(graph.whole).some(({ kind }) => kind !== "machine" && kind !== "unreadable");
  if (zombies === 0 && areAllTogether && graph.frame.pids === undefined) {
    yield* flow(words(INSTEAD_OF_DRAWING.allTogether), columns, columns);
    return;
  }
  const occurring = new Set(rows.flatMap(({ cells }) => [...cells.values()].map(({ text }) => text)));
  const hasParts = rows.some(({ isBelow }) => isBelow);
  const everybodys = machinesOwn(machine);
  const legend = [
    ...(occurring.has(glyphs.own) ? [`${glyphs.own} its own${hasParts ? ", or its group's" : ""}`] : []),
    ...(occurring.has(glyphs.seemsOwn) ? [`${glyphs.seemsOwn} its own, as far as could be seen`] : []),
    ...(occurring.has(glyphs.again) ? [`${glyphs.again} that of a row above, in its group`] : []),
    `${glyphs.shared} ${everybodys}${machine.mayBeInitial ? "" : ", which stands for the machine"}`,
    ...(occurring.has(`${glyphs.shared}!`) ? [`! ${everybodys}, where its kind mostly has its own`] : []),
    ...(letters.size > 0
      ? [
          `a letter: shared by those that have it${letters.hasOthers(groups) ? ", or with others that are not drawn" : ""}`,
        ]
      : []),
    ...(occurring.has("?") ? ["? not known"] : []),
    ...(hasParts ? ["indented: others of the group above, which differ in something"] : []),
    ...(zombies === 0 ? [] : [`no row for ${count(zombies, "zombie")}: isolated from nobody`]),
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
