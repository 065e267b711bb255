import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "tsup";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { checkDescriptors } from "../contract/check-descriptors.js";
import {
  ActorError,
  churn,
  countDescriptors,
  decodeText,
  expectNoLeak,
  findKernelThread,
  HOSTILE_COMMS,
  isRunning,
  keptComm,
  makeKeeper,
  nameProcesses,
  readDescendants,
  readProcessEntries,
  readProcessEntry,
  requireLinux,
  requireNamespaces,
  requireProgram,
  startActor,
  waiting,
  waitingShell,
} from "./index.js";

checkDescriptors();

const mounts = () => readFileSync("/proc/self/mountinfo", "utf8");

describe("a keeper", () => {
  beforeEach((context) => {
    requireLinux(context);
    requireProgram(context, "mkfifo", "sh");
  });

  test("ends what it started, last first, and leaves no folder, mount or descriptor", async () => {
    const mountsBefore = mounts();
    await expectNoLeak(async () => {
      let directory = "";
      let entries = readProcessEntries();
      {
        await using keeper = await makeKeeper();
        directory = keeper.directory;
        await keeper.start(waitingShell());
        await keeper.start(waiting("sleep 100 & sleep 100 & sh -c 'sleep 100' &"));
        const known = new Set(entries.map(({ pid }) => pid));
        entries = readDescendants(process.pid).filter(
          ({ pid, state }) => !known.has(pid) && state !== "Z" && pid !== process.pid,
        );
        expect(entries.length).toBeGreaterThanOrEqual(6);
        expect(existsSync(directory)).toBe(true);
      }
      expect(entries.filter(isRunning)).toEqual([]);
      expect(existsSync(directory)).toBe(false);
    });
    expect(mounts()).toBe(mountsBefore);
  });

  test("ends what it started when the test fails", async () => {
    let pid = 0;
    const failing = async () => {
      await using keeper = await makeKeeper();
      pid = (await keeper.start(waitingShell())).pid;
      throw new Error("as a test does");
    };
    await expect(failing()).rejects.toThrow("as a test does");
    expect(pid).toBeGreaterThan(0);
    expect(readProcessEntry(pid)).toBeUndefined();
  });

  test("says what a program printed that ended before it was ready", async () => {
    await using keeper = await makeKeeper();
    await expect(keeper.start(["sh", "-c", "echo too bad >&2; exit 3"])).rejects.toThrow(/ended \(3\)[\s\S]*too bad/);
    await expect(keeper.start(["/no/such/program"])).rejects.toThrow("ENOENT");
  });

  test("kills what does not end by itself", async () => {
    const keeper = await makeKeeper();
    const held = await keeper.start(["sh", "-c", "trap '' HUP TERM; echo ready; while :; do sleep 100; done"]);
    const entries = readDescendants(held.chain[0] ?? 0);
    await keeper.stop();
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.filter(isRunning)).toEqual([]);
  }, 20_000);
});

describe("a keeper whose process is killed", () => {
  let folder = "";
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "ns-graph-bundle-"));
    await build({
      entry: { bundle: fileURLToPath(new URL("./index.ts", import.meta.url)) },
      outDir: folder,
      format: "esm",
      outExtension: () => ({ js: ".mjs" }),
      config: false,
      silent: true,
      noExternal: [/.*/],
      esbuildOptions: (options) => void Object.assign(options, { conditions: ["@ns-graph/source"] }),
    });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("leaves nothing behind", async (context) => {
    requireNamespaces(context, "net", "pid");
    const script = `
      const { makeKeeper, startActor, startContained } = await import(${JSON.stringify(join(folder, "bundle.mjs"))});
      const keeper = await makeKeeper();
      const { held } = await startContained(keeper, ["net", "pid"]);
      const actor = await startActor(keeper);
      console.log(JSON.stringify({ directory: keeper.directory, pids: [...held.chain, ...actor.chain] }));
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, NS_GRAPH_TEST_PROGRAMS: fileURLToPath(new URL("./programs", import.meta.url)) },
    });
    const said = await new Promise<string>((resolve, reject) => {
      child.stdout.once("data", (text) => resolve(String(text)));
      child.stdout.once("close", () => reject(new Error("it said nothing")));
    });
    const { directory, pids } = JSON.parse(said) as { directory: string; pids: number[] };
    const entries = readDescendants(child.pid ?? 0).filter(({ pid }) => pid !== child.pid);
    expect(pids.length).toBe(3);
    expect(pids.every((pid) => entries.some((entry) => entry.pid === pid))).toBe(true);
    expect(existsSync(directory)).toBe(true);
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await exited;
    for (let i = 0; i < 300 && (entries.some(isRunning) || existsSync(directory)); i++) await sleep(10);
    expect(entries.filter(isRunning)).toEqual([]);
    expect(existsSync(directory)).toBe(false);
  });
});

describe("an actor", () => {
  test("says which call failed and why", async (context) => {
    requireNamespaces(context, "user");
    await using keeper = await makeKeeper();
    const actor = await startActor(keeper);
    await expect(actor.open("/no/such/file")).rejects.toMatchObject({ code: "ENOENT" });
    // Node has more than one thread, and a user namespace is entered by a process as a whole.
    await expect(actor.unshare("user")).rejects.toBeInstanceOf(ActorError);
    await expect(actor.unshare("user")).rejects.toMatchObject({ code: "EINVAL" });
  });
});

describe("processes", () => {
  test("have the hostile names they were given", async (context) => {
    requireLinux(context);
    await using keeper = await makeKeeper();
    const { pids } = await nameProcesses(keeper);
    expect([...pids.keys()]).toEqual(HOSTILE_COMMS.map(keptComm));
    for (const [comm, pid] of pids) expect(decodeText(readFileSync(`/proc/${pid}/comm`))).toBe(`${comm}\n`);
  });

  test.for([false, true])("come and go without a pause (namespaces: %s)", async (namespaces, context) => {
    if (namespaces) requireNamespaces(context, "user", "pid", "net", "ipc", "uts");
    requireLinux(context);
    await using keeper = await makeKeeper();
    const forks = () => Number(/^processes (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
    const { held } = await churn(keeper, { namespaces });
    const before = forks();
    await sleep(300);
    expect(forks() - before).toBeGreaterThan(20);
    await held.stop();
  });

  test("that are the kernel's are told by their flags", (context) => {
    requireLinux(context);
    const found = findKernelThread();
    if (found === undefined) return context.skip("no kernel thread is listed in this PID namespace");
    expect(readFileSync(`/proc/${found.pid}/cmdline`, "utf8")).toBe("");
    expect(found.ppid === 0 || found.ppid === 2).toBe(true);
  });
});

test("a descriptor that is left open is named", async (context) => {
  requireLinux(context);
  const server = createServer();
  await expect(expectNoLeak(() => new Promise<void>((resolve) => server.listen(0, resolve)))).rejects.toThrow(
    /opened: \[\d+ -> socket:/,
  );
  const open = countDescriptors();
  await new Promise((resolve) => server.close(resolve));
  expect(countDescriptors()).toBe(open - 1);
});
