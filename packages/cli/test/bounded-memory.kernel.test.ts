import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLI_PATH, requireLinux, requireProgram, run, runCli } from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type MemoryGauge, makeMemoryGauge } from "./memory-gauge.js";

/*
 * Documents that are made while they are read, so that nothing of their size is there before the command has it. What
 * it took at most is the peak of its resident memory, as the kernel counts it (VmHWM of proc_pid_status(5)).
 */

checkDescriptors();

const MiB = 2 ** 20;
const GIGABYTE = "1000000000";

let folder: string;
let gauge: MemoryGauge;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ns-graph-memory-"));
  gauge = makeMemoryGauge(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach((context) => {
  requireLinux(context);
  requireProgram(context, "yes", "seq", "head", "tr");
});

/** Runs the command on what a shell command writes, and answers how it ended and its peak of memory in bytes. */
async function read(maker: string, values: readonly string[], args: readonly string[] = []) {
  // The maker's own end is of no interest: the command may be done before it has read everything.
  const script = `command=$1; shift; { ${maker}; } 2>/dev/null | eval "$command"`;
  const quoted = [process.execPath, ...gauge.nodeOptions, CLI_PATH, "--from", "-", ...args].map((word) => `'${word}'`);
  const { exitCode, stdout, stderr } = await run(["sh", "-c", script, "sh", quoted.join(" "), ...values], {
    env: gauge.env,
  });
  return { exitCode, stdout, stderr, peak: gauge.read() };
}

/** What a document begins with. */
const head = (member: string) => `{"format":"ns-graph","version":1,"tool":{"name":"n","version":"1"},${member}`;

/** A beginning, and then one thing again and again, a gigabyte of it. */
const ENDLESS = `printf %s "$1"; yes "$2" | tr -d '\\n' | head -c ${GIGABYTE}`;

test("the gauge counts what is there", async () => {
  const small = await read('printf "["', []);
  expect(small.exitCode).toBe(1);
  expect(small.peak).toBeGreaterThan(20 * MiB);
  expect(small.peak).toBeLessThan(120 * MiB);
});

describe("a gigabyte that is no document", () => {
  test.each([
    ["brackets", "", "[", /it begins with "\[", not with "\{"/, 120],
    ["brackets within a list", head('"problems":'), "[", /\/problems is nested more than 128 deep$/m, 120],
    ["blanks", "", "        ", /standard input is larger than 256 MiB$/m, 450],
    ["an unknown list", head('"later":[0'), ",123456789", /standard input has more than 8388608 values$/m, 400],
    ["an unknown string", head('"later":"'), "abcdefgh", /standard input is larger than 256 MiB$/m, 450],
    ["a number", head('"later":'), "1234567890", /standard input is larger than 256 MiB$/m, 450],
    ["a string", head('"host":{"hostname":"'), "abcdefgh", /standard input is larger than 256 MiB$/m, 450],
    ["escaped characters", head('"host":{"hostname":"'), "\\u00e9", /standard input is larger than 256 MiB$/m, 450],
  ])("%s: one clear error, within bounds", async (_name, begin, again, error, limit) => {
    const { exitCode, stdout, stderr, peak } = await read(ENDLESS, [begin, again]);
    expect(stderr).toMatch(error);
    expect(stderr).toMatch(/^ns-graph: standard input/);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(peak / MiB).toBeLessThan(limit);
  });
});

describe("10^6 entries", () => {
  const COUNT = 1_000_000;
  /** This machine's namespaces, a list of numbered entries, and what comes after its last. */
  const readMany = async (list: string, entry: string, after: string) => {
    const { stdout } = await runCli(["--quick", "--format", "json"]);
    const { format, version, tool, host, viewer, sources, namespaces } = JSON.parse(stdout);
    const begin = JSON.stringify({ format, version, tool, host, viewer, sources, complete: true, namespaces });
    const maker = `printf %s "$1"; seq -s , -f "$2" 1 ${COUNT}; printf %s "$3"`;
    const numbered = entry.replace("NET", viewer.namespaces.net);
    return read(maker, [`${begin.slice(0, -1)},"${list}":[`, numbered, after], ["--pids", "none"]);
  };

  test("of processes: drawn", async () => {
    const { exitCode, stdout, stderr, peak } = await readMany(
      "processes",
      '{"pid":%.0f,"namespaces":{"net":"NET"}}',
      '],"pins":[],"problems":[]}',
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^├── net:.* ${COUNT} processes$`, "m"));
    expect(peak / MiB).toBeLessThan(450);
  });

  test("of pins, and then nothing: said to be cut off", async () => {
    const { exitCode, stdout, stderr, peak } = await readMany(
      "pins",
      '{"kind":"fd","namespace":"NET","pid":%.0f,"fd":3}',
      "",
    );
    expect(stderr).toMatch(/^ns-graph: standard input is cut off at line 2, column 1, inside \/pins\/1000000$/m);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(peak / MiB).toBeLessThan(450);
  });
});
