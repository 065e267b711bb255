import { limitsCompleteness, type NamespaceGraph, NsGraphError } from "@ns-graph/graph";

/** Exit status where it was done, even if only in part. */
export const DONE = 0;
/** Exit status where it could not be done. */
export const FAILED = 1;
/** Exit status after wrong usage. */
const MISUSED = 2;
/** Exit status of `run` where the command could not be started, as env(1) has it. */
const NOT_RUN = 125;
/** Exit status with --strict where something could not be read. */
const INCOMPLETE = 3;

/** The exit status after a graph was drawn. */
export function exitCodeFor(graph: NamespaceGraph, isStrict: boolean): number {
  return isStrict && graph.problems().some(limitsCompleteness) ? INCOMPLETE : DONE;
}

/** The exit status after an error. */
export function exitCodeForError(error: unknown): number {
  if (!(error instanceof NsGraphError)) return FAILED;
  switch (error.code) {
    case "USAGE":
    case "NO_SUCH_FORMAT":
      return MISUSED;
    case "RUN_FAILED":
      return NOT_RUN;
    default:
      return FAILED;
  }
}
