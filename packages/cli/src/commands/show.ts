import { selectSubject } from "@ns-graph/graph";
import type { Request } from "../arguments/request.js";
import type { System } from "../system.js";
import { draw } from "./draw.js";
import { findSubjects } from "./find-subjects.js";
import { select } from "./select.js";

/** Draws everything known about one namespace, process or workload, and answers the exit status. */
export async function show(word: string, request: Request, system: System): Promise<number> {
  return draw(request, system, async (graph) => {
    const found = await findSubjects(graph, [word], request.read, system);
    const [subject] = found.subjects;
    const selected = select(found.graph, request.select, request.view);
    return subject === undefined ? selected : selectSubject(selected, subject);
  });
}
