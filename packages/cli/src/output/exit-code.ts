import { limitsCompleteness, type NamespaceGraph, NsGraphError, type NsGraphErrorCode } from "@ns-graph/graph";

/** Exit status where it was done, even if only in part. */
export const DONE = 0;
/** Exit status where it could not be done. */
export const FAILED = 1;
/** Exit statuses after wrong usage, and of `run` where the command could not be started, as env(1) has it. */
const OTHERS: Partial<Record<NsGraphErrorCode, number>> = { USAGE: 2, NO_SUCH_FORMAT: 2, RUN_FAILED: 125 };
/** Exit status with --strict where something could not be read. */
const INCOMPLETE = 3;

/** The exit status after a graph was drawn. */
export function exitCodeFor(graph: NamespaceGraph, isStrict: boolean): number {
  return isStrict && graph.problems().some(limitsCompleteness) ? INCOMPLETE : DONE;
}

/** The exit status after an error. */
export function exitCodeForError(error: unknown): number {
  return (error instanceof NsGraphError ? OTHERS[error.code] : undefined) ?? FAILED;
}
