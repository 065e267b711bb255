import { describeOccupancy, type Namespace, type NamespaceGraph, type Occupancy } from "@ns-graph/graph";
import { COLORS } from "./theme.js";

/** What an outline says of who is in namespaces. */
export interface Outline {
  /** Of Graphviz; nothing for a solid line. */
  readonly style: "dotted" | "dashed" | undefined;
  readonly className: "context" | "processless" | "members-not-known" | undefined;
  /** Whether they are drawn only to show where others belong. */
  readonly isContext: boolean;
}

const OUTLINES: Readonly<Record<Occupancy, Outline>> = {
  occupied: { style: undefined, className: undefined, isContext: false },
  empty: { style: "dashed", className: "processless", isContext: false },
  unknown: { style: "dotted", className: "members-not-known", isContext: false },
};

const CONTEXT: Outline = { style: "dotted", className: "context", isContext: true };

export function outlineOf(namespaces: readonly Namespace[], occupancy: Occupancy): Outline {
  return isContext(namespaces) ? CONTEXT : OUTLINES[occupancy];
}

function isContext(namespaces: readonly Namespace[]): boolean {
  return namespaces.length > 0 && namespaces.every(({ context }) => context);
}

/** The colour of an outline that would be of another one were it not the subject's or context. */
export function outlineColor({ isContext: isFaint }: Outline, isSubject: boolean, color: string): string {
  return isSubject ? COLORS.subject : isFaint ? COLORS.faintOutline : color;
}

/** What the outlines in a picture mean, with the other kinds of dotted lines distinguished where both occur. */
export function* outlineMeanings(graph: NamespaceGraph, outlines: readonly Outline[]): Generator<string> {
  const has = (name: Outline["className"]): boolean => outlines.some(({ className }) => className === name);
  if (has("processless")) yield `dashed: ${describeOccupancy("empty")}`;
  if (has("members-not-known")) yield `dotted: ${describeOccupancy("unknown")}`;
  if (has("context")) yield `${has("members-not-known") ? "pale and dotted" : "dotted"}: where it belongs`;
  if (graph.view.subject !== undefined) yield "red: asked for";
}
