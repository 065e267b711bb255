import { count, type WorkloadPresence } from "@ns-graph/graph";
import { type Field, listField } from "./fields.js";
import { type Piece, piece, words } from "./flow.js";
import { cutList } from "./fold.js";
import { type Scene, titleOf } from "./scene.js";

/** Workloads that are listed. */
const LISTED = 12;

/** Workloads, a line each, with how many of their processes are meant. */
export function presencesField(
  { graph, pen }: Pick<Scene, "graph" | "pen">,
  label: string,
  presences: readonly WorkloadPresence[],
): Field {
  const [listed, rest] = cutList(presences, graph.view.members === "all" ? presences.length : LISTED);
  return listField(
    pen,
    label,
    listed.map(({ group, count: number }): readonly Piece[] => [
      ...words(titleOf({ graph, pen }, group)),
      piece(count(number, "process"), undefined, "  "),
    ]),
    rest.length,
  );
}

/** Whose processes are in a namespace; nothing where its members say as much, because none of them has another name. */
export function namedPresences(presences: readonly WorkloadPresence[]): readonly WorkloadPresence[] {
  return presences.some(({ group }) => group.kind === "workload" || group.kind === "sandbox") ? presences : [];
}
