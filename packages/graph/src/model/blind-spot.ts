import type { NamespaceId } from "./namespace-id.js";
import type { NamespaceType } from "./namespace-type.js";
import type { Problem } from "./problem.js";

/**
 * What could not be looked at, so that something that is there may be missing.
 *
 * - `processes`: processes of which it is not known what namespaces they are in
 * - `unlisted`: processes that are not even listed
 * - `unnamed`: processes that were not read, because only named ones were
 * - `threads`, `descriptors`, `sockets`, `children`, `mounts`: threads of processes, what processes have open, what their
 *   children will be in, and what is mounted in mount namespaces
 * - `relatives`: namespaces that could not be asked what is above them
 * - `list`: the kernel's own list of namespaces
 * - `machine`: part of the machine as a whole
 * - `selection`: what was not selected, and is not in the document
 */
export type Unseen =
  | "processes"
  | "unlisted"
  | "unnamed"
  | "threads"
  | "descriptors"
  | "sockets"
  | "children"
  | "mounts"
  | "relatives"
  | "list"
  | "machine"
  | "selection";

/** Something that was not seen, and of which namespaces that makes members or holders uncertain. */
export interface BlindSpot {
  /** What may be missing: members (which hold a namespace too), or only what holds it besides. */
  readonly of: "members" | "holders";
  /** What could not be seen. */
  readonly what: Unseen;
  /**
   * Why: the codes of the problems, 64 at most; `NOT_SEARCHED` where a place was not searched, `NOT_CARRIED`
   * where a document leaves it out.
   */
  readonly codes: readonly Problem["code"][];
  /** The types of namespaces that it concerns, in canonical order. */
  readonly types: readonly NamespaceType[];
  /** Whether it concerns only those namespaces that are, or may be, initial: kernel threads are in no others. */
  readonly initial?: true;
  /** The only level of pid namespaces that it concerns: that of processes whose PIDs are known (`NStgid`). */
  readonly level?: number;
  /** Neither this pid namespace nor those below it are concerned: /proc lists all of their processes. */
  readonly notBelow?: NamespaceId;
  /**
   * How many processes it is about (of `mounts`, how many mounts and mount namespaces; of `relatives`, how many namespaces),
   * where they were counted.
   */
  readonly count?: number;
}
