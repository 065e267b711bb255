import { join } from "node:path";
import {
  holdForChildren,
  type Keeper,
  loseInit,
  makeKeeper,
  mountWithoutProcesses,
  nestPidNamespaces,
  outliveInit,
  outliveMainThread,
  type RealNamespace,
  requireNamespaces,
  run,
  runCli,
  startActor,
  waitingShell,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { describe, expect, test } from "vitest";
import { ask, naming } from "./offered-command.js";

checkDescriptors();

interface Made {
  readonly namespace: RealNamespace;
  /** What is said of its init in JSON, and in words. */
  readonly init: { readonly state: string; readonly pid?: number };
  readonly words: string;
  /** Why there is no way in; undefined where there is one. */
  readonly note?: RegExp;
  /** A file of it that setns(2) takes. */
  readonly file?: string;
}

const NO_MORE = "nothing can enter it or be born in it any more.";
const ENDED = /^No command is offered: its init has ended/;

const makers: Readonly<Record<string, (keeper: Keeper) => Promise<Made | undefined>>> = {
  "is alive": async (keeper) => {
    const held = await keeper.start(["unshare", "--pid", "--fork", ...waitingShell()]);
    const { pid } = held;
    const words = `The end of process ${pid}, its init, ends every process in it.`;
    return { namespace: held.namespace("pid"), init: { state: "alive", pid }, words };
  },
  "runs on after its main thread": async (keeper) => {
    const { held, namespace } = await outliveMainThread(keeper);
    const words = `The end of process ${held.pid}, its init, ends every process in it.`;
    return { namespace, init: { state: "alive", pid: held.pid }, words };
  },
  "is a zombie": async (keeper) => {
    const { initPid: pid, namespace } = await loseInit(keeper, "zombie");
    const words = `Process ${pid}, its init, has ended and was not reaped: ${NO_MORE}`;
    return { namespace, init: { state: "zombie", pid }, words, note: ENDED, file: `/proc/${pid}/ns/pid` };
  },
  "has ended and waits for a zombie": async (keeper) => {
    const { initPid: pid, namespace } = await loseInit(keeper, "ending");
    const words = `Process ${pid}, its init, has ended and stays until the last process in it is reaped: ${NO_MORE}`;
    return { namespace, init: { state: "ending", pid }, words, note: ENDED, file: `/proc/${pid}/ns/pid` };
  },
  "is gone": async (keeper) => {
    const { pid, namespace } = await outliveInit(keeper);
    const file = `/proc/${pid}/ns/pid_for_children`;
    const words = `Its init has ended: ${NO_MORE}`;
    return namespace && { namespace, init: { state: "gone" }, words, note: ENDED, file };
  },
  "is gone, as one below it tells": async (keeper) => {
    const { held, outer } = await mountNested(keeper);
    const words = `Its init has ended: ${NO_MORE}`;
    return {
      namespace: outer.namespace,
      init: { state: "gone" },
      words,
      note: ENDED,
      file: `/proc/${held.pid}/root${outer.path}`,
    };
  },
  "has not begun": async (keeper) => {
    const { pid, namespace } = await holdForChildren(keeper, "pid");
    const words = `It has had no process yet: the first child of process ${pid} becomes its init.`;
    return namespace && { namespace, init: { state: "not-begun" }, words, note: /it has had no process yet/ };
  },
  "is not there, as a mount tells": async (keeper) => {
    const { pidNamespace, pid } = await mountWithoutProcesses(keeper);
    const file = `/proc/${pid}/root${pidNamespace.path}`;
    const words = "It has no init: that has ended, or it has had no process yet.";
    return {
      namespace: pidNamespace.namespace,
      init: { state: "gone-or-not-begun" },
      words,
      note: /it has no init/,
      file,
    };
  },
  "is not there, as a descriptor tells": async (keeper) => {
    const held = await startActor(keeper);
    const inside = await keeper.start(["unshare", "--pid", "--fork", ...waitingShell()]);
    const fd = await held.open(`/proc/${inside.pid}/ns/pid`);
    const namespace = inside.namespace("pid");
    await inside.stop();
    const words = "It has no init: that has ended, or it has had no process yet.";
    const file = `/proc/${held.pid}/fd/${fd}`;
    return { namespace, init: { state: "gone-or-not-begun" }, words, note: /it has no init/, file };
  },
};

/** Bind-mounts two PID namespaces, one in the other, whose processes have ended. */
async function mountNested(keeper: Keeper) {
  const held = await startActor(keeper, { through: ["unshare", "--mount"] });
  const folder = join(keeper.directory, "nested");
  const { levels, processes, held: inside } = await nestPidNamespaces(keeper, { depth: 2 });
  await held.mount("tmpfs", keeper.directory);
  const mounted: { readonly path: string; readonly namespace: RealNamespace }[] = [];
  for (const [index, pid] of processes.entries()) {
    const path = `${folder}${index}`;
    await held.touch(path);
    await held.bindMount(`/proc/${pid}/ns/pid`, path);
    mounted.push({ path, namespace: levels[index] as RealNamespace });
  }
  await inside.stop();
  const [outer, inner] = mounted;
  if (outer === undefined || inner === undefined) throw new Error("there are fewer levels than two");
  return { held, outer, inner };
}

describe("the init of a PID namespace", () => {
  test.for(Object.entries(makers))("%s", async ([, make], context) => {
    requireNamespaces(context, "pid", "mnt", "user");
    await using keeper = await makeKeeper();
    const made = await make(keeper);
    if (made === undefined) return context.skip("this kernel says nothing of such a namespace");
    const { namespace, init, words, note, file } = made;
    const name = `pid:[${namespace.ino}]`;
    const answer = await ask(name);
    expect(answer).toMatchObject({ init, why: expect.stringContaining(words) });
    const text = (await runCli(["show", name])).stdout.replaceAll(/\s+/g, " ");
    expect(text).toContain(words);

    const document = (await runCli(["--format", "json"])).stdout;
    const found = JSON.parse(document).namespaces.find(({ id }: { id: string }) => id === namespace.id);
    expect(found.init).toEqual(init);
    // A document says the same, of itself and through one that was made of it.
    for (const input of [document, (await runCli(["show", name, "--format", "json"])).stdout]) {
      const read = await runCli(["show", name, "--format", "json", "--from", "-"], { input });
      const said = JSON.parse(read.stdout).answer;
      expect(said.init).toEqual(init);
      expect(said.why).toContain(words);
      expect(said.enterWith).toEqual(answer.enterWith);
      expect(said.enterNote).toEqual(answer.enterNote);
    }

    if (note === undefined) {
      const { stdout, stderr } = await run(naming(answer.enterWith ?? [], "readlink", "/proc/self/ns/pid"));
      expect(stdout.trim(), stderr).toBe(name);
      return;
    }
    expect(answer.enterWith).toBeUndefined();
    expect(answer.enterNote).toMatch(note);
    expect(text).toContain(answer.enterNote);
    expect(text).not.toContain("will start its children in it".repeat(init.state === "not-begun" ? 2 : 1));
    if (file !== undefined) {
      const { exitCode, stderr } = await run(["nsenter", `--pid=${file}`, "true"]);
      expect(exitCode).not.toBe(0);
      expect(stderr).toMatch(/Cannot allocate memory/);
    }
  });

  test("keeps anybody from entering its processes once it has ended", async (context) => {
    requireNamespaces(context, "pid");
    await using keeper = await makeKeeper();
    for (const left of ["ending", "zombie"] as const) {
      const { initPid } = await loseInit(keeper, left);
      const { enterWith, enterNote } = await ask(`${initPid}`);
      expect(enterWith).toBeUndefined();
      expect(enterNote).toMatch(/^No command is offered: the init of its pid namespace has ended/);
    }
  });

  test("is not known where a document has no processes and nothing else tells", async (context) => {
    requireNamespaces(context, "pid");
    await using keeper = await makeKeeper();
    const held = await keeper.start(["unshare", "--pid", "--fork", ...waitingShell()]);
    const name = `pid:[${held.namespace("pid").ino}]`;
    const input = (await runCli(["--format", "json", "--no-pids"])).stdout;
    const { stdout } = await runCli(["show", name, "--format", "json", "--from", "-", "--pids", "fold"], { input });
    expect(JSON.parse(stdout).answer.init).toEqual({ state: "not-known" });
    expect(JSON.parse(stdout).answer.why).toContain("Whether its init lives is not known.");
  });
});
