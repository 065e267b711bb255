import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
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
 *
 * Calls that differ in numbers only (PIDs, TIDs, descriptors) are one: the first of them is made to fail.
 */

const ERRNOS = ["ESRCH", "ENOENT", "EACCES", "EPERM", "EINTR", "EMFILE", "ENFILE", "ENOMEM", "EIO"];

/** What may make a thing look as if it had gone, so that nothing has to be said of it. */
const GOING = new Set(["ESRCH", "ENOENT", "EACCES"]);

const AT_ONCE = 2;

interface Call {
  readonly kind: string;
  /** Which call of its kind it is, on the thread that scans. */
  readonly nth: number;
  /** What is the same in calls that are alike. */
  readonly alike: string;
}

interface Document {
  readonly namespaces: readonly { readonly id: string }[];
  readonly processes: readonly {
    readonly pid: number;
    readonly comm?: string;
    readonly namespaces: Readonly<Record<string, string>>;
  }[];
  readonly problems: readonly { readonly code: string; readonly errno?: string }[];
}

/** Puts one of everything into a world of its own, and answers what starts a command there. */
async function makeWorld(keeper: Keeper): Promise<readonly string[]> {
  const world = await startContained(keeper, ["pid", "mnt", "net", "ipc"], { proc: true });
  const folder = join(keeper.directory, "faults");
  mkdirSync(folder);
  const script = `
    mount -t tmpfs none "$1"; touch "$1/named" "$1/open"
    unshare --net mount --bind /proc/self/ns/net "$1/named"
    unshare --uts mount --bind /proc/self/ns/uts "$1/open"
    exec 8<"$1/open"; umount --lazy "$1/open"`;
  await keeper.start([...world.enter, ...waiting(script, folder)]);
  await keeper.start([...world.enter, "unshare", "--pid", ...waiting(":")]);
  await keeper.start([...world.enter, "unshare", "--user", "--map-root-user", ...waiting(":")]);
  const actor = await startActor(keeper, { through: world.enter });
  const thread = await actor.startThread();
  const home = await thread.open("/proc/thread-self/ns/net");
  await thread.unshare("net");
  await thread.socketPair();
  await thread.setns(home);
  await thread.close(home);
  await thread.unshare("uts");
  return world.enter;
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

function worthTrying(calls: readonly Call[]): Call[] {
  const first = new Map<string, Call>();
  for (const call of calls) if (!first.has(call.alike)) first.set(call.alike, call);
  return [...first.values()];
}

test("any call that fails: all but its subject is drawn, and said", { timeout: 1_500_000 }, async (context) => {
  requireNamespaces(context, "pid", "mnt", "net", "ipc", "uts", "user");
  requireProgram(context, "strace", "nsenter");
  await using keeper = await makeKeeper();
  const enter = await makeWorld(keeper);
  // Counts what is open when the command ends, by then without anything of the scan's. Newer versions of Node.js have
  // rings for their event loops, and now and then one less: the kernel may refuse them.
  const counter = join(keeper.directory, "count-descriptors.mjs");
  writeFileSync(
    counter,
    `import { readdirSync, readlinkSync, writeFileSync } from "node:fs";
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
    const command = [
      process.execPath,
      "--v8-pool-size=0",
      "--import",
      pathToFileURL(counter).href,
      CLI_PATH,
      "--format",
      "json",
    ];
    const result = await run(["strace", "-f", "-qq", "-o", log, ...options, ...command], {
      through: enter,
      env: { COUNT_FILE: count },
    });
    const descriptors = existsSync(count) ? Number(readFileSync(count, "utf8")) : Number.NaN;
    return { ...result, trace: existsSync(log) ? readFileSync(log, "utf8") : "", descriptors };
  };
  const kinds =
    "openat,readlinkat,statx,getdents64,read,fstatfs,faccessat,ioctl,close,close_range,pidfd_open,pidfd_getfd,?listmount,?statmount,?listns";
  const healthy = await scan(["-e", `trace=${kinds},faccessat2`]);
  expect(healthy.exitCode, healthy.stderr).toBe(0);
  const whole = JSON.parse(healthy.stdout) as Document;
  expect(whole.namespaces.length).toBeGreaterThan(12);
  const calls = readCalls(healthy.trace);
  const tried = worthTrying(calls);
  for (const kind of ["openat", "readlinkat", "statx", "getdents64", "read", "ioctl", "pidfd_open", "pidfd_getfd"]) {
    expect(tried.filter((call) => call.kind === kind).length, kind).toBeGreaterThan(0);
  }

  const faults = tried.flatMap((call) => ERRNOS.map((errno) => ({ ...call, errno })));
  const failures: string[] = [];
  const check = async ({ kind, nth, alike, errno }: (typeof faults)[number]): Promise<void> => {
    const fault = `${errno} from call ${nth} of ${alike}`;
    const inject = () => scan(["-e", `trace=${kind}`, "-e", `inject=${kind}:error=${errno}:when=${nth}`]);
    let result = await inject();
    // The other run is among the processes that this one reads, and now and then a call less is made.
    for (let again = 0; again < 3 && !result.trace.includes("(INJECTED)"); again++) result = await inject();
    if (!result.trace.includes("(INJECTED)")) failures.push(`${fault}: was not injected: ${result.stderr}`);
    for (const complaint of complaints(result, whole, errno)) failures.push(`${fault}: ${complaint}`);
    // A call that closes and is made to fail does not close.
    if (!kind.startsWith("close") && result.descriptors !== healthy.descriptors) {
      failures.push(`${fault}: ${result.descriptors} descriptors are open instead of ${healthy.descriptors}`);
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
  errno: string,
): Generator<string> {
  if (exitCode !== 0) return yield `exit code ${exitCode}: ${stderr}`;
  if (/^\s+at /m.test(stderr)) yield `a stack trace: ${stderr}`;
  const document = JSON.parse(stdout) as Document;
  // What runs the command comes and goes, and runs twice at a time.
  const lasting = ({ processes }: Document) =>
    processes.filter(({ comm }) => !/^(strace|node|nsenter)/.test(comm ?? "node"));
  const missing = lasting(whole).filter(({ pid }) => !document.processes.some((process) => process.pid === pid));
  if (missing.length > 1) yield `${missing.length} processes are missing`;
  const ids = new Set(document.namespaces.map(({ id }) => id));
  const lost = whole.namespaces.filter(({ id }) => !ids.has(id));
  const said = document.problems.length > whole.problems.length;
  if ((missing.length > 0 || lost.length > 0) && !said && !GOING.has(errno))
    yield `${lost.length} namespaces and ${missing.length} processes are missing, and nothing is said`;
  for (const { pid, namespaces } of document.processes) {
    const before = whole.processes.find((process) => process.pid === pid)?.namespaces;
    if (before === undefined) continue;
    for (const [type, id] of Object.entries(namespaces))
      if (before[type] !== undefined && before[type] !== id)
        yield `process ${pid} is said to be in another ${type} namespace`;
  }
}
