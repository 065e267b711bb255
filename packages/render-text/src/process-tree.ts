import {
  describeHeading,
  enteredTypes,
  groupBy,
  knownBelow,
  type Membership,
  moreProcesses,
  type NamespaceId,
  type NamespaceType,
  type Process,
} from "@ns-graph/graph";
import { type Branch, drawTree, type Entry } from "./draw-tree.js";
import { flowed, type Piece, piece, words } from "./flow.js";
import { foldTexts } from "./fold.js";
import { nameProcess } from "./members.js";
import { asHeading } from "./namespace-tree.js";
import type { Span } from "./pen.js";
import { nameOf, nameStyle, type Scene } from "./scene.js";

/** From so many on, processes without anything to say of them stand on one line. */
const MANY = 4;
/** Lines that such ones take. */
const LINES_LISTED = 2;

/**
 * A process with the namespaces of its nearest ancestors of which they are known, or processes of which there is nothing
 * to say but that they are there.
 */
type Row =
  | { readonly kind: "process"; readonly process: Process; readonly above: Membership }
  | { readonly kind: "rest"; readonly processes: readonly Process[]; readonly areUnreadable: boolean };

interface Step {
  readonly type: NamespaceType;
  readonly id: NamespaceId;
}

function stepsOf({ machine, types }: Scene, { namespaces }: Process, before: Membership): readonly Step[] {
  return enteredTypes(before, namespaces, machine.ids, types).map((type) => ({ type, id: namespaces[type] ?? "" }));
}

function isUnreadable({ namespaces }: Process): boolean {
  return Object.keys(namespaces).length === 0;
}

/** Children by the pid of their parent; processes whose parent is not drawn are children of 0. */
function findChildren(scene: Scene): ReadonlyMap<number, readonly Process[]> {
  const drawn = drawnProcesses(scene);
  const pids = new Set(drawn.map(({ pid }) => pid));
  return groupBy(drawn, ({ pid, ppid = 0 }) => (ppid !== pid && pids.has(ppid) ? ppid : 0));
}

function drawnProcesses({ graph }: Scene): readonly Process[] {
  return graph.processes().filter(({ context }) => !context);
}

interface Pending {
  readonly above: Membership;
  readonly processes: readonly Process[];
  readonly into: Branch<Row>[];
}

/** The processes as branches: those without a parent first, then those whose parents run in a circle. */
function toBranches(scene: Scene): {
  readonly roots: readonly Branch<Row>[];
  readonly circles: readonly Branch<Row>[];
} {
  const children = findChildren(scene);
  const met = new Set<Process>();
  const isFolded = scene.graph.view.members === "fold" || scene.graph.view.members === "none";
  const grow = (start: Pending): void => {
    const queue = [start];
    for (let at = 0; at < queue.length; at++) {
      const { above, processes, into } = queue[at] as Pending;
      const fresh = processes.filter((process) => !met.has(process));
      const dull = isFolded
        ? fresh.filter((process) => !children.has(process.pid) && stepsOf(scene, process, above).length === 0)
        : [];
      const rests = [false, true]
        .map((areUnreadable) => ({
          areUnreadable,
          processes: dull.filter((process) => isUnreadable(process) === areUnreadable),
        }))
        .filter((rest) => rest.processes.length >= MANY);
      const folded = new Set(rests.flatMap((rest) => rest.processes));
      for (const process of fresh) {
        met.add(process);
        if (folded.has(process)) continue;
        const branch: Branch<Row> & { children: Branch<Row>[] } = {
          value: { kind: "process", process, above },
          children: [],
        };
        into.push(branch);
        const below = children.get(process.pid) ?? [];
        if (below.length > 0)
          queue.push({ above: knownBelow(above, process.namespaces), processes: below, into: branch.children });
      }
      for (const rest of rests) into.push({ value: { kind: "rest", ...rest }, children: [] });
    }
  };
  const roots: Branch<Row>[] = [];
  grow({ above: {}, processes: children.get(0) ?? [], into: roots });
  const circles: Branch<Row>[] = [];
  for (const process of drawnProcesses(scene))
    if (!met.has(process)) grow({ above: {}, processes: [process], into: circles });
  return { roots, circles };
}

function stepPieces(scene: Scene, process: Process, { type, id }: Step): Piece[] {
  const { graph, machine } = scene;
  const namespace = graph.namespace(id);
  const spans: Span[] = [
    namespace === undefined
      ? { text: `a ${type} namespace that is not here`, style: "odd" }
      : { text: nameOf(scene, namespace), style: nameStyle(scene, namespace) },
  ];
  const inner = type === "pid" ? process.pids?.at(-1) : undefined;
  if (inner !== undefined && inner !== process.pid) spans.push({ text: ` as ${inner}` });
  return [{ spans }, ...(machine.ids.has(id) ? words("(the machine's)") : [])];
}

function describeRow(scene: Scene, row: Row): Entry {
  const { pen } = scene;
  if (row.kind === "rest") {
    const { processes, areUnreadable } = row;
    const areThreads = processes.every(({ kernelThread }) => kernelThread);
    const name = (process: Process): string =>
      areThreads ? `${process.pid} ${pen.safe(process.comm ?? "")}`.trimEnd() : nameProcess(pen, process);
    return {
      head: [piece(moreProcesses(processes, areUnreadable), areUnreadable ? "bad" : "faint")],
      body: (room) =>
        foldTexts(
          pen,
          processes.map((process, index) => name(process) + (index < processes.length - 1 ? "," : "")),
          { first: room, rest: room, lines: LINES_LISTED, total: processes.length },
        ),
    };
  }
  const { process, above } = row;
  const head = words(nameProcess(pen, process));
  const steps = stepsOf(scene, process, above);
  for (const [index, step] of steps.entries()) {
    const [first, ...rest] = stepPieces(scene, process, step);
    if (first === undefined) continue;
    head.push(index === 0 ? { spans: [{ text: "in " }, ...first.spans], before: "  " } : first, ...rest);
  }
  if (isUnreadable(process)) head.push({ ...piece("could", "bad"), before: "  " }, ...words("not be read", "bad"));
  return { head };
}

/** The processes below their parents, each with the namespaces that it is in and its parent is not. */
export function* drawProcessTree(scene: Scene): Generator<string, void, undefined> {
  const { pen } = scene;
  const { roots, circles } = toBranches(scene);
  yield* drawTree(pen, roots, ({ value }) => describeRow(scene, value));
  if (circles.length === 0) return;
  yield "";
  const title = asHeading(describeHeading("loop", "parent"));
  yield* flowed(pen, words(title, "odd"));
  yield* drawTree(pen, circles, ({ value }) => describeRow(scene, value));
}
