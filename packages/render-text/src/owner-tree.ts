import {
  forest,
  type Grove,
  linkedId,
  type Namespace,
  type NamespaceGraph,
  namespaceName,
  type TreeNode,
} from "@ns-graph/graph";
import { cellWidth } from "./cell-width.js";
import { type Branch, drawTree, type Entry } from "./draw-tree.js";
import { flow, type Line, words } from "./flow.js";
import { count } from "./members.js";
import { nameOf, type Scene, tellNamespace } from "./namespace-head.js";
import { pinLines } from "./pins.js";

const HEADINGS: Readonly<Record<Grove["heading"], string>> = {
  visible: "",
  "invisible-owner": "Owned by a user namespace above what can be seen from here:",
  "unknown-owner": "With an owner that is not known:",
  loop: "Above themselves, so that nothing is at their top:",
};

/** Names wider than the others by more than this don't widen the column. */
const NAME_COLUMN = 26;

/** Namespaces of a forest as branches: user namespaces stand after the others, because much may be below them. */
interface Place {
  readonly namespace: Namespace;
  readonly above: Namespace | undefined;
}

function toBranches(roots: readonly TreeNode[]): readonly Branch<Place>[] {
  const result: Branch<Place>[] = [];
  const queue: { node: TreeNode; above: Namespace | undefined; into: Branch<Place>[] }[] = [];
  const open = (nodes: readonly TreeNode[], above: Namespace | undefined, into: Branch<Place>[]): void => {
    for (const node of nodes) if (node.namespace.type !== "user") queue.push({ node, above, into });
    for (const node of nodes) if (node.namespace.type === "user") queue.push({ node, above, into });
  };
  open(roots, undefined, result);
  for (let at = 0; at < queue.length; at++) {
    const { node, above, into } = queue[at] as (typeof queue)[number];
    const children: Branch<Place>[] = [];
    into.push({ value: { namespace: node.namespace, above }, children });
    open(node.children, node.namespace, children);
  }
  return result;
}

/** What holds a namespace without a process up, where it is not one of the pins that are told below it. */
function tellBelow(graph: NamespaceGraph, { id }: Namespace): string | undefined {
  const below = new Set([...graph.children(id), ...graph.owned(id)]);
  const [only] = below;
  if (only === undefined) return undefined;
  return below.size === 1 ? `held by ${namespaceName(only)}` : `held by ${count(below.size, "namespace")}`;
}

function isProcessless(graph: NamespaceGraph, namespace: Namespace): boolean {
  return !namespace.context && graph.memberCount(namespace.id) === 0;
}

function describePlace(scene: Scene, { namespace, above }: Place, width: number): Entry {
  const { graph, pen } = scene;
  const { head, members } = tellNamespace(scene, namespace, width, above);
  if (namespace.context) return { head: head.pieces };
  if (isProcessless(graph, namespace)) head.remark(tellBelow(graph, namespace));
  const parent = namespace.type === "pid" ? linkedId(namespace.parent) : undefined;
  if (parent !== undefined && parent !== above?.id) {
    const known = graph.namespace(parent);
    head.remark(`child of ${known === undefined ? "a pid namespace that is not here" : nameOf(scene, known)}`);
  }
  return {
    head: head.pieces,
    *body(room): Generator<Line, void, undefined> {
      yield* members.lines?.(room) ?? [];
      yield* pinLines(graph, pen, namespace.id, room);
    },
  };
}

/** The user namespaces, each with those that it owns. */
export function* drawOwnerTree(scene: Scene): Generator<string, void, undefined> {
  const { graph, pen } = scene;
  const widths = new Map<readonly Branch<Place>[], number>();
  const columnOf = (siblings: readonly Branch<Place>[]): number => {
    let width = widths.get(siblings);
    if (width === undefined) {
      width = 0;
      for (const { value } of siblings) {
        if (value.namespace.type === "user") continue;
        const wanted = cellWidth(nameOf(scene, value.namespace));
        if (wanted <= NAME_COLUMN) width = Math.max(width, wanted);
      }
      widths.set(siblings, width);
    }
    return width;
  };
  let isFirst = true;
  for (const { heading, roots } of forest(graph, "owner")) {
    if (!isFirst) yield "";
    isFirst = false;
    const title = HEADINGS[heading];
    if (title !== "") for (const line of flow(words(title, "odd"), pen.columns, pen.columns)) yield pen.write(line);
    yield* drawTree(pen, toBranches(roots), ({ value }, siblings) =>
      describePlace(scene, value, pen.columns < 60 || value.namespace.type === "user" ? 0 : columnOf(siblings)),
    );
  }
}
