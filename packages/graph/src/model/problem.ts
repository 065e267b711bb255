import type { NamespaceId } from "./namespace-id.js";
import type { NamespaceType } from "./namespace-type.js";

/** Every code that this version knows. */
export const PROBLEM_CODES = [
  "PROCESS_UNREADABLE",
  "PROCESS_EXECUTING",
  "PROCESS_WAITS",
  "USER_WAITS",
  "LINK_UNREADABLE",
  "CHILDREN_UNREADABLE",
  "THREADS_UNREADABLE",
  "DESCRIPTORS_UNREADABLE",
  "DESCRIPTOR_UNREADABLE",
  "SOCKETS_UNREADABLE",
  "SOCKET_UNREADABLE",
  "MOUNTS_UNREADABLE",
  "MOUNT_MAY_WAIT",
  "MOUNT_PATH_TOO_LONG",
  "MOUNT_UNREADABLE",
  "LIST_UNREADABLE",
  "NAMESPACE_UNREADABLE",
  "RELATION_UNREADABLE",
  "NAMESPACE_CHANGED",
  "FACT_UNREADABLE",
  "FACT_UNAVAILABLE",
  "IOCTLS_MISSING",
  "INTERFACE_MISSING",
  "PROC_UNREADABLE",
  "PROC_HIDES",
  "PROC_FOREIGN",
  "PIDS_FOREIGN",
  "SCOPE_PID",
  "SCOPE_USER",
  "SCOPE_ROOT",
  "SCOPE_CAPABILITY",
  "LIMIT_REACHED",
  "COMMAND_LINE_CUT",
  "FILE_TOO_LONG",
  "TIME_LIMIT",
  "DESCRIPTOR_LIMIT",
] as const;

/** What kind of thing could not be learned. */
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** What is said of a kernel, or of facts that nobody could be asked for: nothing that was asked for is missing because of it. */
const LIMITS_NOTHING: ReadonlySet<string> = new Set<ProblemCode>(["FACT_UNAVAILABLE", "INTERFACE_MISSING"]);

/** What a problem calls things that were left out because there are too many, or for lack of time (`what`). */
export type LeftOutKind =
  | "descriptors"
  | "sockets"
  | "threads"
  | "mounts"
  | "processes"
  | "holders"
  | "mount namespaces"
  | "lists"
  | "files"
  | "facts";

/** Something that could not be learned, as data: which code, the errno, and on what. Words come later: `describeProblem`. */
export interface Problem {
  /** What could not be learned: a code of this version, or one of a later version's document. */
  readonly code: ProblemCode | (string & {});
  /** Name of the errno, such as `EACCES`; absent where no call failed. */
  readonly errno?: string;
  /** The process that it is about. */
  readonly pid?: number;
  /** The thread of that process, where it is not about the process as a whole. */
  readonly tid?: number;
  /** The descriptor of that process. */
  readonly fd?: number;
  /** The namespace that it is about. */
  readonly namespace?: NamespaceId;
  /** The type of that namespace, or of the link that could not be read. */
  readonly type?: NamespaceType;
  /** A file, as it was named to the kernel. Hostile text. */
  readonly path?: string;
  /**
   * The kernel interface, fact or capability that is missing or failed (`listns`, `status`, `CAP_SYS_PTRACE`), or the kind
   * of thing that was left out (`descriptors`).
   */
  readonly what?: string;
  /** How many things it is about, where they are counted and not listed; absent for one, or where their number is not known. */
  readonly count?: number;
  /** Fields of a document that this version does not know. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Whether, because of this problem, something that was asked for may be missing. An unknown code is taken to. */
export function limitsCompleteness({ code }: Problem): boolean {
  return !LIMITS_NOTHING.has(code);
}

/** A text that is equal for two problems only if they are the same. */
export function problemKey(problem: Problem): string {
  const { code, errno, pid, tid, fd, namespace: id, type, path, what, count, extra } = problem;
  return JSON.stringify([code, pid, tid, fd, id, type, path, what, count, errno, extra]);
}
