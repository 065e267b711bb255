import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { requireLinux, requireProgram, run, runCli } from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Installation, install } from "./installation.js";

checkDescriptors();

let installation: Installation;
let document: string;
beforeAll(async () => {
  installation = install({ hasKoffi: false });
  document = (await runCli(["-f", "json", "--facts"])).stdout;
});
afterAll(() => installation[Symbol.dispose]());
beforeEach((context) => requireLinux(context));

const strace = (log: string): readonly string[] => ["strace", "-f", "-qq", "-e", "trace=open,openat", "-o", log];

/** The files of the command that a run opened, by their names. */
function openedFiles(log: string): readonly string[] {
  const paths = readFileSync(log, "utf8").matchAll(/open(?:at)?\([^"]*"([^"]*)"[^)]*\) = \d/g);
  return [...paths].map(([, path = ""]) => path);
}

describe("without koffi", () => {
  test.each(["text", "json", "dot", "mermaid"])("a saved document is drawn as %s", async (format) => {
    const { exitCode, stdout } = await run([process.execPath, installation.bin, "--from", "-", "-f", format], {
      input: document,
    });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("4026531837");
  });

  test("a document that is written again is the same, byte by byte", async () => {
    const { stdout } = await run([process.execPath, installation.bin, "--from", "-", "-f", "json"], {
      input: document,
    });
    expect(stdout).toBe(document);
  });

  test("this machine can't be read, and it is said what is missing", async () => {
    const { exitCode, stdout, stderr } = await run([process.execPath, installation.bin]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toMatch(/^ns-graph: koffi, .* could not be loaded/);
    expect(stderr).not.toContain("    at ");
  });
});

describe("what is loaded", () => {
  const log = (): string => join(installation.root, "strace.log");
  const chunks = (): readonly string[] => {
    const folder = join(installation.root, "node_modules/ns-graph/dist");
    return readdirSync(folder)
      .filter((name) => name.endsWith("js"))
      .map((name) => join(folder, name));
  };
  const chunkWith = (text: string): readonly string[] =>
    chunks().filter((path) => readFileSync(path, "utf8").includes(text));

  beforeEach((context) => requireProgram(context, "strace"));

  test("--version loads nothing but the file it starts with", async () => {
    const { stdout } = await run([process.execPath, installation.bin, "--version"], { through: strace(log()) });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(openedFiles(log()).filter((path) => path.startsWith(installation.root))).toEqual(
      expect.arrayContaining([installation.bin]),
    );
    expect(chunks().filter((path) => openedFiles(log()).includes(path))).toEqual([installation.bin]);
  });

  test("a saved document is drawn as text without the parts that read a machine, and without other renderers", async () => {
    const { exitCode } = await run([process.execPath, installation.bin, "--from", "-"], {
      through: strace(log()),
      input: document,
    });
    expect(exitCode).toBe(0);
    const opened = openedFiles(log());
    for (const foreign of ["ioctl_ns", "digraph"]) {
      const holders = chunkWith(foreign).filter((path) => opened.includes(path));
      expect({ foreign, holders }).toEqual({ foreign, holders: [] });
    }
    expect(chunkWith("digraph")).not.toEqual([]);
    expect(opened.filter((path) => path.includes("koffi"))).toEqual([]);
  });
});
