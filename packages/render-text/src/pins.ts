import { describePin, type NamespaceGraph, type NamespaceId, type Pin } from "@ns-graph/graph";
import { clip } from "./cell-width.js";
import { hanging, type Line, type Piece, piece, words } from "./flow.js";
import type { Pen } from "./pen.js";

/** Pins that are told before the rest is counted: of a namespace without a process, and of any other. */
const TOLD_ALONE = 6;
const TOLD_BESIDE = 2;
/** Longer paths are clipped. */
const PIN_CELLS = 160;
const NO_LINES: readonly Line[] = [];

const NOUNS: Readonly<Record<Exclude<Pin["kind"], "other">, readonly [one: string, many: string]>> = {
  thread: ["thread", "threads"],
  fd: ["descriptor", "descriptors"],
  socket: ["socket", "sockets"],
  mount: ["mount", "mounts"],
  "for-children": ["namespace for children", "namespaces for children"],
  unseen: ["thing unseen", "things unseen"],
};

/** Pins by their number: "34 more descriptors", "8 more descriptors, 4 mounts". */
function countKinds(pen: Pen, pins: readonly Pin[], more: string): string {
  const numbers = new Map<string, number>();
  for (const pin of pins) {
    const key = pin.kind === "other" ? pin.name : pin.kind;
    numbers.set(key, (numbers.get(key) ?? 0) + 1 + (pin.more ?? 0));
  }
  return [...numbers]
    .map(([kind, number], index) => {
      const nouns = Object.hasOwn(NOUNS, kind) ? NOUNS[kind as keyof typeof NOUNS] : undefined;
      const noun = nouns?.[number === 1 ? 0 : 1] ?? clip(pen.safe(kind), PIN_CELLS, pen.glyphs.ellipsis);
      return `${number}${index === 0 ? more : ""} ${noun}`;
    })
    .join(", ");
}

/** A pin in words, with the command of the process it is of: `fd 12 of 1044 dockerd`, `… and 9 more like it`. */
function tellPin(graph: NamespaceGraph, pen: Pen, { more, ...pin }: Pin): Piece[] {
  const said = words(clip(pen.safe(pinText(graph, pin)), PIN_CELLS, pen.glyphs.ellipsis), "pin");
  const comm = "pid" in pin ? graph.process(pin.pid)?.comm : undefined;
  if (comm !== undefined) said.push(piece(clip(pen.safe(comm), PIN_CELLS, pen.glyphs.ellipsis)));
  // Behind what may be clipped, or it would go with that.
  return more === undefined ? said : [...said, ...words(`and ${more} more like it`, "pin")];
}

function pinText(graph: NamespaceGraph, pin: Pin): string {
  if (pin.kind !== "mount") return describePin(pin);
  // The viewer's own mount namespace goes without saying.
  return pin.mountNamespace === graph.viewer.namespaces.mnt ? `mount ${pin.path}` : describePin(pin);
}

/** The pins of a namespace, a line each; many are folded. */
export function pinLines(graph: NamespaceGraph, pen: Pen, id: NamespaceId, room: number): readonly Line[] {
  const pins = graph.pins(id);
  if (pins.length === 0) return NO_LINES;
  const isOnly = graph.memberCount(id) === 0;
  const isInitial = graph.namespace(id)?.initial === true;
  // An initial namespace needs no holder, and has many.
  const most = isInitial ? 0 : isOnly ? TOLD_ALONE : TOLD_BESIDE;
  const told = graph.view.members === "all" ? pins.length : most;
  // A line that says "and 1 more" is no shorter than the one it stands for.
  const shown = pins.length <= told + 1 ? pins : pins.slice(0, told);
  const held = isOnly ? "held" : "also held";
  const lines: Line[] = [];
  for (const pin of shown) {
    const by = pin.kind === "for-children" ? held : `${held} by`;
    lines.push(...hanging([...words(by, "pin"), ...tellPin(graph, pen, pin)], room));
  }
  const rest = pins.slice(shown.length);
  if (rest.length > 0) {
    const counted = countKinds(pen, rest, shown.length > 0 ? " more" : "");
    lines.push(...hanging(words(`${held} by ${counted}`, "pin"), room));
  }
  return lines;
}
