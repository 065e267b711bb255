import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CLI_PATH,
  type Keeper,
  makeKeeper,
  requireNamespaces,
  requireProgram,
  run,
  startActor,
  startContained,
  waiting,
} from "@ns-graph/testkit";
import { expect, test } from "vitest";

/*
 * The built command under strace(1), which lets one call of the scan fail: each call of each kind, with each errno. It
 * runs in a PID namespace with a few processes, one of each kind that the scan looks at in its own way.
 * That is each call between the scan's first look at /proc and its last namespace. Where calls differ in numbers only
 * (PIDs, TIDs, descriptors), a failure is told by what they have in common.
 */

const ERRNOS = ["ESRCH", "ENOENT", "EACCES", "EPERM", "EINTR", "EMFILE", "ENFILE", "ENOMEM", "EIO"];

/** What the kernel answers where a process, thread, descriptor or mount is there no more. */
const GONE = new Set(["ESRCH", "ENOENT"]);

/** A call that asks whether a process is still there: where it answers that, what is the process's goes without saying. */
const ASKS_FOR_PROCESS = /^faccessat2? N, "status"/;

const AT_ONCE = 2;

interface Call {
  readonly kind: string;
  /** Which call of its kind it is, on the thread that scans. */
  readonly nth: number;
  /** What is the same in calls that are alike. */
  readonly alike: string;
}

interface Pin {
  readonly kind: string;
  readonly namespace: string;
  readonly pid?: number;
  readonly tid?: number;
  readonly fd?: number;
  readonly path?: string;
  readonly mountNamespace?: string;
}

interface Link {
  readonly id?: string;
}

interface Document {
  readonly namespaces: readonly { readonly id: string; readonly owner: Link; readonly parent: Link }[];
  readonly processes: readonly {
    readonly pid: number;
    readonly comm?: string;
    readonly namespaces: Readonly<Record<string, string>>;
  }[];
  readonly pins: readonly Pin[];
  readonly problems: readonly {
    readonly code: string;
    readonly errno?: string;
    readonly pid?: number;
    readonly namespace?: string;
    readonly path?: string;
  }[];
}

/** A PID namespace with one of everything. */
interface World {
  /** The start of a command line that runs the rest of it there. */
  readonly enter: readonly string[];
  /** The processes that stay, as they see themselves. */
  readonly pids: ReadonlySet<number>;
}

async function makeWorld(keeper: Keeper): Promise<World> {
  const world = await startContained(keeper, ["pid", "mnt", "net", "ipc"], { proc: true });
  const folder = join(keeper.directory, "faults");
  mkdirSync(folder);
  const script = `
    mount -t tmpfs none "$1"; touch "$1/named" "$1/open"
    unshare --net mount --bind /proc/self/ns/net "$1/named"
    unshare --uts mount --bind /proc/self/ns/uts "$1/open"
    exec 8<"$1/open"; umount --lazy "$1/open"
    unshare --ipc mount --bind /proc/self/ns/ipc "$1/open"
    exec 9<"$1/open"; umount --lazy "$1/open"`;
  const others = [
    await keeper.start([...world.enter, ...waiting(script, folder)]),
    await keeper.start([...world.enter, "unshare", "--pid", ...waiting(":")]),
    await keeper.start([...world.enter, "unshare", "--user", "--map-root-user", ...waiting(":")]),
  ];
  const actor = await startActor(keeper, { through: world.enter });
  const thread = await actor.startThread();
  const home = await thread.open("/proc/thread-self/ns/net");
  await thread.unshare("net");
  await thread.socketPair();
  await thread.setns(home);
  await thread.close(home);
  await thread.unshare("uts");
  const other = await actor.startThread();
  await other.unshare("uts");
  const inside = [world, actor, ...others].map(({ pid }) => {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^NSpid:.*\s(\d+)$/m.exec(status)?.[1]);
  });
  return { enter: world.enter, pids: new Set(inside) };
}

/** Reads which calls the scan makes: those of the main thread, from its first look at /proc on to its last namespace. */
function readCalls(log: string): Call[] {
  const lines = log
    .split("\n")
    .map((line) => /^(\d+) +(\w+)\((.*)$/.exec(line))
    .filter((match) => match !== null);
  const main = lines[0]?.[1];
  const own = lines.filter(([, tid]) => tid === main);
  const first = own.findIndex(([, , , rest]) => rest?.includes('"/proc/self/ns/'));
  const last = own.findLastIndex(([, , name]) => name === "close_range" || name === "ioctl");
  const counts = new Map<string, number>();
  const calls: Call[] = [];
  own.forEach(([, , kind = "", rest = ""], i) => {
    const nth = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, nth);
    if (i < first || i > last) return;
    const alike = rest
      .replace(/= .*$/, "")
      .replace(/\{.*\}/, "{}")
      .replaceAll(/0x[0-9a-f]+|\d+/g, "N")
      .replaceAll(/"\S*?(\\.|[^"])*?"\.*/g, (text) => text.slice(0, 40));
    // A call that this strace has no name for can't be made to fail by it.
    if (!kind.startsWith("syscall_")) calls.push({ kind, nth, alike: `${kind} ${alike}` });
  });
  return calls;
}

/** A call and what it is made to fail with. */
interface Fault extends Call {
  readonly errno: string;
}

test("any call that fails: all but its subject is drawn, and said", { timeout: 3_600_000 }, async (context) => {
  requireNamespaces(context, "pid", "mnt", "net", "ipc", "uts", "user");
  requireProgram(context, "strace", "nsenter", "setarch");
  await using keeper = await makeKeeper();
  const { enter, pids } = await makeWorld(keeper);
  // Counts what is open when the command ends, by then without anything of the scan's. Newer versions of Node.js have
  // rings for their event loops, and now and then one less: the kernel may refuse them.
  const counter = join(keeper.directory, "count-descriptors.cjs");
  writeFileSync(
    counter,
    `const { readdirSync, readlinkSync, writeFileSync } = require("node:fs");
    const isRing = (fd) => { try { return readlinkSync("/proc/self/fd/" + fd).includes("io_uring"); } catch { return false; } };
    process.on("exit", () => {
      const open = readdirSync("/proc/self/fd").filter((fd) => !isRing(fd));
      writeFileSync(process.env.COUNT_FILE, String(open.length));
    });`,
  );
  let runs = 0;
  const scan = async (options: readonly string[]) => {
    const count = join(keeper.directory, `count-${runs++}`);
    const log = `${count}.log`;
    // Nothing watches the reading then: strace(1) counts the calls of each thread for itself.
    const unwatched = [CLI_PATH, "--timeout", "none", "--format", "json"];
    const command = [process.execPath, "--v8-pool-size=0", "--require", counter, ...unwatched];
    const result = await run(["strace", "--follow-forks", "--seccomp-bpf", "-qq", "-o", log, ...options, ...command], {
      // V8 reads the map of its memory until it finds room for code: where addresses are random, some calls more or less.
      through: [...enter, "setarch", "--addr-no-randomize"],
      env: { COUNT_FILE: count },
    });
    const descriptors = existsSync(count) ? Number(readFileSync(count, "utf8")) : Number.NaN;
    return { ...result, trace: existsSync(log) ? readFileSync(log, "utf8") : "", descriptors };
  };
  const kinds =
    "openat,readlinkat,statx,getdents64,read,fstatfs,faccessat,ioctl,fcntl,kcmp,close,close_range,pidfd_open,pidfd_getfd,open_by_handle_at,?listmount,?statmount,?listns";
  const healthy = await scan(["-e", `trace=${kinds},faccessat2`]);
  expect(healthy.exitCode, healthy.stderr).toBe(0);
  const whole = JSON.parse(healthy.stdout) as Document;
  expect(whole.namespaces.length).toBeGreaterThan(12);
  const calls = readCalls(healthy.trace);
  const faults: Fault[] = calls.flatMap((call) => ERRNOS.map((errno) => ({ ...call, errno })));
  for (const kind of [
    "openat",
    "readlinkat",
    "statx",
    "getdents64",
    "read",
    "ioctl",
    "kcmp",
    "pidfd_open",
    "pidfd_getfd",
  ]) {
    expect(faults.filter((fault) => fault.kind === kind).length, kind).toBeGreaterThan(0);
  }

  const failures: string[] = [];
  const check = async (fault: Fault): Promise<void> => {
    const { kind, nth, alike, errno } = fault;
    const name = `${errno} from call ${nth} of ${alike}`;
    const inject = (when: number) => scan(["-e", `trace=${kind}`, "-e", `inject=${kind}:error=${errno}:when=${when}`]);
    let result = await inject(nth);
    // The other run is among the processes that this one reads, and now and then some calls less are made.
    for (let less = 1; less < 64 && !result.trace.includes("(INJECTED)"); less *= 2)
      result = await inject(Math.max(1, nth - less));
    if (!result.trace.includes("(INJECTED)")) failures.push(`${name}: was not injected: ${result.stderr}`);
    for (const complaint of complaints(result, whole, pids, fault)) failures.push(`${name}: ${complaint}`);
    // A call that closes and is made to fail does not close.
    if (!kind.startsWith("close") && result.descriptors !== healthy.descriptors) {
      failures.push(`${name}: ${result.descriptors} descriptors are open instead of ${healthy.descriptors}`);
    }
  };
  const queue = [...faults];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let fault = queue.shift(); fault !== undefined; fault = queue.shift()) await check(fault);
    }),
  );
  expect(failures).toEqual([]);
});

function* complaints(
  { exitCode, stdout, stderr }: { exitCode: number | null; stdout: string; stderr: string },
  whole: Document,
  pids: ReadonlySet<number>,
  { errno, alike }: Fault,
): Generator<string> {
  if (exitCode !== 0) return yield `exit code ${exitCode}: ${stderr}`;
  if (/^\s+at /m.test(stderr)) yield `a stack trace: ${stderr}`;
  const document = JSON.parse(stdout) as Document;
  for (const { pid, namespaces } of document.processes) {
    const before = whole.processes.find((process) => process.pid === pid)?.namespaces;
    if (before === undefined) continue;
    for (const [type, id] of Object.entries(namespaces))
      if (before[type] !== undefined && before[type] !== id)
        yield `process ${pid} is said to be in another ${type} namespace`;
  }
  const unsaid = findUnsaid(document, whole, pids);
  // One thing may look as if it had gone: a process with all that is its, a thread, a descriptor, a mount.
  const gone = new Set(
    unsaid.map(({ subject, pid }) => (ASKS_FOR_PROCESS.test(alike) && pid !== undefined ? `process ${pid}` : subject)),
  );
  if (unsaid.length > 0 && !(GONE.has(errno) && gone.size === 1))
    yield `nothing is said of what is missing: ${unsaid.map(({ words }) => words).join(", ")}`;
}

/** Something that is missing and that no problem is about. */
interface Unsaid {
  readonly words: string;
  /** What would have to be gone for that. */
  readonly subject: string;
  /** Whose it is. */
  readonly pid?: number;
}

/** A document, what it should be, and what it says that it lacks. */
interface Comparison {
  readonly document: Document;
  /** The whole, as far as it lasts: what runs the command comes and goes, and runs twice at a time. */
  readonly whole: Document;
  readonly said: Document["problems"];
}

function findUnsaid(document: Document, whole: Document, pids: ReadonlySet<number>): Unsaid[] {
  const known = new Set(whole.problems.map((problem) => JSON.stringify(problem)));
  const said = document.problems.filter((problem) => !known.has(JSON.stringify(problem)));
  // A problem without a subject is about all that its interface shows.
  const isOfAll = said.some(
    ({ code, pid, namespace, path }) => code === "PROC_UNREADABLE" || (pid ?? namespace ?? path) === undefined,
  );
  if (isOfAll) return [];
  const processes = whole.processes.filter(({ pid }) => pids.has(pid));
  const pins = whole.pins.filter(({ pid }) => pid === undefined || pids.has(pid));
  const comparison = { document, whole: { ...whole, processes, pins }, said };
  return [...findInProcesses(comparison), ...findInPins(comparison), ...findInNamespaces(comparison)];
}

function isSaidOf({ said }: Comparison, pid: number): boolean {
  return said.some((problem) => problem.pid === pid);
}

function* findInProcesses(comparison: Comparison): Generator<Unsaid> {
  const { document, whole } = comparison;
  for (const { pid, namespaces } of whole.processes) {
    if (isSaidOf(comparison, pid)) continue;
    const found = document.processes.find((process) => process.pid === pid);
    if (found === undefined) yield { words: `process ${pid}`, subject: `process ${pid}` };
    const lost = Object.entries(namespaces).filter(([type]) => found !== undefined && !found.namespaces[type]);
    for (const [type, id] of lost) yield { words: `${type} ${id} of ${pid}`, subject: `${type} of ${pid}` };
  }
}

function findLostPins({ document, whole }: Comparison): Pin[] {
  const found = new Set(document.pins.map(pinKey));
  return whole.pins.filter((pin) => !found.has(pinKey(pin)));
}

function* findInPins(comparison: Comparison): Generator<Unsaid> {
  const { document, whole, said } = comparison;
  for (const pin of findLostPins(comparison)) {
    const { kind, namespace, pid, tid, fd, path, mountNamespace } = pin;
    if (said.some((problem) => problem.namespace === namespace)) continue;
    if (pid !== undefined) {
      if (isSaidOf(comparison, pid)) continue;
      const isThere = document.processes.some((process) => process.pid === pid);
      const subject = tid === undefined ? `${kind} ${fd} of ${pid}` : `thread ${tid}`;
      yield { words: pinKey(pin), subject: isThere ? subject : `process ${pid}`, pid };
    } else {
      const isMemberSaid = whole.processes.some(
        (process) => process.namespaces.mnt === mountNamespace && isSaidOf(comparison, process.pid),
      );
      const isSaid = said.some((problem) => problem.namespace === mountNamespace || problem.path === path);
      if (!isMemberSaid && !isSaid) yield { words: pinKey(pin), subject: `mount ${path}` };
    }
  }
}

/** Namespaces that are missing although those who are in them, what holds them and what is below them are all there. */
function* findInNamespaces(comparison: Comparison): Generator<Unsaid> {
  const { document, whole, said } = comparison;
  const found = new Set(document.namespaces.map(({ id }) => id));
  const isSaid = (id: string) => said.some((problem) => problem.namespace === id);
  const judged = new Set(findLostPins(comparison).map(({ namespace }) => namespace));
  for (const { pid, namespaces } of whole.processes) {
    const now = document.processes.find((process) => process.pid === pid)?.namespaces ?? {};
    for (const [type, id] of Object.entries(namespaces)) if (now[type] !== id) judged.add(id);
  }
  for (const { id } of whole.namespaces) {
    const below = whole.namespaces.filter(({ owner, parent }) => owner.id === id || parent.id === id);
    const isJudged = judged.has(id) || below.some((other) => !found.has(other.id) || isSaid(other.id));
    if (!found.has(id) && !isSaid(id) && !isJudged) yield { words: `namespace ${id}`, subject: `namespace ${id}` };
  }
}

function pinKey({ kind, namespace, pid, tid, fd, path, mountNamespace }: Pin): string {
  return JSON.stringify({ kind, namespace, pid, tid, fd, path, mountNamespace });
}
