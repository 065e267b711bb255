import { blindSpots, type Namespace, type NamespaceGraph } from "@ns-graph/graph";
import type { Box } from "./diagram.js";

/** Whether it is certain of user namespaces that hold nothing but the next one that they do: nothing of them was not seen. */
export function isKnownChain(graph: NamespaceGraph, { chain }: Box): boolean {
  return chain.every(({ id }) => blindSpots(graph, id).length === 0);
}

/**
 * Makes one box of boxes in which nothing stands but the next one: user namespaces in which nobody was seen, that nothing is
 * known to hold and that own nothing else that was seen.
 *
 * @param occupied boxes in which nodes stand.
 * @param shortest chains of fewer links are left as they are.
 */
export function foldChains(boxes: readonly Box[], occupied: ReadonlySet<string>, shortest: number): readonly Box[] {
  const childCount = new Map<string, number>();
  for (const { inside } of boxes) if (inside !== undefined) childCount.set(inside, (childCount.get(inside) ?? 0) + 1);
  const isLink = (box: Box): boolean =>
    box.kind === "user" &&
    box.memberCount === 0 &&
    box.pins.length === 0 &&
    !occupied.has(box.id) &&
    childCount.get(box.id) === 1 &&
    box.namespaces.every(({ initial, context }) => !initial && !context);

  // A link has one box in it, so that a chain can be handed down and grow.
  const chains = new Map<string, { readonly links: Box[]; readonly namespaces: Namespace[] }>();
  const ends = new Map<string, { readonly links: readonly Box[]; readonly namespaces: readonly Namespace[] }>();
  for (const box of boxes) {
    const chain = chains.get(box.inside ?? "");
    if (isLink(box)) {
      const grown = chain ?? { links: [], namespaces: [] };
      grown.links.push(box);
      for (const namespace of box.namespaces) grown.namespaces.push(namespace);
      chains.set(box.id, grown);
    } else if (chain !== undefined && chain.links.length >= shortest) ends.set(box.id, chain);
  }
  const folded = new Set<Box>();
  for (const { links } of ends.values()) for (const link of links) folded.add(link);
  return boxes
    .filter((box) => !folded.has(box))
    .map((box) => {
      const end = ends.get(box.id);
      return end === undefined ? box : { ...box, inside: end.links[0]?.inside, chain: end.namespaces };
    });
}
