import { groupBy } from "../model/group-by.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { limitsCompleteness, type Problem } from "../model/problem.js";
import { describeProblem } from "./describe-problem.js";
import { enumerate } from "./enumerate.js";
import { describeLeftOut } from "./left-out.js";
import { numbered } from "./nouns.js";
import { printable } from "./printable.js";

/** Kinds of trouble that get a sentence; the rest is counted. */
const GROUPS = 5;

/** Problems that are described together: the same kind of trouble, for the same reason. */
interface Group {
  readonly words: string;
  readonly remedy: string | undefined;
}

/** The codes for one part of a process which could be read otherwise. */
const PARTS_OF_PROCESSES: ReadonlySet<string> = new Set([
  "LINK_UNREADABLE",
  "CHILDREN_UNREADABLE",
  "THREADS_UNREADABLE",
  "DESCRIPTORS_UNREADABLE",
  "DESCRIPTOR_UNREADABLE",
  "SOCKETS_UNREADABLE",
  "SOCKET_UNREADABLE",
  "NAMESPACE_CHANGED",
]);

/** What is said of many problems of one code; `n` is how many things they are about. */
const COUNTED: Readonly<Record<string, (n: number) => string>> = {
  MOUNTS_UNREADABLE: (n) => `the mounts of ${numbered(n, "mount namespace")} could not be read`,
  MOUNT_UNREADABLE: (n) => `${numbered(n, "bind mount")} could not be opened`,
  MOUNT_MAY_WAIT: (n) =>
    `${numbered(n, "bind mount was", "bind mounts were")} not opened, because a look-up there may wait for another's file system`,
  MOUNT_PATH_TOO_LONG: (n) =>
    `${numbered(n, "mount was", "mounts were")} not looked at, because no path so long can be opened`,
  NAMESPACE_UNREADABLE: (n) => `${numbered(n, "namespace")} could not be asked for relatives`,
  RELATION_UNREADABLE: (n) => `the relatives of ${numbered(n, "namespace")} could not be asked for`,
  FACT_UNREADABLE: (n) => `${numbered(n, "fact")} could not be read`,
  FILE_TOO_LONG: (n) => `${numbered(n, "file of /proc is", "files of /proc are")} longer than the limit allows`,
  COMMAND_LINE_CUT: (n) => `only the beginning of ${numbered(n, "command line")} was read`,
  PROCESS_EXECUTING: (n) =>
    `${numbered(n, "process is", "processes are")} in the middle of execve(2), and the kernel makes whoever looks at what they hold wait for the end of that`,
  PROCESS_WAITS: (n) =>
    `${numbered(n, "process makes", "processes make")} whoever looks at them wait, and ${n === 1 ? "was" : "were"} left out`,
  LIST_UNREADABLE: (n) => `${numbered(n, "part")} of the kernel's own list of namespaces could not be used`,
};

/**
 * What could not be learned, as one line without a full stop, such as `3 of 412 processes could not be read
 * (EACCES): run as root, or grant CAP_SYS_PTRACE`. It counts what is alike, names the errno, and says what
 * would help, unless that is not asked for; of all problems, or of some. Undefined where nothing that was asked for may be missing. Safe to print.
 */
export function summarizeProblems(
  graph: NamespaceGraph,
  problems: readonly Problem[] = graph.problems(),
  { remedies = true }: { readonly remedies?: boolean } = {},
): string | undefined {
  const groups = groupProblems(problems);
  if (groups.length === 0) return undefined;
  // Words and remedies take a look at the whole graph, so only those that are listed get any.
  const listed = groups.slice(0, GROUPS).map(
    (alike): Group => ({
      words: printable(describeGroup(graph, alike)),
      remedy: remedies ? findRemedy(graph, alike[0] as Problem) : undefined,
    }),
  );
  const clauses: string[] = [];
  for (let i = 0; i < listed.length; ) {
    const remedy = listed[i]?.remedy;
    const alike: string[] = [];
    for (; i < listed.length && (!remedies || listed[i]?.remedy === remedy); i++) alike.push(listed[i]?.words ?? "");
    clauses.push(remedy === undefined ? alike.join("; ") : `${alike.join(", ")}: ${remedy}`);
  }
  const rest = groups
    .slice(GROUPS)
    .flat()
    .reduce((sum, problem) => sum + (problem.count ?? 1), 0);
  if (rest > 0) clauses.push(`and ${numbered(rest, "more problem")}`);
  return clauses.join("; ");
}

function groupProblems(all: readonly Problem[]): readonly (readonly Problem[])[] {
  const unreadable = new Set<number | undefined>();
  for (const { code, pid } of all) if (code === "PROCESS_UNREADABLE") unreadable.add(pid);
  const listed = all.filter((problem) => limitsCompleteness(problem) && !isImplied(problem, unreadable));
  return [...groupBy(listed, groupKey).values()];
}

/** Whether unreadable processes say it already: of their parts, and of what the viewer lacks, which their remedy names. */
function isImplied({ code, pid }: Problem, unreadable: ReadonlySet<number | undefined>): boolean {
  if (code === "SCOPE_CAPABILITY") return unreadable.size > 0;
  return PARTS_OF_PROCESSES.has(code) && pid !== undefined && unreadable.has(pid);
}

function groupKey(problem: Problem): string {
  const { code, errno = "" } = problem;
  if (PARTS_OF_PROCESSES.has(code)) return `part ${errno}`;
  if (isLimit(problem)) return `${code} ${problem.what} ${problem.pid === undefined}`;
  const isTogether = code === "PROCESS_UNREADABLE" || code === "SCOPE_CAPABILITY" || Object.hasOwn(COUNTED, code);
  return isTogether ? `${code} ${errno}` : describeProblem(problem);
}

function describeGroup(graph: NamespaceGraph, problems: readonly Problem[]): string {
  const [first] = problems as readonly [Problem];
  const errno = first.errno === undefined ? "" : ` (${first.errno})`;
  if (first.code === "PROCESS_UNREADABLE" || PARTS_OF_PROCESSES.has(first.code)) {
    const pids = new Set(problems.map(({ pid }) => pid));
    const whole = first.code === "PROCESS_UNREADABLE" ? "could not be read" : "could be read only in part";
    const known = new Set<number | undefined>(graph.whole.processes().map(({ pid }) => pid));
    // A document may have problems with processes that it leaves out.
    const isWhole = [...pids].every((pid) => pid === undefined || known.has(pid));
    const counted = numbered(isWhole ? known.size : pids.size, "process", "processes");
    return `${isWhole ? `${pids.size} of ` : ""}${counted} ${whole}${errno}`;
  }
  if (isLimit(first)) return describeLimit(problems);
  if (first.code === "SCOPE_CAPABILITY") {
    return describeProblem({ ...first, what: enumerate(problems.map(({ what }) => what ?? "")) });
  }
  const words = Object.hasOwn(COUNTED, first.code) ? COUNTED[first.code] : undefined;
  if (words === undefined || problems.length === 1) return describeProblem(first);
  const things = new Set<string>();
  let counted = 0;
  for (const { namespace, path, pid, what, count } of problems) {
    // What is counted was not listed, so it is none of those that are.
    if (count === undefined) things.add(JSON.stringify([namespace, path, pid, what]));
    else counted += count;
  }
  return `${words(things.size + counted)}${errno}`;
}

/** Whether it is about things of some kind that one process or mount namespace has too many of. */
function isLimit({ code, pid, namespace }: Problem): boolean {
  return code === "LIMIT_REACHED" || (code === "TIME_LIMIT" && (pid !== undefined || namespace !== undefined));
}

/** How many things of how many processes or mount namespaces were left out. */
function describeLimit(problems: readonly Problem[]): string {
  const [first] = problems as readonly [Problem];
  if (problems.length === 1) return describeProblem(first);
  const counted = problems.reduce((sum, problem) => sum + (problem.count ?? 0), 0);
  return describeLeftOut({
    code: first.code,
    what: first.what ?? "things",
    count: counted === 0 ? undefined : counted,
    isLeast: problems.some((problem) => problem.count === undefined),
    of:
      first.pid === undefined
        ? numbered(new Set(problems.map(({ namespace }) => namespace)).size, "mount namespace")
        : numbered(new Set(problems.map(({ pid }) => pid)).size, "process", "processes"),
  });
}

/** What would help against a problem; undefined where nothing is known to. */
export function findRemedy(graph: NamespaceGraph, { code, errno }: Problem): string | undefined {
  if (code === "LIMIT_REACHED" || code === "FILE_TOO_LONG") return "raise it with --limit";
  if (code === "TIME_LIMIT") return "allow more with --timeout";
  if (errno === "EMFILE" || errno === "ENFILE") return "raise the limit of open files (ulimit -n)";
  if (code === "PROC_HIDES") return "run as root";
  if (code !== "SCOPE_CAPABILITY" && errno !== "EACCES" && errno !== "EPERM") return undefined;
  const said = (word: string): Problem[] => graph.problems().filter((problem) => problem.code === word);
  if (said("SCOPE_USER").length > 0) return "run as root outside this user namespace";
  const missing = said("SCOPE_CAPABILITY").map(({ what }) => printable(what ?? ""));
  const isRoot = graph.viewer.euid === 0;
  if (missing.length > 0) return isRoot ? `grant ${enumerate(missing)}` : `run as root, or grant ${enumerate(missing)}`;
  if (isRoot) return "something forbids it even to root";
  const isCapable = graph.viewer.capabilities?.includes("CAP_SYS_PTRACE") ?? false;
  return isCapable ? "something forbids it even with CAP_SYS_PTRACE" : "run as root, or grant CAP_SYS_PTRACE";
}
