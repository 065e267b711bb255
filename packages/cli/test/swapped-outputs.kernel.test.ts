import { spawn } from "node:child_process";
import { lstatSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { asUser, findProgram } from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { describe, expect, test } from "vitest";
import { openOutput } from "../src/output/file-sink.js";
import type { Sink } from "../src/output/sink.js";
import { base, draw, makePlaces, PLANTER, snapshot, sticky, theirs, victims } from "./planted-places.js";

checkDescriptors();
makePlaces();

/** Puts one thing after the other at a path for some seconds, reads what comes through its pipe, and tells it. */
const SWAPPER = `
  const fs = require("node:fs");
  const { execFileSync } = require("node:child_process");
  const [target, victims, milliseconds] = process.argv.slice(1);
  const store = fs.mkdtempSync(process.cwd() + "/store-");
  const at = (name) => store + "/" + name;
  process.umask(0);
  execFileSync("mkfifo", [at("heard"), at("silent")]);
  const { O_RDWR, O_NONBLOCK } = fs.constants;
  const pipe = fs.openSync(at("heard"), O_RDWR | O_NONBLOCK);
  const makers = {
    file: (path) => fs.writeFileSync(path, "planted"),
    heard: (path) => fs.linkSync(at("heard"), path),
    silent: (path) => fs.linkSync(at("silent"), path),
    root: (path) => fs.symlinkSync(victims + "/root", path),
    third: (path) => fs.symlinkSync(victims + "/third", path),
    nowhere: (path) => fs.symlinkSync(victims + "/new", path),
    device: (path) => fs.symlinkSync(victims + "/null", path),
    way: (path) => fs.symlinkSync(victims, path),
    folder: (path) => fs.mkdirSync(path),
    nothing: () => {},
  };
  const names = Object.keys(makers);
  const buffer = Buffer.alloc(65536);
  let leaked = 0;
  const attempt = (work) => { try { return work(); } catch { return undefined; } };
  fs.writeSync(1, "ready\\n");
  const end = Date.now() + Number(milliseconds);
  for (let i = 0, count = 0; Date.now() < end; i++) {
    const made = at("made" + count++);
    attempt(() => makers[names[i % names.length]](made));
    // Whatever is there goes away, where that is allowed, and the new thing takes its place.
    attempt(() => fs.renameSync(target, at("gone" + count++)));
    attempt(() => fs.renameSync(made, target));
    leaked += attempt(() => fs.readSync(pipe, buffer)) ?? 0;
    // Now and then there is time to get through.
    if (i % 7 === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3);
  }
  // Whoever waits for a reader of the other pipe has one now.
  const silent = fs.openSync(at("silent"), O_RDWR | O_NONBLOCK);
  setTimeout(() => {
    for (const fd of [pipe, silent]) leaked += attempt(() => fs.readSync(fd, buffer)) ?? 0;
    for (const name of fs.readdirSync(store)) {
      const path = at(name);
      const stat = attempt(() => fs.lstatSync(path));
      if (stat?.isFile()) leaked += attempt(() => fs.readFileSync(path, "utf8").includes("ns-graph") ? 1 : 0) ?? 0;
    }
    fs.writeSync(1, "leaked " + leaked + "\\n");
  }, 500);
`;

describe("somebody who puts one thing after the other in the way", () => {
  /** Starts them; they end by themselves. */
  async function startSwapper(where: string, target: string, milliseconds: number) {
    const node = ["-e", SWAPPER, "--", target, victims, String(milliseconds)];
    const child = spawn(findProgram("setpriv") ?? "", [...asUser(PLANTER).slice(1), process.execPath, ...node], {
      cwd: where,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let printed = "";
    const ended = new Promise<string>((resolve) => child.once("close", () => resolve(printed)));
    await new Promise<void>((resolve, reject) => {
      child.stdout.on("data", (chunk) => {
        printed += chunk;
        if (printed.includes("ready\n")) resolve();
      });
      child.once("close", () => reject(new Error(`it ended: ${printed}`)));
    });
    return { ended, isRunning: () => child.exitCode === null && child.signalCode === null };
  }

  /** Writes within this process. */
  async function attempt(path: string): Promise<"done" | "refused"> {
    let sink: Sink | undefined;
    try {
      sink = openOutput(path);
      await sink.write('{"format":"ns-graph"}');
      await sink.close();
      return "done";
    } catch (error) {
      sink?.abort();
      expect(error).toMatchObject({ code: "WRITE_FAILED" });
      return "refused";
    }
  }

  /** What is root's in a sticky folder nobody else can take away. */
  function removeOwn(path: string): void {
    if (lstatSync(path, { throwIfNoEntry: false })?.uid === 0) rmSync(path);
  }

  /** Every file with a graph in it is root's, and root's alone to read. */
  function expectNothingReadable(): void {
    for (const name of readdirSync(base, { recursive: true, encoding: "utf8" })) {
      const stat = lstatSync(join(base, name));
      if (!stat.isFile() || !readFileSync(join(base, name), "utf8").includes("ns-graph")) continue;
      expect({ name, uid: stat.uid, mode: stat.mode & 0o777 }).toEqual({ name, uid: 0, mode: 0o600 });
    }
  }

  const WHERE = [
    ["in a sticky folder", () => sticky, () => join(sticky, "out"), () => join(sticky, "out")],
    ["in a folder of theirs", () => theirs, () => join(theirs, "out"), () => join(theirs, "out")],
    ["in the way to the folder", () => theirs, () => join(theirs, "way"), () => join(theirs, "way/root")],
  ] as const;

  test.each(WHERE)("%s: nothing is handed over, nothing of others changes, and no run waits", async (...row) => {
    const [, where, target, path] = row;
    const before = snapshot(victims);
    const DURATION = 6_000;
    const swapper = await startSwapper(where(), target(), DURATION);
    const start = Date.now();
    const outcomes = { done: 0, refused: 0 };
    // Within this process many more can be tried than by starting the command; only a reader of a pipe would end a wait.
    while (Date.now() - start < DURATION - 2_000) {
      outcomes[await attempt(path())]++;
      if (where() === sticky) removeOwn(path());
    }
    expect(Date.now() - start, "no attempt waited").toBeLessThan(DURATION - 1_000);
    while (swapper.isRunning() && Date.now() - start < DURATION - 500) {
      const { exitCode, signal, stderr } = await draw(path());
      expect({ signal, isKnown: exitCode === 0 || exitCode === 1 }).toEqual({ signal: null, isKnown: true });
      expect(stderr).not.toContain("    at ");
      if (where() === sticky) removeOwn(path());
    }
    expect(await swapper.ended).toBe("ready\nleaked 0\n");
    expect(outcomes.refused).toBeGreaterThan(100);
    expect(outcomes.done).toBeGreaterThan(0);
    expect(snapshot(victims)).toEqual(before);
    expectNothingReadable();
  });
});
