import { parseNamespaceId } from "../model/namespace-id.js";
import type { Problem, ProblemCode } from "../model/problem.js";
import { describeLeftOut } from "./left-out.js";
import { numbered } from "./nouns.js";

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
const more = (count: number, one: string, many = `${one}s`): string => numbered(count, `more ${one}`, `more ${many}`);
/** A thing by its number, or how many more there are of them. */
const numberOf = (noun: string, p: Problem): string =>
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

/** Why nobody could tell a fact. */
const UNAVAILABLE: Readonly<Record<string, string>> = {
  hostname: "the kernel tells it only to processes in there",
  "cgroup root": "nothing that is mounted in there tells it",
};
const whyUnavailable = ({ what = "" }: Problem): string =>
  (Object.hasOwn(UNAVAILABLE, what) ? UNAVAILABLE[what] : undefined) ?? "nobody in it could be asked";

/** Why a fact of a namespace is missing, as a clause; undefined where a problem is no such thing. */
export function whyUnread(problem: Problem): string | undefined {
  switch (problem.code) {
    case "FACT_UNAVAILABLE":
      return whyUnavailable(problem);
    case "FACT_UNREADABLE":
      return `it could not be read${problem.errno === undefined ? "" : ` (${problem.errno})`}`;
    case "FILE_TOO_LONG":
      return "it is longer than the limit allows";
    default:
      return undefined;
  }
}

/** The problem in words, by its code; the errno is added by `describeProblem`. */
const WORDS: Readonly<Record<ProblemCode, (problem: Problem) => string>> = {
  PROCESS_UNREADABLE: (p) => `the namespaces of ${process(p)} could not be read`,
  PROCESS_EXECUTING: (p) =>
    `${process(p)} is in the middle of execve(2), and the kernel makes whoever looks at what it holds wait for the end of that`,
  PROCESS_WAITS: (p) => `${process(p)} makes whoever looks at it wait, and was left out`,
  USER_WAITS: (p) =>
    `${p.count === undefined ? "some processes" : numbered(p.count, "process", "processes")} of the user ${p.what} ${befell(p, "left out")}, because several of that user's make whoever looks at them wait`,
  LINK_UNREADABLE: (p) =>
    `${p.count === undefined ? `the ${p.type} namespace` : more(p.count, "namespace")} of ${process(p)} could not be read`,
  CHILDREN_UNREADABLE: (p) =>
    `${p.count === undefined ? `the ${p.type} namespace` : more(p.count, "namespace")} for children of ${process(p)} could not be read`,
  THREADS_UNREADABLE: (p) => `the threads of process ${p.pid} could not be read`,
  DESCRIPTORS_UNREADABLE: (p) => `the descriptors of ${whose(p)} could not be listed`,
  DESCRIPTOR_UNREADABLE: (p) =>
    p.what === undefined
      ? `${numberOf("descriptor", p)} of ${process(p)} could not be looked at`
      : `what ${numberOf("descriptor", p)} (${p.what}) of ${process(p)} holds could not be seen`,
  SOCKETS_UNREADABLE: (p) => `the network namespaces of the sockets of ${whose(p)} could not be asked for`,
  SOCKET_UNREADABLE: (p) => `the network namespace of ${numberOf("socket", p)} of ${process(p)} could not be asked for`,
  MOUNTS_UNREADABLE: (p) => `the mounts of ${namespace(p)} could not be read`,
  MOUNT_MAY_WAIT: (p) =>
    `${mounted(p)} ${befell(p, "not opened")}, because a look-up there may wait for another's file system`,
  MOUNT_PATH_TOO_LONG: (p) =>
    `${numbered(p.count ?? 1, "mount")} of ${namespace(p)} ${befell(p, "not looked at")}, because no path so long can be opened`,
  MOUNT_UNREADABLE: (p) => `${mounted(p)} could not be opened`,
  LIST_UNREADABLE: (p) =>
    p.count === undefined
      ? `the kernel's own list of namespaces could not be used: ${p.what}`
      : `${more(p.count, "part")} of the kernel's own list of namespaces could not be used`,
  NAMESPACE_UNREADABLE: (p) => `${namespace(p)} could not be opened${at(p)}, so its relatives are not known`,
  RELATION_UNREADABLE: (p) => `the ${p.what} of ${namespace(p)} could not be asked for`,
  NAMESPACE_CHANGED: (p) => `the namespaces of ${process(p)} changed faster than they could be read`,
  FACT_UNREADABLE: (p) => `${p.what} of ${p.pid === undefined ? namespace(p) : process(p)} could not be read`,
  FACT_UNAVAILABLE: (p) => `${p.what} of ${namespace(p)}: ${whyUnavailable(p)}`,
  IOCTLS_MISSING: (p) => `this kernel (or sandbox) has no ${p.what}, so that relation is not known`,
  INTERFACE_MISSING: (p) => `this kernel (or sandbox) has no ${p.what}`,
  PROC_UNREADABLE: (p) => `${p.path ?? "/proc"} could not be read whole`,
  PROC_HIDES: (p) => `/proc is mounted with ${p.what}, so other users' processes are not listed`,
  PROC_FOREIGN: (p) =>
    `/proc shows another PID namespace${p.namespace === undefined ? "" : ` (pid:[${parseNamespaceId(p.namespace)?.ino}])`} than the one this runs in`,
  PIDS_FOREIGN: () =>
    "the kernel can't be asked by the PIDs that /proc shows, so the network namespaces that only sockets hold are not known",
  SCOPE_PID: () => "this runs in a child PID namespace, and processes outside it can't be seen",
  SCOPE_USER: () => "this runs in a child user namespace, and what is owned above it can't be asked",
  SCOPE_ROOT: () =>
    "this runs with another root directory (chroot), and namespaces mounted outside of it can't be seen",
  SCOPE_CAPABILITY: (p) => `without ${p.what} the kernel hides part of the machine`,
  LIMIT_REACHED: leftOut,
  COMMAND_LINE_CUT: (p) => `only the beginning of the command line of ${process(p)} was read`,
  FILE_TOO_LONG: (p) =>
    `${p.what} of ${p.pid === undefined ? namespace(p) : process(p)} is longer than the limit allows`,
  TIME_LIMIT: leftOut,
  DESCRIPTOR_LIMIT: () =>
    "there are more namespaces than descriptors may be open (RLIMIT_NOFILE), so an inode number may have been reused meanwhile",
};

/** One problem as a sentence without a full stop. May hold hostile text (paths): pass it through `printable`. */
export function describeProblem(problem: Problem): string {
  const { code, errno, pid } = problem;
  const words = Object.hasOwn(WORDS, code)
    ? WORDS[code as ProblemCode](problem)
    : `${code}${pid === undefined ? "" : ` of process ${pid}`}`;
  return errno === undefined ? words : `${words} (${errno})`;
}
