import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Ran, requireLinux, requireProgram, run } from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { installPacked, type PackedInstallation, publicPackages, remove } from "./packed.js";

checkDescriptors();

const TYPESCRIPT = fileURLToPath(new URL("../../../node_modules/typescript/lib/tsc.js", import.meta.url));

let installation: PackedInstallation;
beforeAll(async () => {
  installation = await installPacked();
}, 240_000);
afterAll(() => remove(installation));
beforeEach((context) => {
  requireLinux(context);
  requireProgram(context, "npm", "npx");
  if (installation.impossible !== undefined) context.skip(installation.impossible);
});

function inside(...command: string[]): Promise<Ran> {
  return run(command, { cwd: installation.root });
}

const COMMAND = "node_modules/ns-graph/dist/bin.js";

/** What a user of the libraries writes: survey, build, draw, and read back. */
const CONSUMER = `
import { buildGraph, defaultOptions, type Chunks, type NamespaceGraph, NsGraphError, type Probe, survey } from "@ns-graph/graph";
import { createProbe } from "@ns-graph/sys";
import dot from "@ns-graph/render-dot";
import { jsonRenderer, readDocument } from "@ns-graph/render-json";
import text from "@ns-graph/render-text";
import * as mermaid from "@ns-graph/render-mermaid";
import * as svg from "@ns-graph/render-svg";
import * as testing from "@ns-graph/renderer-testing";

const probe: Probe = createProbe();
const graph: NamespaceGraph = buildGraph(survey(probe, { sources: ["process"] }));
probe.close();
using another = createProbe();
void another.types;
const surface = { color: false, columns: 80, unicode: true };
for (const renderer of [text, dot, jsonRenderer]) {
  const chunks: Chunks = renderer.render(graph, defaultOptions(renderer) as never, surface);
  void chunks;
}
export const typed: boolean = graph.complete;
export const failure: Error = new NsGraphError("NOT_LINUX", "x");
void [mermaid, svg, testing, readDocument];
`;

describe("installed from their tarballs", () => {
  test("every package brings its licence, its description and what it exports, and no source", () => {
    for (const { name } of publicPackages()) {
      const folder = join(installation.root, "node_modules", name);
      const files = readdirSync(folder);
      expect(files, name).toEqual(expect.arrayContaining(["LICENSE", "README.md", "dist", "package.json"]));
      expect(files, name).not.toContain("src");
    }
  });

  test("the command stays small, and needs nothing but koffi", () => {
    const folder = join(installation.root, "node_modules/ns-graph");
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { dependencies: object };
    expect(Object.keys(manifest.dependencies)).toEqual(["koffi"]);
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    const sizes = entries
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(800_000);
  });

  test("npx ns-graph --version", async () => {
    const { exitCode, stdout } = await inside("npx", "--no-install", "ns-graph", "--version");
    const version = publicPackages().find(({ name }) => name === "ns-graph")?.version;
    expect({ exitCode, stdout: stdout.trim() }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining(version ?? "?"),
    });
  });

  test("npx ns-graph --format json reads this machine", async () => {
    const { exitCode, stdout } = await inside("npx", "--no-install", "ns-graph", "--format", "json");
    expect(exitCode).toBe(0);
    const document = JSON.parse(stdout) as { format: string; namespaces: unknown[]; processes: { pid: number }[] };
    expect(document.format).toBe("ns-graph");
    expect(document.namespaces.length).toBeGreaterThanOrEqual(6);
    expect(document.processes.map(({ pid }) => pid)).toContain(process.pid);
  });

  test("every library can be imported", async () => {
    const libraries = publicPackages().filter(({ isLibrary }) => isLibrary);
    const names = JSON.stringify(libraries.map(({ name }) => name));
    const script = `for (const name of ${names}) console.log(name, Object.keys(await import(name)).length);`;
    const { exitCode, stdout, stderr } = await inside(process.execPath, "--input-type=module", "-e", script);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    for (const { name } of libraries) expect(stdout).toMatch(new RegExp(`^${name} [1-9]`, "m"));
  });

  test.each([
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ])("the types, with module %s and resolution %s", async (module, moduleResolution) => {
    const compilerOptions = { module, moduleResolution, target: "es2023", strict: true, noEmit: true, types: [] };
    writeFileSync(join(installation.root, "consumer.ts"), CONSUMER);
    writeFileSync(
      join(installation.root, "tsconfig.json"),
      JSON.stringify({ compilerOptions: { ...compilerOptions, lib: ["es2023"] }, files: ["consumer.ts"] }),
    );
    const { exitCode, stdout } = await inside(process.execPath, TYPESCRIPT, "-p", "tsconfig.json");
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
  });
});

describe.each(["darwin", "win32"])("on %s, which has no koffi that fits", (platform) => {
  const preload = (): string[] => {
    const file = join(installation.root, `${platform}.mjs`);
    writeFileSync(file, `Object.defineProperty(process, "platform", { value: ${JSON.stringify(platform)} });`);
    return [process.execPath, "--import", pathToFileURL(file).href];
  };
  /** Without koffi, as where its native part is missing. */
  async function withoutKoffi<T>(body: () => Promise<T>): Promise<T> {
    const [here, away] = ["koffi", ".koffi"].map((name) => join(installation.root, "node_modules", name));
    if (!existsSync(here as string)) throw new Error("koffi was not installed");
    renameSync(here as string, away as string);
    try {
      return await body();
    } finally {
      renameSync(away as string, here as string);
    }
  }

  test("the libraries are imported, and the probe says why it can't be had", async () => {
    const names = JSON.stringify(publicPackages().flatMap(({ name, isLibrary }) => (isLibrary ? [name] : [])));
    const script = `
      for (const name of ${names}) await import(name);
      const { createProbe } = await import("@ns-graph/sys");
      try { createProbe(); } catch (error) { console.log(error.name, error.code); }`;
    const { exitCode, stdout, stderr } = await withoutKoffi(() =>
      inside(...preload(), "--input-type=module", "-e", script),
    );
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: "NsGraphError NOT_LINUX\n", stderr: "" });
  });

  test("ns-graph says that it reads Linux's /proc, and that --from works", async () => {
    const { exitCode, stdout, stderr } = await withoutKoffi(() => inside(...preload(), COMMAND));
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain("/proc");
    expect(stderr).toContain("--from");
    expect(stderr).not.toContain("    at ");
  });

  test("--from does work", async () => {
    const document = join(installation.root, "host.json");
    if (!existsSync(document)) {
      const saved = await inside(process.execPath, COMMAND, "--format", "json", "--output", document);
      expect(saved.exitCode).toBe(0);
    }
    const { exitCode, stdout } = await withoutKoffi(() =>
      inside(...preload(), COMMAND, "--from", document, "--format", "dot"),
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain("digraph");
    expect(readFileSync(document, "utf8")).toContain('"ns-graph"');
  });
});
