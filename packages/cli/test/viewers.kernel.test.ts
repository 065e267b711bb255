import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { isInitialInode, type Membership, NAMESPACE_TYPES, type NamespaceType, printable } from "@ns-graph/graph";
import {
  asUser,
  blankProc,
  churn,
  findKernelThread,
  HOSTILE_COMMS,
  keptComm,
  makeKeeper,
  mountProc,
  nameProcesses,
  namespaceOf,
  nestPidNamespaces,
  readDescendants,
  requireNamespaces,
  requireProgram,
  runCli,
  startContained,
  startContainer,
  waitingShell,
} from "@ns-graph/testkit";
import { expect, test } from "vitest";

interface Document {
  readonly complete: boolean;
  readonly viewer: {
    readonly pid: number;
    readonly euid: number;
    readonly capabilities: readonly string[];
    readonly namespaces: Membership;
  };
  readonly namespaces: readonly {
    readonly id: string;
    readonly type: NamespaceType;
    readonly ino: number;
    readonly initial?: boolean;
    readonly owner: { readonly state: string };
  }[];
  readonly processes: readonly {
    readonly pid: number;
    readonly uid?: number;
    readonly comm?: string;
    readonly kernelThread?: boolean;
    readonly pids?: readonly number[];
    readonly namespaces: Membership;
  }[];
  readonly problems: readonly {
    readonly code: string;
    readonly errno?: string;
    readonly what?: string;
    readonly pid?: number;
  }[];
}

async function readJson(args: readonly string[], through: readonly string[] = []): Promise<Document> {
  const { stdout, exitCode, stderr } = await runCli(["--format", "json", ...args], { through });
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout) as Document;
}

test("with the /proc of another PID namespace, processes that are listed are not said to be out of sight", async (context) => {
  requireNamespaces(context, "pid");
  const codesOf = async (through: readonly string[]) =>
    (await readJson(["--quick"], through)).problems.map(({ code }) => code).filter((code) => /PID|FOREIGN/.test(code));
  expect(await codesOf(["unshare", "--pid", "--fork"])).toEqual(["PROC_FOREIGN"]);
  expect(await codesOf(["unshare", "--pid", "--fork", "--mount-proc"])).toEqual(["SCOPE_PID"]);
});

test("root in a container: invisible is not initial", async (context) => {
  requireNamespaces(context, "user", "pid", "mnt");
  await using keeper = await makeKeeper();
  const { enter, namespaces } = await startContainer(keeper);
  const { stdout, exitCode } = await runCli([], { through: enter });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^Owned by a user namespace above/m);
  const document = await readJson([], enter);
  expect(document.complete).toBe(false);
  expect(document.problems.map(({ code }) => code)).toEqual(expect.arrayContaining(["SCOPE_PID", "SCOPE_USER"]));
  for (const { id, type, ino, initial, owner } of document.namespaces) {
    if (initial) expect(isInitialInode(type, ino)).toBe(true);
    if (namespaces[type]?.id === id) expect(initial).toBe(false);
    else expect(owner.state).toBe("invisible");
  }
});

test("an ordinary user without capabilities: what is their own is drawn, and each process that is not is reported", async (context) => {
  requireNamespaces(context, "net");
  requireProgram(context, "setpriv");
  await using keeper = await makeKeeper();
  const root = await startContained(keeper, ["net"]);
  const user = await startContained(keeper, ["user", "net"], { through: asUser() });
  const document = await readJson([], asUser());
  expect(document.complete).toBe(false);
  const { viewer } = document;
  expect({ euid: viewer.euid, capabilities: viewer.capabilities }).toEqual({ euid: 65534, capabilities: [] });
  const ids = document.namespaces.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(Object.values(viewer.namespaces)));
  expect(ids).toEqual(expect.arrayContaining(Object.values(user.namespaces).map(({ id }) => id)));
  expect(ids).not.toContain(root.namespaces.net?.id);
  const own = document.processes.find(({ pid }) => pid === user.pid);
  for (const { type, id } of Object.values(user.namespaces)) expect(own?.namespaces[type]).toBe(id);
  // Of each process either all is there, or that it could not be read and why.
  const unreadable = document.problems.filter(({ code }) => code === "PROCESS_UNREADABLE");
  expect(unreadable).toContainEqual({ code: "PROCESS_UNREADABLE", errno: "EACCES", pid: root.pid });
  expect(new Set(unreadable.map(({ errno }) => errno))).toEqual(new Set(["EACCES"]));
  const unread = document.processes.filter(({ namespaces }) => Object.keys(namespaces).length === 0);
  expect(unreadable.map(({ pid }) => pid).sort()).toEqual(unread.map(({ pid }) => pid).sort());
  expect(unread.map(({ pid }) => pid)).toEqual(expect.arrayContaining([process.pid, root.pid]));
  const strict = await runCli(["--strict"], { through: asUser() });
  expect(strict.exitCode).toBe(3);
});

test("hidepid: what is not listed is said to be hidden", async (context) => {
  requireNamespaces(context, "mnt");
  requireProgram(context, "setpriv");
  await using keeper = await makeKeeper();
  const { enter } = await mountProc(keeper, "hidepid=2");
  const document = await readJson([], [...enter, ...asUser()]);
  expect(document.complete).toBe(false);
  expect(new Set(document.processes.map(({ uid }) => uid))).toEqual(new Set([65534]));
  expect(document.problems).toContainEqual(
    expect.objectContaining({ code: "PROC_HIDES", what: expect.stringMatching(/^hidepid=/) }),
  );
  const root = await readJson([], enter);
  expect(root.processes.length).toBeGreaterThan(1);
  expect(root.problems.map(({ code }) => code)).not.toContain("PROC_HIDES");
});

test("a /proc with half of its files missing: what is there is drawn", async (context) => {
  requireNamespaces(context, "mnt");
  await using keeper = await makeKeeper();
  const files = ["1/status", "1/cgroup", "1/mountinfo", "sys/kernel/random/boot_id", "uptime"];
  const { enter } = await blankProc(keeper, files);
  const document = await readJson([], enter);
  expect(document.processes.find(({ pid }) => pid === process.pid)).toBeDefined();
  expect(document.processes.find(({ pid }) => pid === 1)).toBeDefined();
  expect(document.problems).toContainEqual(expect.objectContaining({ code: "FACT_UNREADABLE", what: "status" }));
});

test("a kernel without the ioctls: members are drawn, and it is said what is missing", async (context) => {
  requireNamespaces(context);
  requireProgram(context, "strace");
  const through = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=ioctl", "-e", "inject=ioctl:error=ENOTTY"];
  const document = await readJson([], through);
  const own = document.processes.find(({ pid }) => pid === process.pid);
  expect(Object.keys(own?.namespaces ?? {}).length).toBeGreaterThan(5);
  expect(document.namespaces.every(({ owner }) => owner.state === "unknown")).toBe(true);
  expect(document.problems).toContainEqual({ code: "IOCTLS_MISSING", errno: "ENOTTY", what: "NS_GET_USERNS" });
  const { stdout, stderr, exitCode } = await runCli([], { through });
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`pid:[${own?.namespaces.pid?.split(":")[1]}]`);
  expect(stderr).toContain("NS_GET_USERNS");
});

test("kernel threads are said to be that, and each process has its PID at every level", async (context) => {
  requireNamespaces(context, "pid");
  await using keeper = await makeKeeper();
  const nested = await nestPidNamespaces(keeper, { depth: 3 });
  const document = await readJson([]);
  const innermost = document.processes.find(({ pid }) => pid === nested.pid);
  expect(innermost?.pids).toHaveLength(nested.levels.length + 1);
  expect(innermost?.pids?.[0]).toBe(nested.pid);
  const thread = findKernelThread();
  if (thread !== undefined) expect(document.processes.find(({ pid }) => pid === thread.pid)?.kernelThread).toBe(true);
  const { stdout } = await runCli(["--pidns", "--all-pids"]);
  for (const pid of innermost?.pids ?? []) expect(stdout).toContain(String(pid));
});

test("hostile names: JSON gives them back, dot accepts them, text steers nothing", async (context) => {
  requireNamespaces(context);
  requireProgram(context, "dot");
  await using keeper = await makeKeeper();
  const { pids } = await nameProcesses(keeper);
  const document = await readJson([]);
  for (const [comm, pid] of pids)
    expect(document.processes.find((item) => item.pid === pid)?.comm).toBe(keptComm(comm));
  const { stdout: text } = await runCli(["--show-comm"]);
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
  for (const comm of HOSTILE_COMMS) {
    const shown = printable(keptComm(comm)).trim();
    if (!shown.includes(" ")) expect(text).toContain(shown);
  }
  const { stdout: dot } = await runCli(["--format", "dot", "--detail", "full", "--pids", "all"]);
  const { status, stderr } = spawnSync("dot", ["-Tcanon"], { input: dot, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
});

/** A process's PID where it sees itself, and the namespaces that it is in. */
function readMember(pid: number): readonly [pid: number, namespaces: Membership] {
  const inside = /^NSpid:.*\s(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  const types = NAMESPACE_TYPES.filter((type) => existsSync(`/proc/${pid}/ns/${type}`));
  return [Number(inside), Object.fromEntries(types.map((type) => [type, namespaceOf(pid, type).id]))];
}

test("the command under churn: all that is there, and nothing that was not", { timeout: 600_000 }, async (context) => {
  requireNamespaces(context, "net", "user", "pid", "mnt", "uts", "ipc");
  const RUNS = 200;
  const BATCH = 50;
  let seen = 0;
  for (let run = 0; run < RUNS; run += BATCH) {
    await using keeper = await makeKeeper();
    // In a PID namespace of their own, so that everything in /proc is known.
    const world = await startContained(keeper, ["pid", "mnt"], { proc: true });
    const nets = await keeper.start([...world.enter, "unshare", "--net", ...waitingShell()]);
    const users = await keeper.start([...world.enter, "unshare", "--user", ...waitingShell()]);
    const { held, workers, made } = await churn(keeper, {
      namespaces: run % (2 * BATCH) === 0,
      through: world.enter,
    });
    const below = readDescendants(held.chain[0] ?? 0);
    const shell = below.find(({ ppid }) => ppid === held.chain[0]);
    const makers = below.filter(({ pid, ppid }) => pid === shell?.pid || ppid === shell?.pid);
    const lasting = new Map([world.pid, nets.pid, users.pid, ...makers.map(({ pid }) => pid)].map(readMember));
    expect(lasting.size).toBe(4 + workers.length);
    for (let i = 0; i < BATCH; i++) {
      const from = process.hrtime.bigint();
      const { viewer, processes, namespaces } = await readJson([], world.enter);
      const to = process.hrtime.bigint();
      const ids = new Set(namespaces.map(({ id }) => id));
      for (const item of processes) for (const id of Object.values(item.namespaces)) expect(ids.has(id)).toBe(true);
      const others = processes.filter(({ pid }) => pid !== viewer.pid);
      const found = others.filter(({ pid }) => lasting.has(pid)).map((item) => [item.pid, item.namespaces] as const);
      expect(new Map(found)).toEqual(lasting);
      for (const { pid } of others.filter(({ pid }) => !lasting.has(pid))) {
        if (made !== undefined) expect(await made.lived(pid, from, to), `process ${pid} lived`).toBe(true);
        seen++;
      }
    }
  }
  expect(seen).toBeGreaterThan(0);
});
