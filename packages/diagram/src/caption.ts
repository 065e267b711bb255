import {
  captionOf,
  countMemberless,
  describeSubtree,
  describeUnread,
  insteadOfProcesses,
  type NamespaceGraph,
} from "@ns-graph/graph";

/**
 * What a picture is of, as parts of one line: `web1`, `Linux 6.18.44`, `214 processes`, `19 namespaces, 2 without a process`;
 * of a selection `2 of 214 processes`. The hostname stands as it is: see `printable`.
 */
export function captionParts(graph: NamespaceGraph): readonly string[] {
  const { hostname, kernel, processes, namespaces } = captionOf(graph);
  const drawn = graph.namespaces().filter(({ context }) => !context);
  return [hostname, kernel, processes, [namespaces, ...countMemberless(graph, drawn)].join(", ")].filter(
    (part) => part !== undefined,
  );
}

/** What has to be known of a picture besides: what stands above what it draws, and how much could not be seen. Holds no hostile text. */
export function captionRemarks(graph: NamespaceGraph): readonly string[] {
  // Of one namespace the answer says it, and no more than may matter to it.
  const isAnswered = graph.view.subject?.kind === "namespace";
  const instead = insteadOfProcesses(graph);
  return [
    ...(graph.view.subject === undefined ? describeSubtree(graph) : []),
    ...(isAnswered ? [] : describeUnread(graph)),
    ...(instead === undefined ? [] : [instead]),
  ];
}
