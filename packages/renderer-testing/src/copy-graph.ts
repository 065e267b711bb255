import { assembleGraph, drawPart, type NamespaceGraph } from "@ns-graph/graph";

/** An equal graph of other objects. Those that several things share, such as memberships, they share in the copy too. */
export function copyGraph(graph: NamespaceGraph): NamespaceGraph {
  const { whole } = graph;
  const copy = assembleGraph(
    structuredClone({
      frame: { ...whole.frame, complete: whole.complete },
      namespaces: whole.namespaces(),
      processes: whole.processes(),
      pins: whole.pins(),
      problems: whole.problems(),
    }),
  );
  if (graph === whole || graph.selection === undefined) return copy;
  const namespaces = graph.namespaces();
  return drawPart(copy, {
    namespaces: new Set(namespaces.filter(({ context }) => !context).map(({ id }) => id)),
    context: new Set(namespaces.filter(({ context }) => context).map(({ id }) => id)),
    processes: graph.processes().flatMap(({ pid, context }) => (context ? [] : (copy.process(pid) ?? []))),
    selection: structuredClone(graph.selection),
    view: structuredClone(graph.view),
  });
}
