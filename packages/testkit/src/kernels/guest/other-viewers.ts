import type { RealNamespace } from "../../real/index.js";
import {
  asUser,
  type Keeper,
  mountProc,
  namespaceOf,
  type Ran,
  runCli,
  startContainer,
  startWithForeignProc,
} from "../../real/index.js";
import type { FindingReport, Outcome } from "../guest-report.js";
import type { Exhibit } from "./exhibit.js";

/** The parts of a document that are looked at here. */
interface Document {
  readonly complete: boolean;
  readonly namespaces: readonly {
    readonly id: string;
    readonly type: string;
    readonly initial?: boolean;
    readonly owner: { readonly state: string };
  }[];
  readonly processes: readonly { readonly pid: number }[];
  readonly problems: readonly { readonly code: string; readonly errno?: string }[];
}

/** Something that the command has to get right: what is wrong, or nothing. */
type Case = (keeper: Keeper, exhibits: readonly Exhibit[]) => Promise<readonly (string | false)[] | Outcome>;

async function readDocument(
  through: readonly string[],
  args: readonly string[] = [],
): Promise<Document & { ran: Ran }> {
  const ran = await runCli(["--format", "json", ...args], { through });
  // With --strict, the exit code says that something could not be read.
  if (ran.exitCode !== (args.includes("--strict") ? 3 : 0))
    throw new Error(`exit code ${ran.exitCode ?? ran.signal}: ${ran.stderr}`);
  return { ...(JSON.parse(ran.stdout) as Document), ran };
}

const has = (document: Document, code: string): boolean => document.problems.some((problem) => problem.code === code);
const CHILD_PID_NAMESPACE = ["unshare", "--pid", "--fork", "--mount-proc"];

let fromChild: Promise<Document> | undefined;

/** What root in a child PID namespace is told of an exhibit. */
async function askFromChild(exhibits: readonly Exhibit[], id: string): Promise<Outcome> {
  const namespaces = exhibits.find((exhibit) => exhibit.id === id)?.namespaces ?? [];
  if (namespaces.length === 0) return "wrong";
  fromChild ??= readDocument(CHILD_PID_NAMESPACE);
  const document = await fromChild;
  const isThere = ({ id }: RealNamespace): boolean => document.namespaces.some((namespace) => namespace.id === id);
  if (!has(document, "SCOPE_PID") || document.complete) return "wrong";
  return namespaces.every(isThere) ? "found" : "reported";
}

const CASES: Readonly<Record<string, Case>> = {
  "text and JSON alike": async (_keeper, exhibits) => {
    const faults: string[] = [];
    const json = await readDocument([]);
    const listed = new Set(json.namespaces.map(({ id }) => id));
    const expected = exhibits.flatMap((exhibit) => exhibit.namespaces).filter(({ id }) => listed.has(id));
    if (expected.length < 40) faults.push(`JSON has ${expected.length} of what was made`);
    const { stdout, stderr, exitCode } = await runCli([]);
    if (exitCode !== 0) faults.push(`exit code ${exitCode}: ${stderr}`);
    const missing = expected.filter(({ ino }) => !stdout.includes(String(ino)));
    if (missing.length > 0) faults.push(`text lacks ${missing.map(({ type, ino }) => `${type}:[${ino}]`)}`);
    return faults;
  },
  "an ordinary user": async () => {
    const document = await readDocument(asUser(), ["--strict"]);
    const own = namespaceOf("self", "net");
    return [
      document.complete && "it is called complete",
      !document.problems.some(({ code, errno }) => code === "PROCESS_UNREADABLE" && errno === "EACCES") &&
        "processes that could not be read are not reported",
      !document.namespaces.some(({ id }) => id === own.id) && "the own namespaces are missing",
      document.ran.stderr.trim() === "" && "nothing is said on standard error",
    ];
  },
  "a container": async (keeper) => {
    const { enter, namespaces, outside } = await startContainer(keeper);
    const document = await readDocument(enter);
    const initial = document.namespaces.filter((namespace) => namespace.initial === true).map(({ id }) => id);
    const own = Object.values(namespaces).map(({ id }) => id);
    const above = Object.values(outside).map(({ id }) => id);
    const net = document.namespaces.find(({ id }) => id === namespaceOf("self", "net").id);
    return [
      document.complete && "it is called complete",
      !has(document, "SCOPE_PID") && "SCOPE_PID is missing",
      !has(document, "SCOPE_USER") && "SCOPE_USER is missing",
      own.some((id) => initial.includes(id)) && "the container's namespaces are called initial",
      document.namespaces.some(({ id }) => above.includes(id)) && "namespaces above are shown",
      net?.owner.state !== "invisible" && `the owner of the network namespace is ${net?.owner.state}`,
    ];
  },
  "a /proc of another PID namespace": async (keeper) => {
    const { enter } = await startWithForeignProc(keeper);
    const document = await readDocument(enter);
    return [
      document.complete && "it is called complete",
      !has(document, "PROC_FOREIGN") && "PROC_FOREIGN is missing",
      document.ran.stderr.trim() === "" && "nothing is said on standard error",
    ];
  },
  "hidepid=2": async (keeper) => {
    const { enter } = await mountProc(keeper, "hidepid=2");
    const document = await readDocument([...enter, ...asUser()]);
    return [
      document.complete && "it is called complete",
      !has(document, "PROC_HIDES") && "PROC_HIDES is missing",
      document.processes.length === 0 && "the own process is missing",
    ];
  },
  "in flight, seen from a child PID namespace": (_keeper, exhibits) => askFromChild(exhibits, "in flight"),
  "a mount namespace in flight, seen from a child PID namespace": (_keeper, exhibits) =>
    askFromChild(exhibits, "a mount namespace in flight"),
};

/** Runs the built command in all formats, and as those who may not see everything. */
export async function askAsOthers(keeper: Keeper, exhibits: readonly Exhibit[]): Promise<FindingReport[]> {
  const reports: FindingReport[] = [];
  for (const [id, run] of Object.entries(CASES)) {
    process.stderr.write(`${process.uptime().toFixed(1)} s: ${id}\n`);
    try {
      const result = await run(keeper, exhibits);
      const faults = typeof result === "string" ? [] : result.filter((fault) => fault !== false);
      const outcome = typeof result === "string" ? result : faults.length === 0 ? "found" : "wrong";
      reports.push({ id, outcome, by: [], ...(faults.length > 0 ? { why: faults.join("; ") } : {}) });
    } catch (error) {
      reports.push({ id, outcome: "wrong", by: [], why: error instanceof Error ? error.message : String(error) });
    }
  }
  return reports;
}
