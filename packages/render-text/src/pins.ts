import {
  countKinds,
  countPinKinds,
  describePin,
  heldBy,
  moreLikeIt,
  type NamespaceGraph,
  type NamespaceId,
  type Pin,
} from "@ns-graph/graph";
import { clip } from "./cell-width.js";
import { hanging, type Line, type Piece, piece, words } from "./flow.js";
import { cutList } from "./fold.js";
import type { Pen } from "./pen.js";

/** Pins that are listed before the rest is counted: of a namespace without a process, and of any other. */
const LISTED_ALONE = 6;
const LISTED_BESIDE = 2;
/** Longer paths are clipped. */
const PIN_CELLS = 160;
const NO_LINES: readonly Line[] = [];

/**
 * A pin in words, with the command of the process it is of: `fd 12 of 1044 dockerd`, `… and 9 more like it`.
 *
 * @param isWhole whether all of a long path is shown, and also the mount namespace that goes without saying
 */
export function pinPieces(graph: NamespaceGraph, pen: Pen, pin: Pin, isWhole = false): Piece[] {
  const cells = isWhole ? Number.POSITIVE_INFINITY : PIN_CELLS;
  const clipped = (text: string): string => clip(pen.safe(text), cells, pen.glyphs.ellipsis);
  const { more: _, ...one } = pin;
  const comm = "pid" in pin ? graph.process(pin.pid)?.comm : undefined;
  return [
    ...words(clipped(isWhole ? describePin(one) : pinText(graph, one)), "pin"),
    ...(comm === undefined ? [] : [piece(clipped(comm))]),
    // Behind what may be clipped, or it would go with that.
    ...(pin.more === undefined ? [] : words(moreLikeIt(pin).trim(), "pin")),
  ];
}

function pinText(graph: NamespaceGraph, pin: Pin): string {
  if (pin.kind !== "mount") return describePin(pin);
  // The viewer's own mount namespace goes without saying.
  return pin.mountNamespace === graph.viewer.namespaces.mnt ? `mount ${pin.path}` : describePin(pin);
}

/** Pins that are not listed, by their number: `34 more open descriptors, 4 mounts`. */
function countRest(pins: readonly Pin[], isAll: boolean): string {
  const [first = "", ...others] = countPinKinds(countKinds(pins));
  return [isAll ? first : first.replace(" ", " more "), ...others].join(", ");
}

/** The pins of a namespace, a line each; many are folded. */
export function pinLines(graph: NamespaceGraph, pen: Pen, id: NamespaceId, room: number): readonly Line[] {
  const pins = graph.pins(id);
  if (pins.length === 0) return NO_LINES;
  const isOnly = graph.memberCount(id) === 0;
  const isInitial = graph.namespace(id)?.initial === true;
  // An initial namespace needs no holder, and has many.
  const most = isInitial ? 0 : isOnly ? LISTED_ALONE : LISTED_BESIDE;
  const listed = graph.view.members === "all" ? pins.length : most;
  const [shown, rest] = cutList(pins, listed);
  const lines: Line[] = [];
  for (const pin of shown) {
    lines.push(...hanging([...words(heldBy(pin, isOnly), "pin"), ...pinPieces(graph, pen, pin)], room));
  }
  if (rest.length > 0) {
    const counted = countRest(rest, shown.length === 0);
    lines.push(...hanging(words(`${isOnly ? "held" : "also held"} by ${counted}`, "pin"), room));
  }
  return lines;
}
