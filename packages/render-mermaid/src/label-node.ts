import {
  alikeWords,
  type Box,
  type DiagramNode,
  describeGroupMembers,
  doubtWords,
  enteredWords,
  factPhrases,
  type GroupNode,
  hasUndrawnMembers,
  machineTitleOf,
  type NamespacesNode,
  type ProcessesNode,
  pinLines,
  processLinesBelow,
  restWords,
  type TypeIsolation,
  titleLines,
  typeWords,
  withRest,
  wrap,
} from "@ns-graph/diagram";
import {
  count,
  describeHeading,
  describeMembers,
  describeReasons,
  type Namespace,
  type NamespaceGraph,
  type NamespaceType,
  namespaceName,
  type OwnerTitle,
} from "@ns-graph/graph";
import { WIDEST } from "./escape-label.js";

/** How many names of processes or pins a label shows. */
const SHOWN = 3;

/** So many names of user namespaces fit into a heading with the count of the rest. */
const BOXES_NAMED = 2;

/** The heading of a box, as parts of one line. */
export function labelBox(graph: NamespaceGraph, box: Box): readonly string[] {
  if (box.kind !== "user") return [describeHeading(box.kind)];
  const all = [...box.chain, ...box.namespaces];
  const named = all.slice(0, BOXES_NAMED);
  const names = withRest({ lines: named.map(namespaceName), more: all.length - named.length });
  const [only, another] = box.namespaces;
  const phrases =
    only === undefined || another !== undefined ? describeReasons(graph, box.namespaces) : factPhrases(graph, only);
  const members = graph.view.members === "none" ? [] : [describeMembers(graph, box.namespaces)];
  return [names.join(", "), ...phrases, ...members, ...withRest(pinLines(graph, box.pins, 1))];
}

/** The lines of a node. */
export function labelNode(graph: NamespaceGraph, node: DiagramNode): readonly string[] {
  switch (node.kind) {
    case "namespaces":
      return labelNamespaces(graph, node);
    case "processes":
      return [
        ...labelAlike(graph, node),
        ...enteredWords(node).map(({ text }) => text),
        ...describeIsolation(node.isolation),
      ];
    case "group":
      return labelGroup(graph, node);
    case "pin":
      return withRest(pinLines(graph, [node.pin], SHOWN));
    case "rest":
      return [restWords(node), ...labelTitles(node.titles)];
  }
}

function labelNamespaces(graph: NamespaceGraph, node: NamespacesNode): readonly string[] {
  const title = machineTitleOf(node);
  const [only, another] = node.namespaces;
  const isSingle = only !== undefined && another === undefined;
  const names = node.namespaces.flatMap((namespace) =>
    wrap(
      [
        namespaceName(namespace),
        ...(isSingle ? [] : otherMembers(graph, namespace)),
        ...factPhrases(graph, namespace),
      ].join(" · "),
      WIDEST,
    ),
  );
  return [
    ...(title === undefined ? [] : [title]),
    ...labelTitles(node.titles),
    ...names,
    ...withRest(processLinesBelow(node.titles, node.processes, graph.view.members, SHOWN)),
    ...describeExposed(node.exposedTypes ?? []),
    ...(isSingle ? otherMembers(graph, only) : []),
    ...withRest(pinLines(graph, node.pins, SHOWN)),
  ];
}

/** How many members a namespace has, where they are not all named. */
function otherMembers(graph: NamespaceGraph, namespace: Namespace): readonly string[] {
  const { id } = namespace;
  const isShown = graph.memberCount(id) > 0 && !hasUndrawnMembers(graph, id);
  return isShown || graph.view.members === "none" ? [] : [describeMembers(graph, [namespace])];
}

/** What a node is called, without a cut. */
function labelTitles(titles: readonly OwnerTitle[]): readonly string[] {
  return titleLines(titles).flatMap((phrase) => wrap(phrase, WIDEST));
}

/** How many nodes one stands for, and who is in them. */
function labelAlike(graph: NamespaceGraph, node: GroupNode | ProcessesNode): readonly string[] {
  const { titles, processes } = node;
  return [
    ...[alikeWords(node)].filter((words) => words !== undefined),
    ...labelTitles(titles),
    ...withRest(processLinesBelow(titles, processes, graph.view.members, SHOWN)),
  ];
}

function labelGroup(graph: NamespaceGraph, node: GroupNode): readonly string[] {
  return [
    ...labelAlike(graph, node),
    ...describeIsolation(node.isolation),
    ...withRest(pinLines(graph, node.pins, 1)),
    [
      ...(graph.view.members === "none" ? [] : describeGroupMembers(graph, node)),
      count(node.namespaces.length, "namespace"),
    ].join(" · "),
  ];
}

/** The types in which processes are by themselves, those in which they share with others than everybody, and those in which they differ. */
function describeIsolation(isolation: readonly TypeIsolation[] = []): readonly string[] {
  const typesOf = (state: TypeIsolation["state"]): readonly string[] => {
    const types = isolation.filter((item) => item.state === state && item.certain !== false).map(typeWords);
    return types.length === 0 ? [] : [`${state}: ${types.join(" ")}`];
  };
  const exposed = isolation.filter((item) => item.exposed).map(({ type }) => type);
  return [
    ...typesOf("own"),
    ...doubtWords(isolation),
    ...typesOf("shared"),
    ...typesOf("mixed"),
    ...describeExposed(exposed),
  ];
}

function describeExposed(types: readonly NamespaceType[]): readonly string[] {
  return types.length === 0 ? [] : [`exposed to the machine: ${types.join(" ")}`];
}
