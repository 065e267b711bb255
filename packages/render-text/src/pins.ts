import {
  countKinds,
  countPinKinds,
  describeHolders,
  describePin,
  groupPins,
  heldBy,
  type MountPin,
  moreLikeIt,
  type NamespaceGraph,
  type NamespaceId,
  nameHolders,
  numberHeld,
  type Pin,
  type PinGroup,
  passingMark,
  pinsOfGroup,
  whoseMounts,
} from "@ns-graph/graph";
import { hanging, type Line, type Piece, piece, words } from "./flow.js";
import { cutList } from "./fold.js";
import type { Pen } from "./pen.js";

/** Lines that are shown before the rest is counted: of each kind of a namespace without a process, and of any other. */
const LINES_ALONE = 12;
const LINES_BESIDE = 2;
/** Where all that is known is shown. */
const LINES_WHOLE = 24;
/** Processes of one line that are named. */
const NAMED = 200;
/** Longer paths are clipped. */
const PIN_CELLS = 160;
const NO_LINES: readonly Line[] = [];

/** What holds a namespace as paragraphs, each with a group that it is about. */
type Paragraph = readonly [about: PinGroup, pieces: readonly Piece[]];

/** A group that is shown in one line: mounts are told one by one, because each may be in the namespace of another process. */
function* oneByOne(groups: readonly PinGroup[], isWhole: boolean): Generator<PinGroup, void, undefined> {
  for (const group of groups) {
    if (group.kind === "mounts") for (const pin of group.pins) yield { kind: "mounts", pins: [pin] };
    else if (group.kind === "processes" && isWhole)
      for (const process of group.processes) yield { kind: "processes", processes: [process] };
    else yield group;
  }
}

function groupPieces(graph: NamespaceGraph, pen: Pen, group: PinGroup, isWhole: boolean): readonly Piece[] {
  switch (group.kind) {
    case "mounts":
      return mountPieces(graph, pen, group.pins[0], isWhole);
    case "processes": {
      const [{ pid, comm, pins }] = group.processes;
      const held = isWhole
        ? `${numberHeld(pins, graph.view.members === "all")} of ${pid}`
        : describeHolders(group, NAMED);
      return [...words(pen.safe(held), "pin"), ...(comm === undefined ? [] : namePieces(pen, comm, isWhole))];
    }
    case "other":
      return words(clipped(pen, describePin(group.pin), isWhole), "pin");
  }
}

function namePieces(pen: Pen, comm: string, isWhole: boolean): readonly Piece[] {
  const mark = passingMark(comm).trim();
  return [piece(clipped(pen, comm, isWhole)), ...(mark === "" ? [] : words(mark))];
}

/** A mount in words, and whose mount namespace it is in: `mount /run/x in mnt:[4026532311] of 812 containerd-shim`. */
function mountPieces(graph: NamespaceGraph, pen: Pen, pin: MountPin, isWhole: boolean): readonly Piece[] {
  const { more: _, ...one } = pin;
  const whose = whoseMounts(graph, pin.mountNamespace) ?? (isWhole ? "(yours)" : undefined);
  // The viewer's own mount namespace goes without saying.
  const text = whose === undefined ? `mount ${pin.path}` : describePin(one);
  return [
    ...words(clipped(pen, text, isWhole), "pin"),
    // Behind what may be clipped, or it would go with that.
    ...(whose === undefined ? [] : words(clipped(pen, whose, isWhole))),
    ...(pin.more === undefined ? [] : words(moreLikeIt(pin).trim(), "pin")),
  ];
}

/** Hostile text, as far as there is room for it. */
function clipped(pen: Pen, text: string, isWhole: boolean): string {
  return isWhole ? pen.safe(text) : pen.fit(pen.safe(text), PIN_CELLS);
}

/** Pins that are not listed, by their number: `34 more open descriptors, 4 mounts`. */
function countRest(pen: Pen, rest: readonly PinGroup[], isAll: boolean): Piece[] {
  const [first = "", ...others] = countPinKinds(countKinds(rest.flatMap(pinsOfGroup)));
  return words(pen.safe([isAll ? first : first.replace(" ", " more "), ...others].join(", ")), "pin");
}

/** What is not listed of one kind: mounts and others are counted, processes are named. */
function* restOf(pen: Pen, rest: readonly PinGroup[]): Generator<Paragraph, void, undefined> {
  const [first] = rest;
  if (first === undefined) return;
  const named = rest.flatMap((group) => (group.kind === "processes" ? [nameHolders(group, NAMED)] : []));
  if (named.length === 0) yield [first, countRest(pen, rest, false)];
  else yield [first, words(named.map((name) => clipped(pen, name, true)).join(", "), "pin")];
}

/**
 * What holds a namespace: each process is named where it may have to go for the namespace to vanish.
 *
 * @param isWhole whether all of each is shown: long paths, descriptors by their numbers, the viewer's own mount namespace
 * @param pins those of its pins that are meant; all by default
 */
export function* pinParagraphs(
  graph: NamespaceGraph,
  pen: Pen,
  id: NamespaceId,
  isWhole: boolean,
  pins: readonly Pin[] = graph.pins(id),
): Generator<Paragraph, void, undefined> {
  const groups = groupPins(graph, pins);
  const holders = groups.reduce((sum, group) => sum + (group.kind === "processes" ? group.processes.length : 0), 0);
  const isAll = graph.view.members === "all";
  const units = [...oneByOne(groups, isWhole && (isAll || holders <= LINES_WHOLE))];
  const paragraph = (group: PinGroup): Paragraph => [
    group,
    groupPieces(graph, pen, group, isWhole && (group.kind !== "processes" || group.processes.length === 1)),
  ];
  if (!isWhole && graph.memberCount(id) > 0) {
    // An initial namespace needs no holder, and has many.
    const most = graph.namespace(id)?.initial === true ? 0 : LINES_BESIDE;
    const [listed, rest] = cutList(units, isAll ? units.length : most);
    yield* listed.map(paragraph);
    if (rest[0] !== undefined) yield [rest[0], countRest(pen, rest, listed.length === 0)];
    return;
  }
  for (const kind of ["mounts", "processes", "other"] as const) {
    const some = units.filter((group) => group.kind === kind);
    const [listed, rest] = cutList(some, isAll ? some.length : isWhole ? LINES_WHOLE : LINES_ALONE);
    yield* listed.map(paragraph);
    yield* restOf(pen, rest);
  }
}

/** The pins of a namespace as lines of a tree. */
export function pinLines(graph: NamespaceGraph, pen: Pen, id: NamespaceId, room: number): readonly Line[] {
  if (graph.pins(id).length === 0) return NO_LINES;
  const isOnly = graph.memberCount(id) === 0;
  const lines: Line[] = [];
  for (const [group, pieces] of pinParagraphs(graph, pen, id, false))
    lines.push(...hanging([...words(heldBy(group, isOnly), "pin"), ...pieces], room));
  return lines;
}
