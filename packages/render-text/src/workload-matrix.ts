import { NAMESPACE_TYPES, type NamespaceId, type NamespaceType, type Process, type SharingRow } from "@ns-graph/graph";
import { cellWidth, clip } from "./cell-width.js";
import { flow, type Line, words } from "./flow.js";
import { foldTexts } from "./fold.js";
import { nameProcess } from "./members.js";
import type { Scene } from "./namespace-head.js";
import type { Span } from "./pen.js";
import type { Style } from "./style.js";

/** From so many on, workloads that look the same stand on one line. */
const MANY = 5;
/** A name gets at least so many cells, and at most what the longest one needs. */
const LEAST_NAME = 14;
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

/** The types a container is expected to have for itself. */
const EXPECTED: ReadonlySet<NamespaceType> = new Set(["ipc", "mnt", "net", "pid", "uts"]);

/** One line of the matrix. */
interface MatrixRow {
  readonly name: string;
  readonly processes: number;
  readonly cells: ReadonlyMap<NamespaceType, Span>;
}

/** Letters for groups of workloads that share namespaces. */
class SharedLetters {
  readonly #groups = new Map<NamespaceId, string>();
  readonly #letters = new Map<string, { letter: string; leaders: readonly Process[] }>();

  constructor(rows: readonly SharingRow[]) {
    const leaders = new Map<NamespaceId, Set<Process>>();
    for (const { namespaces, states, leader } of rows) {
      for (const type of NAMESPACE_TYPES) {
        const id = namespaces[type];
        if (states[type] !== "shared" || id === undefined) continue;
        const group = leaders.get(id);
        if (group === undefined) leaders.set(id, new Set([leader]));
        else group.add(leader);
      }
    }
    for (const [id, group] of leaders) {
      const key = [...group].map(({ pid }) => pid).join(" ");
      this.#groups.set(id, key);
      if (!this.#letters.has(key))
        this.#letters.set(key, { letter: letterAt(this.#letters.size), leaders: [...group] });
    }
  }

  of(id: NamespaceId): string {
    return this.#letters.get(this.#groups.get(id) ?? "")?.letter ?? "?";
  }

  all(): Iterable<{ readonly letter: string; readonly leaders: readonly Process[] }> {
    return this.#letters.values();
  }
}

/** a … z, aa … zz, and so on. */
function letterAt(index: number): string {
  let letters = "";
  for (let rest = index; rest >= 0; rest = Math.floor(rest / 26) - 1)
    letters = String.fromCharCode(97 + (rest % 26)) + letters;
  return letters;
}

/** Whether processes are isolated as those of a container are, so that what they share with the machine is worth a look. */
function isContained({ states }: SharingRow): boolean {
  const isApart = (type: NamespaceType): boolean => states[type] !== undefined && states[type] !== "machine";
  // Sandboxes leave hostnames and cgroups alone.
  return (
    isApart("mnt") && (isApart("uts") || isApart("cgroup")) && (isApart("ipc") || isApart("net") || isApart("pid"))
  );
}

function cellOf(scene: Scene, row: SharingRow, type: NamespaceType, letters: SharedLetters): Span {
  const { glyphs } = scene.pen;
  const state = row.states[type];
  if (state === undefined) return { text: "?", style: "odd" };
  switch (state) {
    case "own":
      return { text: glyphs.own, style: "own" };
    case "shared":
      return { text: letters.of(row.namespaces[type] ?? ""), style: "pin" };
    case "machine":
      return isContained(row) && EXPECTED.has(type)
        ? { text: `${glyphs.shared}!`, style: "bad" }
        : { text: glyphs.shared, style: "faint" };
  }
}

function toRow(scene: Scene, row: SharingRow, types: readonly NamespaceType[], letters: SharedLetters): MatrixRow {
  const { pen } = scene;
  const name = nameProcess(pen, row.lead);
  return {
    name: row.lead === row.leader ? name : `  ${name}`,
    processes: row.processes.length,
    cells: new Map(types.map((type) => [type, cellOf(scene, row, type, letters)])),
  };
}

/** What two workloads have in common if one line can stand for both: undefined where none can. */
function likeness({ lead }: SharingRow, { cells }: MatrixRow, isAlone: boolean): string | undefined {
  if (!isAlone || lead.comm === undefined) return undefined;
  return JSON.stringify([lead.comm, ...[...cells.values()].map(({ text }) => text)]);
}

/** The rows of the matrix; many that look the same are one. */
function foldRows(
  scene: Scene,
  rows: readonly SharingRow[],
  types: readonly NamespaceType[],
  letters: SharedLetters,
): MatrixRow[] {
  const { pen, graph } = scene;
  const perLeader = new Map<Process, number>();
  for (const { leader } of rows) perLeader.set(leader, (perLeader.get(leader) ?? 0) + 1);
  const drawn = rows.map((row) => {
    const line = toRow(scene, row, types, letters);
    return { row, line, key: likeness(row, line, perLeader.get(row.leader) === 1) };
  });
  const alike = new Map<string, MatrixRow[]>();
  for (const { line, key } of drawn) {
    if (key === undefined) continue;
    const lines = alike.get(key);
    if (lines === undefined) alike.set(key, [line]);
    else lines.push(line);
  }
  const told = new Set<string>();
  return drawn.flatMap(({ row, line, key }) => {
    const lines = key === undefined ? [] : (alike.get(key) ?? []);
    if (key === undefined || lines.length < MANY || graph.view.members === "all") return [line];
    if (told.has(key)) return [];
    told.add(key);
    const processes = lines.reduce((sum, one) => sum + one.processes, 0);
    return [{ ...line, name: `${pen.safe(row.lead.comm ?? "")} ${pen.glyphs.times}${lines.length}`, processes }];
  });
}

/** Which workloads are apart from the machine, in what, and which share with one another. */
export function* drawWorkloadMatrix(scene: Scene): Generator<string, void, undefined> {
  const { pen, sharing } = scene;
  const { machine, rows } = sharing;
  const types = NAMESPACE_TYPES.filter(
    (type) => machine.namespaces[type] !== undefined || rows.some(({ states }) => states[type] !== undefined),
  );
  const letters = new SharedLetters(rows);
  const lines = [
    {
      name: machine.isInitial ? "the machine" : "most processes here",
      processes: machine.processes.length,
      cells: new Map(types.map((type) => [type, machineCell(scene, type)])),
    },
    ...foldRows(scene, rows, types, letters),
  ];
  for (const line of layOut(scene, types, lines)) yield pen.write(line);
  for (const line of drawLegend(scene, lines, letters)) yield pen.write(line);
}

function machineCell({ pen, sharing }: Scene, type: NamespaceType): Span {
  return sharing.machine.namespaces[type] === undefined ? { text: "?", style: "odd" } : { text: pen.glyphs.own };
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
  const pad = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - cellWidth(text)));
  yield [
    { text: " ".repeat(room) },
    ...types.map((type) => ({
      text: ` ${pad(isWide ? type : LETTERS[type], widths.get(type) ?? 0)}`,
      style: "title" as Style,
    })),
    { text: `  ${heading}`, style: "title" },
  ];
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
  scene: Scene,
  rows: readonly MatrixRow[],
  letters: SharedLetters,
): Generator<Line, void, undefined> {
  const { glyphs, columns } = scene.pen;
  const occurring = new Set(rows.slice(1).flatMap(({ cells }) => [...cells.values()].map(({ text }) => text)));
  if (rows.length < 2) {
    yield [];
    yield* flow(words("Every process is in the same namespaces."), columns, columns);
    return;
  }
  yield [];
  const legend = [
    ...(occurring.has(glyphs.own) ? [`${glyphs.own} its own`] : []),
    ...(occurring.has(glyphs.shared) || occurring.has(`${glyphs.shared}!`) ? [`${glyphs.shared} the machine's`] : []),
    ...(occurring.has(`${glyphs.shared}!`) ? ["! the machine's, though the rest is not"] : []),
    ...(occurring.has("?") ? ["? not known"] : []),
  ];
  const pieces = legend.map((text) => ({ spans: [{ text }], before: "   " }));
  yield* flow(pieces, columns, columns);
  for (const { letter, leaders } of letters.all()) {
    const label = `${letter} shared by `;
    const texts = leaders.map(
      (process, index) => nameProcess(scene.pen, process) + (index < leaders.length - 1 ? "," : ""),
    );
    const room = columns - label.length;
    let isFirst = true;
    for (const line of foldTexts(texts, {
      first: room,
      rest: room,
      lines: 2,
      total: texts.length,
      ellipsis: glyphs.ellipsis,
      more: (number) => `${glyphs.ellipsis} and ${number} more`,
    })) {
      yield [{ text: isFirst ? label : " ".repeat(label.length), style: "pin" }, ...line];
      isFirst = false;
    }
  }
}
