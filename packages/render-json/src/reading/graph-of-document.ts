import {
  assembleGraph,
  compareNamespaces,
  comparePins,
  compareProblems,
  compareProcesses,
  type Namespace,
  type NamespaceGraph,
} from "@ns-graph/graph";
import { DocumentFault, pointerTo, shapeFault } from "../codec/document-fault.js";
import type { Document } from "../records/document.js";
import { assembleSelection } from "./assemble-selection.js";

/**
 * The graph that a document is of.
 *
 * @throws DocumentFault where parts of the document contradict each other
 */
export function graphOfDocument(document: Document): NamespaceGraph {
  const { namespaces, processes, pins, problems, otherNamespaces, otherProcesses, otherPins, ...rest } = document;
  const { selection, tool, extra, blindSpots, ...derived } = rest;
  const { format: _f, version: _v, answer: _a, workloads: _w, processless: _p, ...frame } = derived;
  if (processes === undefined && frame.view?.members !== "none") throw shapeFault('lacks "processes"');
  if (selection === undefined && (otherNamespaces ?? otherProcesses ?? otherPins) !== undefined) {
    throw shapeFault('lacks "selection"');
  }
  refuseRepeatedIds(namespaces, otherNamespaces);
  const parts = {
    frame: {
      ...frame,
      // Without processes it can't be found anew what could not be looked at.
      ...(processes === undefined && blindSpots !== undefined && { blindSpots }),
      // The model does not know what took the survey: the frame carries it along with what nobody knows.
      extra: Object.fromEntries([["tool", tool], ...Object.entries(extra ?? {})]),
    },
    namespaces: inOrder(["namespaces", "otherNamespaces"], [namespaces, otherNamespaces], compareNamespaces),
    processes: inOrder(["processes", "otherProcesses"], [processes, otherProcesses], compareProcesses),
    pins: inOrder(["pins", "otherPins"], [pins, otherPins], comparePins),
    problems: inOrder(["problems"], [problems], compareProblems),
  };
  if (selection === undefined) return assembleGraph(parts);
  return assembleSelection(parts, selection, { namespaces, processes: processes ?? [] });
}

/** The items of some lists in canonical order. Two of which neither comes first are the same one twice. */
function inOrder<T>(
  names: readonly string[],
  lists: readonly (readonly T[] | undefined)[],
  compare: (a: T, b: T) => number,
): readonly T[] {
  const [first = [], other = []] = lists;
  const items = other.length === 0 ? first : [...first, ...other];
  let isSorted = true;
  for (let place = 1; place < items.length && isSorted; place++) {
    isSorted = compare(items[place - 1] as T, items[place] as T) < 0;
  }
  if (isSorted) return items;
  const sorted = [...items].sort(compare);
  for (let place = 1; place < sorted.length; place++) {
    const [one, next] = [sorted[place - 1] as T, sorted[place] as T];
    if (compare(one, next) !== 0) continue;
    const at = items.indexOf(one);
    throw twice(names, first.length, at, items.indexOf(next, at + 1), "are the same");
  }
  return sorted;
}

/** An id names one namespace, whatever the type. */
function refuseRepeatedIds(namespaces: readonly Namespace[], others: readonly Namespace[] = []): void {
  const places = new Map<string, number>();
  let place = 0;
  for (const list of [namespaces, others]) {
    for (const { id } of list) {
      const before = places.get(id);
      if (before !== undefined) {
        throw twice(["namespaces", "otherNamespaces"], namespaces.length, before, place, "have the same id");
      }
      places.set(id, place++);
    }
  }
}

/** The fault of two items of lists that follow each other. */
function twice(
  [name = "", otherName = ""]: readonly string[],
  end: number,
  one: number,
  next: number,
  what: string,
): DocumentFault {
  const pointer = (place: number) => pointerTo(place < end ? [name, place] : [otherName, place - end]);
  const same = name === "processes" ? "have the same pid" : what;
  return new DocumentFault("contradiction", `${pointer(one)} and ${pointer(next)} ${same}`);
}
