import { describePin, type NamespaceGraph, type NamespaceId, type Pin } from "@ns-graph/graph";
import { clip } from "./cell-width.js";
import { flow, hanging, type Line, type Piece, piece, words } from "./flow.js";
import { count } from "./members.js";
import type { Pen } from "./pen.js";

/** Pins that are told before the rest is counted: of a namespace without a process, and of any other. */
const TOLD_ALONE = 6;
const TOLD_BESIDE = 2;
/** Longer paths are clipped. */
const PIN_CELLS = 160;

const MANY: Readonly<Record<Exclude<Pin["kind"], "other">, readonly [one: string, many: string]>> = {
  thread: ["thread", "threads"],
  fd: ["descriptor", "descriptors"],
  socket: ["socket", "sockets"],
  mount: ["mount", "mounts"],
  "for-children": ["process for its children", "processes for their children"],
  unseen: ["thing that can't be seen", "things that can't be seen"],
};

/** Pins by their number: "2 mounts, 1 descriptor". */
export function countPins(pen: Pen, pins: readonly Pin[]): string {
  const numbers = new Map<string, { pin: Pin; number: number }>();
  for (const pin of pins) {
    const key = pin.kind === "other" ? `other ${pin.name}` : pin.kind;
    const entry = numbers.get(key);
    if (entry === undefined) numbers.set(key, { pin, number: 1 });
    else entry.number++;
  }
  return [...numbers.values()]
    .map(({ pin, number }) =>
      pin.kind === "other" ? `${number} ${pen.glyphs.times} ${pen.safe(pin.name)}` : count(number, ...MANY[pin.kind]),
    )
    .join(", ");
}

/** A pin in words, with the command of the process it is of: `fd 12 of 1044 dockerd`. */
export function tellPin(graph: NamespaceGraph, pen: Pen, pin: Pin): Piece[] {
  const said = words(clip(pen.safe(pinText(graph, pin)), PIN_CELLS, pen.glyphs.ellipsis), "pin");
  const comm = "pid" in pin ? graph.process(pin.pid)?.comm : undefined;
  return comm === undefined ? said : [...said, piece(clip(pen.safe(comm), PIN_CELLS, pen.glyphs.ellipsis))];
}

function pinText(graph: NamespaceGraph, pin: Pin): string {
  if (pin.kind !== "mount") return describePin(pin);
  // The viewer's own mount namespace goes without saying.
  return pin.mountNamespace === graph.viewer.namespaces.mnt ? `mount ${pin.path}` : describePin(pin);
}

/** The pins of a namespace, a line each; many are folded. */
export function* pinLines(
  graph: NamespaceGraph,
  pen: Pen,
  id: NamespaceId,
  room: number,
): Generator<Line, void, undefined> {
  const pins = graph.pins(id);
  if (pins.length === 0) return;
  const isOnly = graph.memberCount(id) === 0;
  const held = isOnly ? "held by" : "also held by";
  const told = graph.view.members === "all" ? pins.length : isOnly ? TOLD_ALONE : TOLD_BESIDE;
  // A line that says "and 1 more" is no shorter than the one it stands for.
  const shown = pins.length <= told + 1 ? pins : pins.slice(0, told);
  for (const pin of shown) yield* hanging([...words(held, "pin"), ...tellPin(graph, pen, pin)], room);
  const rest = pins.slice(shown.length);
  if (rest.length > 0)
    yield* flow(words(`${held} ${count(rest.length, "more pin")}: ${countPins(pen, rest)}`, "pin"), room, room);
}
