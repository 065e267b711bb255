import {
  type Box,
  commonTitle,
  countProcesses,
  type DiagramNode,
  enteredWords,
  factPhrases,
  type GroupNode,
  groupMemberWords,
  hasUndrawnMembers,
  type Isolation,
  type Lines,
  memberWords,
  type NamespacesNode,
  pinLines,
  processLines,
} from "@ns-graph/diagram";
import { type Namespace, type NamespaceGraph, type NamespaceType, namespaceName } from "@ns-graph/graph";

/** How many names of processes, pins or folded namespaces a label shows. */
const SHOWN = 3;

function withRest({ lines, more }: Lines): readonly string[] {
  return more === 0 ? lines : [...lines, `… ${more} more`];
}

/** The heading of a box, as parts of one line. */
export function labelBox(graph: NamespaceGraph, box: Box): readonly string[] {
  switch (box.kind) {
    case "invisible-owner":
      return ["owned by a user namespace above what can be seen"];
    case "unknown-owner":
      return ["the owner is not known"];
    case "above-selection":
      return ["owned from above what was selected"];
    case "loop":
      return ["the document says that these are above themselves"];
    case "user": {
      const all = [...box.chain, ...box.namespaces];
      const names = withRest({ lines: all.slice(0, SHOWN).map(namespaceName), more: Math.max(0, all.length - SHOWN) });
      const phrases = box.namespaces.length === 1 ? factPhrases(graph, box.namespaces[0] as (typeof all)[number]) : [];
      const members = graph.view.members === "none" ? [] : [memberWords(graph, box.namespaces)];
      return [names.join(", "), ...phrases, ...members, ...withRest(pinLines(graph, box.pins, 1))];
    }
  }
}

/** The lines of a node. */
export function labelNode(graph: NamespaceGraph, node: DiagramNode): readonly string[] {
  switch (node.kind) {
    case "namespaces":
      return labelNamespaces(graph, node);
    case "processes":
      return [
        ...(node.count > 1 ? [`${node.count} alike`] : []),
        ...node.titles.slice(0, SHOWN),
        ...withRest(processLines(node.processes, graph.view.members, SHOWN)),
        ...enteredWords(node).map(({ text }) => text),
        ...describeIsolation(node.isolation),
      ];
    case "group":
      return labelGroup(graph, node);
    case "pin":
      return withRest(pinLines(graph, [node.pin], SHOWN));
    case "rest":
      return [
        `… ${node.namespaces} more namespaces${node.processes === 0 ? "" : `, ${countProcesses(node.processes)}`}`,
      ];
  }
}

function labelNamespaces(graph: NamespaceGraph, node: NamespacesNode): readonly string[] {
  const title = commonTitle(node);
  const [only, another] = node.namespaces;
  const isSingle = only !== undefined && another === undefined;
  const names = node.namespaces.map((namespace) =>
    [
      namespaceName(namespace),
      ...(isSingle ? [] : untoldMembers(graph, namespace)),
      ...factPhrases(graph, namespace),
    ].join(" · "),
  );
  return [
    ...(title === undefined ? [] : [title]),
    ...node.titles.slice(0, SHOWN),
    ...names,
    ...withRest(processLines(node.processes, graph.view.members, SHOWN)),
    ...describeExposed(node.exposedTypes ?? []),
    ...(isSingle ? untoldMembers(graph, only) : []),
    ...withRest(pinLines(graph, node.pins, SHOWN)),
  ];
}

/** How many members a namespace has, where they are not all named. */
function untoldMembers(graph: NamespaceGraph, namespace: Namespace): readonly string[] {
  const { id } = namespace;
  const isTold = graph.memberCount(id) > 0 && !hasUndrawnMembers(graph, id);
  return isTold || graph.view.members === "none" ? [] : [memberWords(graph, [namespace])];
}

function labelGroup(graph: NamespaceGraph, node: GroupNode): readonly string[] {
  return [
    ...(node.count > 1 ? [`${node.count} alike`] : []),
    ...node.titles.slice(0, SHOWN),
    ...withRest(processLines(node.processes, graph.view.members, SHOWN)),
    ...describeIsolation(node.isolation),
    ...withRest(pinLines(graph, node.pins, 1)),
    graph.view.members === "none"
      ? `${node.namespaces.length} namespaces`
      : `${groupMemberWords(graph, node)} · ${node.namespaces.length} namespaces`,
  ];
}

/** The types in which processes are by themselves, those in which they share with others than everybody, and those in which they differ. */
function describeIsolation(isolation: readonly Isolation[] = []): readonly string[] {
  const typesOf = (state: Isolation["state"], isCertain = true): string =>
    isolation
      .filter((item) => item.state === state && (item.certain ?? true) === isCertain)
      .map(({ type, count }) => (count > 1 ? `${type} ×${count}` : type))
      .join(" ");
  const exposed = isolation.filter((item) => item.exposed).map(({ type }) => type);
  const lines: string[] = [];
  if (typesOf("own") !== "") lines.push(`own: ${typesOf("own")}`);
  if (typesOf("own", false) !== "") lines.push(`own as far as could be seen: ${typesOf("own", false)}`);
  if (typesOf("shared") !== "") lines.push(`shared: ${typesOf("shared")}`);
  if (typesOf("mixed") !== "") lines.push(`mixed: ${typesOf("mixed")}`);
  return [...lines, ...describeExposed(exposed)];
}

function describeExposed(types: readonly NamespaceType[]): readonly string[] {
  return types.length === 0 ? [] : [`exposed to the machine: ${types.join(" ")}`];
}
