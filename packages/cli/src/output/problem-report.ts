import {
  describeProblem,
  describeUsersFrom,
  type NamespaceGraph,
  type Problem,
  parseNamespaceId,
  printable,
  summarizeProblems,
} from "@ns-graph/graph";
import { prefixed } from "./error-text.js";

/** What has to be known before the graph is looked at: that /proc is another PID namespace's. */
export function warningText(graph: NamespaceGraph): string {
  const foreign = graph.problems().find(isForeign);
  if (foreign === undefined) return "";
  const shown = inode(foreign.namespace);
  const own = inode(graph.viewer.namespaces.pid);
  return prefixed(
    `/proc shows another PID namespace${shown} than the one this runs in${own}, so PIDs below are not those seen here.\n` +
      "Mount a fresh one first: unshare --pid --fork --mount-proc …",
  );
}

/**
 * Whose names users have where that does not go without saying, and what could not be learned: summed up in one line, or (verbose) one line each, which may be more than one text has room
 * for. Nothing where all was read.
 */
export function* problemTexts(graph: NamespaceGraph, isVerbose: boolean): Generator<string, void, undefined> {
  const from = describeUsersFrom(graph);
  if (from !== undefined) yield prefixed(from);
  const problems = graph.problems();
  if (isVerbose) {
    for (const problem of problems) yield prefixed(printable(describeProblem(problem)));
    return;
  }
  const summary = summarizeProblems(
    graph,
    problems.filter((problem) => !isForeign(problem)),
  );
  if (summary !== undefined) yield prefixed(`${summary} (--verbose lists ${problems.length === 1 ? "it" : "them"})`);
}

function isForeign({ code }: Problem): boolean {
  return code === "PROC_FOREIGN";
}

function inode(id: string | undefined): string {
  const ino = id === undefined ? undefined : parseNamespaceId(id)?.ino;
  return ino === undefined ? "" : ` (pid:[${ino}])`;
}
