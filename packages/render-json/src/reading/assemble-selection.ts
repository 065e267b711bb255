import {
  assembleGraph,
  DEFAULT_VIEW,
  drawPart,
  type GraphParts,
  type Namespace,
  type NamespaceGraph,
  type Process,
  type Selection,
} from "@ns-graph/graph";

/** What is drawn, in the order and with the marks that the document has. */
interface Drawn {
  readonly namespaces: readonly Namespace[];
  readonly processes: readonly Process[];
}

/**
 * The graph of a document of a selection: it draws what was selected, and answers of the whole as far as that is in the
 * parts. What is drawn only as context is marked so in the drawing and not in the whole.
 */
export function assembleSelection(parts: GraphParts, selection: Selection, drawn: Drawn): NamespaceGraph {
  const contexts = new Set(drawn.namespaces.filter(({ context }) => context));
  const holders = new Set(drawn.processes.filter(({ context }) => context));
  const asked = new Set(drawn.processes.filter(({ context }) => !context));
  const view = parts.frame.view ?? DEFAULT_VIEW;
  const whole = assembleGraph({
    ...parts,
    // The one thing that was asked for is not all there is.
    frame: { ...parts.frame, view: { tree: view.tree, members: view.members } },
    namespaces: parts.namespaces.map((namespace) => (contexts.has(namespace) ? unmarked(namespace) : namespace)),
    processes: parts.processes.map((process) => (holders.has(process) ? unmarked(process) : process)),
  });
  return drawPart(whole, {
    namespaces: new Set(drawn.namespaces.flatMap(({ id, context }) => (context ? [] : id))),
    context: new Set(Array.from(contexts, ({ id }) => id)),
    processes: whole.processes().filter((process) => asked.has(process)),
    selection,
    view,
  });
}

function unmarked<T extends { readonly context?: true }>({ context: _, ...item }: T): Omit<T, "context"> {
  return item;
}
