import { describeLeftOut } from "./left-out.js";
import { type NamespaceId, parseNamespaceId } from "./namespace-id.js";
import type { NamespaceType } from "./namespace-type.js";

/** What kind of thing could not be learned. */
export type ProblemCode = keyof typeof codes;

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

interface CodeTraits {
  /** Whether something that the viewer asked for may be missing because of it. */
  readonly limits: boolean;
  /** The problem in words; parts in parentheses (errno) are added by `describeProblem`. */
  readonly words: (problem: Problem) => string;
}

const process = (p: Problem): string =>
  p.tid === undefined ? `process ${p.pid}` : `thread ${p.tid} of process ${p.pid}`;
const namespace = (p: Problem): string =>
  p.namespace === undefined
    ? "a namespace"
    : `${p.type === undefined ? "namespace " : `${p.type}:`}[${parseNamespaceId(p.namespace)?.ino ?? p.namespace}]`;
const leftOut = (p: Problem): string => {
  const of = p.pid !== undefined ? process(p) : p.namespace !== undefined ? namespace(p) : undefined;
  return describeLeftOut({ code: p.code, what: p.what ?? "things", count: p.count, of });
};
/** How many more there are than those that are listed one by one. */
const more = (count: number, one: string, many = `${one}s`): string => `${count} more ${count === 1 ? one : many}`;
/** A thing by its number, or how many more there are of them. */
const numbered = (noun: string, p: Problem): string =>
  p.count === undefined ? `${noun} ${p.fd}` : more(p.count, noun);
/** Whose something is, or how many more have the like. */
const whose = (p: Problem): string =>
  p.count === undefined ? process(p) : `${more(p.count, "thread")} of process ${p.pid}`;
/** The namespace that is mounted somewhere, or how many more are. */
const mounted = (p: Problem): string =>
  p.count === undefined
    ? `the namespace mounted at ${p.path}`
    : `${more(p.count, "namespace that is mounted", "namespaces that are mounted")} in ${namespace(p)}`;
/** What befell one or several. */
const befell = (p: Problem, what: string): string => `${(p.count ?? 1) === 1 ? "was" : "were"} ${what}`;
const at = (p: Problem): string => (p.path === undefined ? "" : ` (${p.path})`);

/** Every code, whether it limits what was asked for, and its words. */
const codes = {
  PROCESS_UNREADABLE: { limits: true, words: (p) => `the namespaces of ${process(p)} could not be read` },
  PROCESS_EXECUTING: {
    limits: true,
    words: (p) =>
      `${process(p)} is in the middle of execve(2), and the kernel makes whoever looks at what it holds wait for the end of that`,
  },
  PROCESS_WAITS: {
    limits: true,
    words: (p) => `${process(p)} makes whoever looks at it wait, and was left out`,
  },
  USER_WAITS: {
    limits: true,
    words: (p) =>
      `${p.count ?? "some"} ${p.count === 1 ? "process" : "processes"} of the user ${p.what} ${befell(p, "left out")}, because several of that user's make whoever looks at them wait`,
  },
  LINK_UNREADABLE: {
    limits: true,
    words: (p) =>
      `${p.count === undefined ? `the ${p.type} namespace` : more(p.count, "namespace")} of ${process(p)} could not be read`,
  },
  CHILDREN_UNREADABLE: {
    limits: true,
    words: (p) =>
      `${p.count === undefined ? `the ${p.type} namespace` : more(p.count, "namespace")} for children of ${process(p)} could not be read`,
  },
  THREADS_UNREADABLE: { limits: true, words: (p) => `the threads of process ${p.pid} could not be read` },
  DESCRIPTORS_UNREADABLE: { limits: true, words: (p) => `the descriptors of ${whose(p)} could not be listed` },
  DESCRIPTOR_UNREADABLE: {
    limits: true,
    words: (p) => `${numbered("descriptor", p)} of ${process(p)} could not be looked at`,
  },
  SOCKETS_UNREADABLE: {
    limits: true,
    words: (p) => `the network namespaces of the sockets of ${whose(p)} could not be asked for`,
  },
  SOCKET_UNREADABLE: {
    limits: true,
    words: (p) => `the network namespace of ${numbered("socket", p)} of ${process(p)} could not be asked for`,
  },
  MOUNTS_UNREADABLE: { limits: true, words: (p) => `the mounts of ${namespace(p)} could not be read` },
  MOUNT_MAY_WAIT: {
    limits: true,
    words: (p) =>
      `${mounted(p)} ${befell(p, "not opened")}, because a look-up there may wait for another's file system`,
  },
  MOUNT_PATH_TOO_LONG: {
    limits: true,
    words: (p) =>
      `${p.count ?? 1} ${(p.count ?? 1) === 1 ? "mount" : "mounts"} of ${namespace(p)} ${befell(p, "not looked at")}, because no path so long can be opened`,
  },
  MOUNT_UNREADABLE: { limits: true, words: (p) => `${mounted(p)} could not be opened` },
  LIST_UNREADABLE: {
    limits: true,
    words: (p) =>
      p.count === undefined
        ? `the kernel's own list of namespaces could not be used: ${p.what}`
        : `${more(p.count, "part")} of the kernel's own list of namespaces could not be used`,
  },
  NAMESPACE_UNREADABLE: {
    limits: true,
    words: (p) => `${namespace(p)} could not be opened${at(p)}, so its relatives are not known`,
  },
  RELATION_UNREADABLE: { limits: true, words: (p) => `the ${p.what} of ${namespace(p)} could not be asked for` },
  NAMESPACE_CHANGED: {
    limits: true,
    words: (p) => `the namespaces of ${process(p)} changed faster than they could be read`,
  },
  FACT_UNREADABLE: {
    limits: true,
    words: (p) => `${p.what} of ${p.pid === undefined ? namespace(p) : process(p)} could not be read`,
  },
  FACT_UNAVAILABLE: { limits: false, words: (p) => `${p.what} of ${namespace(p)}: no process in it could be asked` },
  IOCTLS_MISSING: {
    limits: true,
    words: (p) => `this kernel (or sandbox) has no ${p.what}, so that relation is not known`,
  },
  INTERFACE_MISSING: { limits: false, words: (p) => `this kernel (or sandbox) has no ${p.what}` },
  PROC_UNREADABLE: { limits: true, words: (p) => `${p.path ?? "/proc"} could not be read whole` },
  PROC_HIDES: {
    limits: true,
    words: (p) => `/proc is mounted with ${p.what}, so other users' processes are not listed`,
  },
  PROC_FOREIGN: {
    limits: true,
    words: (p) =>
      `/proc shows another PID namespace${p.namespace === undefined ? "" : ` (pid:[${parseNamespaceId(p.namespace)?.ino}])`} than the one this runs in`,
  },
  PIDS_FOREIGN: {
    limits: true,
    words: () =>
      "the kernel can't be asked by the PIDs that /proc shows, so the network namespaces that only sockets hold are not known",
  },
  SCOPE_PID: {
    limits: true,
    words: () => "this runs in a child PID namespace, and processes outside it can't be seen",
  },
  SCOPE_USER: {
    limits: true,
    words: () => "this runs in a child user namespace, and what is owned above it can't be asked",
  },
  SCOPE_ROOT: {
    limits: true,
    words: () => "this runs with another root directory (chroot), and namespaces mounted outside of it can't be seen",
  },
  SCOPE_CAPABILITY: { limits: true, words: (p) => `without ${p.what} the kernel hides part of the machine` },
  LIMIT_REACHED: {
    limits: true,
    words: leftOut,
  },
  COMMAND_LINE_CUT: {
    limits: true,
    words: (p) => `only the beginning of the command line of ${process(p)} was read`,
  },
  FILE_TOO_LONG: {
    limits: true,
    words: (p) => `${p.what} of ${p.pid === undefined ? namespace(p) : process(p)} is longer than the limit allows`,
  },
  TIME_LIMIT: {
    limits: true,
    words: leftOut,
  },
  DESCRIPTOR_LIMIT: {
    limits: true,
    words: () =>
      "there are more namespaces than descriptors may be open (RLIMIT_NOFILE), so an inode number may have been reused meanwhile",
  },
} as const satisfies Record<string, CodeTraits>;

/** Every code that this version knows. */
export const PROBLEM_CODES: readonly ProblemCode[] = Object.keys(codes) as ProblemCode[];

function traits(problem: Problem): CodeTraits | undefined {
  return Object.hasOwn(codes, problem.code) ? codes[problem.code as ProblemCode] : undefined;
}

/** Whether, because of this problem, something that was asked for may be missing. An unknown code is taken to. */
export function limitsCompleteness(problem: Problem): boolean {
  return traits(problem)?.limits ?? true;
}

/** One problem as a sentence without a full stop. May hold hostile text (paths): pass it through `printable`. */
export function describeProblem(problem: Problem): string {
  const words =
    traits(problem)?.words(problem) ??
    `${problem.code}${problem.pid === undefined ? "" : ` of process ${problem.pid}`}`;
  return problem.errno === undefined ? words : `${words} (${problem.errno})`;
}

/** A text that is equal for two problems only if they are the same. */
export function problemKey(problem: Problem): string {
  const { code, errno, pid, tid, fd, namespace: id, type, path, what, count, extra } = problem;
  return JSON.stringify([code, pid, tid, fd, id, type, path, what, count, errno, extra]);
}
