import { NAMESPACE_TYPES } from "@ns-graph/graph";
import { flow, type Piece, piece, words } from "./flow.js";
import { count, countProcesses } from "./members.js";
import type { Scene } from "./namespace-head.js";

/** The first lines: the machine, and how many there are of what. */
export function* drawSummary({ graph, pen }: Scene): Generator<string, void, undefined> {
  const { hostname, kernel } = graph.host;
  const asked = graph.namespaces().filter(({ context }) => !context);
  const processless = asked.filter(({ id }) => graph.memberCount(id) === 0).length;
  const parts = [
    ...(hostname === undefined ? [] : [pen.safe(hostname)]),
    ...(kernel === undefined ? [] : [`Linux ${pen.safe(kernel)}`]),
    countProcesses(graph.processes().length),
    count(asked.length, "namespace") + (processless === 0 ? "" : `, ${processless} without a process`),
  ];
  const pieces: Piece[] = parts.flatMap((part, index) => {
    const [first, ...rest] = words(part);
    return [index === 0 ? (first as Piece) : { ...(first as Piece), before: ` ${pen.glyphs.dot} ` }, ...rest];
  });
  for (const line of flow(pieces, pen.columns, pen.columns)) yield pen.write(line);
  const numbers = NAMESPACE_TYPES.map((type) => [type, asked.filter((one) => one.type === type).length] as const)
    .filter(([, number]) => number > 0)
    .map(([type, number], index) => piece(`${type} ${number}`, undefined, index === 0 ? "" : ` ${pen.glyphs.dot} `));
  for (const line of flow(numbers, pen.columns, pen.columns)) yield pen.write(line);
}
