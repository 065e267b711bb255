import type { NamespaceId } from "./namespace-id.js";

/** The relation a tree follows. */
export type TreeRelation = "owner" | "parent" | "process" | "workload";

/** All relations, the default first. */
export const TREE_RELATIONS: readonly TreeRelation[] = ["owner", "parent", "process", "workload"];

/**
 * How the members of a namespace are shown.
 *
 * - `fold`: PIDs, long lists cut with a count of the rest (the default)
 * - `all`: every PID
 * - `none`: none
 * - `comm`: one a line with its command
 * - `pids`: one a line with its PID in every PID namespace it is in
 */
export type MemberStyle = "fold" | "all" | "none" | "comm" | "pids";

/** All styles, the default first. */
export const MEMBER_STYLES: readonly MemberStyle[] = ["fold", "all", "none", "comm", "pids"];

/** What a graph was narrowed to when one thing was asked for (`show`). */
export type Subject =
  | { readonly kind: "namespace"; readonly id: NamespaceId }
  | { readonly kind: "process"; readonly pid: number }
  | {
      readonly kind: "workload";
      /** What it is called, as drawings call it: `docker web (3f2a91c04b7d)`. Hostile text. */
      readonly name: string;
      /** Its processes, in ascending order; never empty. */
      readonly pids: readonly number[];
    };

/** What somebody wants to see of a graph. It travels with the graph, so that every renderer honours it. */
export interface View {
  /** The relation that trees follow. */
  readonly tree: TreeRelation;
  /** How processes are shown. */
  readonly members: MemberStyle;
  /** The only namespace, process or workload that was asked for; absent where all are shown. */
  readonly subject?: Subject;
}

/** The view of a graph that nobody arranged. */
export const DEFAULT_VIEW: View = Object.freeze({ tree: "owner", members: "fold" });
