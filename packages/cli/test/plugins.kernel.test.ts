import { spawn } from "node:child_process";
import { chmodSync, cpSync, lchownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asUser, requireLinux, requireProgram, requireRoot, run } from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Installation, install, rendererSource } from "./installation.js";

checkDescriptors();

const HELLO = rendererSource('() => ["hello\\n"]');

let installation: Installation;
beforeAll(() => {
  installation = install({ hasKoffi: true });
});
afterAll(() => installation[Symbol.dispose]());
beforeEach((context) => requireLinux(context));

function draw(name: string, env: Readonly<Record<string, string>> = {}, cwd = installation.root) {
  return run([process.execPath, installation.bin, "--quick", "--format", name], { env, cwd, timeout: 40_000 });
}

describe("renderers beside the command", () => {
  test.each(["@ns-graph/render-one", "ns-graph-render-two"])("%s is found by its short name", async (name) => {
    installation.addPackage(name, HELLO);
    const short = name.replace(/^.*render-/, "");
    expect(await draw(short)).toMatchObject({ exitCode: 0, stdout: "hello\n" });
    const { stdout } = await run([process.execPath, installation.bin, "--list-formats"]);
    expect(stdout).toContain(`${short}  a test (${name})\n`);
  });

  test("a module is found by its path", async () => {
    writeFileSync(join(installation.root, "mine.mjs"), HELLO);
    expect(await draw("./mine.mjs")).toMatchObject({ exitCode: 0, stdout: "hello\n" });
  });

  test("nothing is loaded by a bare name from the working directory, NODE_PATH or the home directory", async () => {
    const elsewhere = join(installation.root, "elsewhere");
    const stolen = 'process.stdout.write("stolen"); export default 1;';
    for (const folder of ["node_modules", ".node_modules", ".node_libraries", "."]) {
      const place = join(elsewhere, folder, "ns-graph-render-bait");
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, "package.json"), '{"type":"module","exports":"./index.js"}');
      writeFileSync(join(place, "index.js"), stolen);
    }
    const env = { HOME: elsewhere, NODE_PATH: join(elsewhere, "node_modules") };
    const { exitCode, stdout, stderr } = await draw("bait", env, elsewhere);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain('no format is called "bait"');
  });

  test.each([".node_modules", ".node_libraries", "path"])(
    "nor is what a package beside the command requires and has not got (%s)",
    async (folder) => {
      const elsewhere = join(installation.root, "elsewhere");
      const place = join(elsewhere, folder, "bait-dependency");
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, "index.js"), 'process.stdout.write("stolen");');
      installation.addPackage(
        "ns-graph-render-needy",
        'import { createRequire } from "node:module"; createRequire(import.meta.url)("bait-dependency");',
      );
      const env = { HOME: elsewhere, NODE_PATH: join(elsewhere, "path") };
      const { exitCode, stdout, stderr } = await draw("needy", env, elsewhere);
      rmSync(join(elsewhere, folder), { recursive: true });
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
      expect(stderr).toContain("Cannot find module 'bait-dependency'");
    },
  );

  test("a link of somebody else is no way to a package", async (context) => {
    requireRoot(context);
    const folder = installation.addPackage("ours", HELLO);
    const link = join(installation.root, "node_modules/ns-graph-render-linked");
    symlinkSync(folder, link);
    expect(await draw("linked")).toMatchObject({ exitCode: 0, stdout: "hello\n" });
    lchownSync(link, 65533, 65533);
    const { exitCode, stdout, stderr } = await draw("linked");
    rmSync(link);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(`ns-graph-render-linked is not loaded: ${link} belongs to uid 65533`);
  });

  test("what everybody can write to is not loaded", async () => {
    const folder = installation.addPackage("ns-graph-render-open", 'process.stdout.write("stolen"); export default 1;');
    chmodSync(folder, 0o777);
    const { exitCode, stdout, stderr } = await draw("open");
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(`ns-graph-render-open is not loaded: everybody can write to ${folder}`);
  });

  test.each(["a file in it", "a folder in it", "a package that it needs", "what a link in it leads to"])(
    "nor is a package where everybody can write to %s",
    async (what) => {
      const folder = installation.addPackage(
        "ns-graph-render-deep",
        'process.stdout.write("stolen"); export default 1;',
      );
      const needed = installation.addPackage("needed", "export default 1;");
      const dependencies = { needed: "1", missing: "1" };
      writeFileSync(
        join(folder, "package.json"),
        JSON.stringify({ name: "deep", type: "module", exports: "./index.js", dependencies }),
      );
      mkdirSync(join(folder, "lib"), { recursive: true });
      writeFileSync(join(folder, "lib/x.js"), "");
      const elsewhere = join(installation.root, "elsewhere.js");
      writeFileSync(elsewhere, "");
      symlinkSync(elsewhere, join(folder, "lib/link.js"));
      const open = {
        "a file in it": join(folder, "lib/x.js"),
        "a folder in it": join(folder, "lib"),
        "a package that it needs": join(needed, "index.js"),
        "what a link in it leads to": elsewhere,
      }[what];
      chmodSync(open ?? "", 0o777);
      const { exitCode, stdout, stderr } = await draw("deep");
      rmSync(folder, { recursive: true });
      rmSync(needed, { recursive: true });
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
      expect(stderr).toContain(`ns-graph-render-deep is not loaded: everybody can write to ${open}`);
    },
  );
});

test("a folder above the command in which somebody else can write names no format, and is told of", async (context) => {
  requireRoot(context);
  requireProgram(context, "setpriv");
  const shared = mkdtempSync(join(tmpdir(), "ns-graph-shared-"));
  chmodSync(shared, 0o1777);
  try {
    const app = join(shared, "app");
    cpSync(join(installation.root, "node_modules"), join(app, "node_modules"), { recursive: true });
    const names = ['x"; id>pwned; "', "$(id>pwned)", "`id>pwned`", "fine", "dott"];
    const places = names.flatMap((name) => [`ns-graph-render-${name}`, `@ns-graph/render-${name}`]);
    const folders = places.map((name) => join(shared, "node_modules", name));
    expect(await run(["mkdir", "-p", "--", ...folders], { through: asUser() })).toMatchObject({ exitCode: 0 });
    const ran = (...args: string[]) => run([process.execPath, join(app, "node_modules/ns-graph/dist/bin.js"), ...args]);
    for (const shell of ["bash", "zsh", "fish"]) {
      const { stdout, exitCode } = await ran("completion", shell);
      expect({ exitCode, isClean: !/pwned|\bfine\b|\bdott\b/.test(stdout) }).toEqual({ exitCode: 0, isClean: true });
      expect(stdout).toMatch(/\bmermaid\b/);
    }
    const unknown = await ran("--format", "dottt");
    expect(unknown.stderr).not.toMatch(/pwned|fine|"dott"/);
    const { stdout, stderr, exitCode } = await ran("--list-formats");
    expect(exitCode).toBe(0);
    expect(stdout + stderr).not.toMatch(/pwned|fine|dott/);
    expect(stderr).toContain(`no ns-graph-render-* in ${shared}/node_modules is loaded: `);
    expect(stderr).toContain("belongs to uid 65534");
    expect((await ran("--format", "fine")).stderr).toContain("@ns-graph/render-fine is not loaded: ");
  } finally {
    rmSync(shared, { recursive: true });
  }
});

describe("what is wrong with a module is said in few words, and where", () => {
  const syntax = "const a = 1;\n\nconst b = ;\n";
  const compiled =
    '"use strict"; Object.defineProperty(exports, "__esModule", { value: true }); exports.default = { name: "mine" };';
  const node = `It has to be JavaScript that Node.js ${process.versions.node} can read.`;

  test.each([
    [
      "an unknown fact",
      "fact.mjs",
      HELLO.replace("needs: () => []", 'needs: () => ["comand"]'),
      /^ns-graph: \.\/fact\.mjs is not a renderer: its needs answers "comand", which is no fact\n {10}The facts are status, /,
    ],
    [
      "a name that --format can't take",
      "name.mjs",
      HELLO.replace('"mine"', '"my format"'),
      /^ns-graph: \.\/name\.mjs is not a renderer: its name is "my format", not letters, digits, dashes and underscores, .*\n {10}A renderer is an object with name, /,
    ],
    [
      "a module compiled to CommonJS",
      "compiled.cjs",
      compiled,
      /^ns-graph: \.\/compiled\.cjs is not a renderer: it is an ES module that was compiled to CommonJS.*\n {10}Compile it as an ES module: "module": "nodenext"/,
    ],
    [
      "a syntax error",
      "syntax.mjs",
      syntax,
      `ns-graph: ./syntax.mjs could not be loaded: Unexpected token ';' (ROOT/syntax.mjs, line 3)\n          ${node}\n`,
    ],
    [
      "a syntax error in CommonJS",
      "syntax.cjs",
      syntax,
      `ns-graph: ./syntax.cjs could not be loaded: Unexpected token ';' (ROOT/syntax.cjs, line 3)\n          ${node}\n`,
    ],
    [
      "an error when it is loaded",
      "throws.mjs",
      'throw new Error("no");',
      "ns-graph: ./throws.mjs could not be loaded: no\n          NS_GRAPH_DEBUG=1 prints where that happened.\n",
    ],
  ])("%s", async (_what, file, code, expected) => {
    writeFileSync(join(installation.root, file), code);
    const { exitCode, stdout, stderr } = await draw(`./${file}`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    if (typeof expected === "string") expect(stderr).toBe(expected.replace("ROOT", installation.root));
    else expect(stderr).toMatch(expected);
    expect(stderr).not.toContain("    at ");
  });

  test("a module that is not there is wrong usage", async () => {
    const { exitCode, stdout, stderr } = await draw("./nothing.js");
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(
      /^ns-graph: there is no module "\.\/nothing\.js"\.\n {10}With a slash or a dot in it, --format is/,
    );
    expect(stderr).not.toContain("    at ");
  });
});

describe("renderers that fail only on a real graph", () => {
  const onlyReal = (rest: string) =>
    rendererSource(`async function* (graph) { yield "begun\\n"; if (graph.namespaces().length > 0) { ${rest} } }`);

  test.each([
    ["throws", 'throw new Error("no");', 'it throws "no"'],
    ["yields a number", "yield 5;", "it yields a number"],
    ["waits for ever", "await new Promise(() => {});", "it waits for something that never comes"],
  ])("one that %s is named, and its file is not there", async (_name, code, how) => {
    writeFileSync(join(installation.root, "bad.mjs"), onlyReal(code));
    const output = join(installation.root, "out");
    const { exitCode, stderr, stdout } = await run(
      [process.execPath, installation.bin, "--quick", "-f", "./bad.mjs", "-o", output],
      { cwd: installation.root },
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(`ns-graph: the renderer mine (./bad.mjs) failed: ${how}`);
    expect(stderr).not.toContain("    at ");
    const { stdout: listing } = await run(["ls", "-A", installation.root]);
    expect(listing).not.toMatch(/^out$|\.tmp$/m);
  });

  test("one that leaves a timer behind does not keep the command from ending", async () => {
    writeFileSync(join(installation.root, "timer.mjs"), onlyReal("setInterval(() => {}, 1000);"));
    expect(await draw("./timer.mjs")).toMatchObject({ exitCode: 0, stdout: "begun\n", signal: null });
  });

  test.each([
    ["on nothing at all", rendererSource("() => { for (;;); }"), "drawing a graph without namespaces does not come"],
    ["when it is loaded", "for (;;);", "./loop.mjs is not a renderer: loading it does not come to an end"],
  ])("one that loops for ever %s is given up", async (_when, code, how) => {
    writeFileSync(join(installation.root, "loop.mjs"), code);
    const { exitCode, stderr, stdout } = await draw("./loop.mjs");
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(how);
  });

  test("one that loops for ever on a real graph is named after a while, and Ctrl-C ends it", async () => {
    writeFileSync(join(installation.root, "loop.mjs"), onlyReal("for (;;);"));
    const child = spawn(process.execPath, [installation.bin, "--quick", "-f", "./loop.mjs"], {
      cwd: installation.root,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = new Promise((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
    const said = await new Promise((resolve) => child.stderr.once("data", (text: Buffer) => resolve(String(text))));
    expect(said).toBe(
      "ns-graph: the renderer mine (./loop.mjs) has been drawing for 10 s. If it never ends: Ctrl-C ends it.\n",
    );
    child.kill("SIGINT");
    expect(await ended).toBe("SIGINT");
    child.stderr.destroy();
  });

  test.each([
    ["when it is loaded", "process.exit(0);", "./exit.mjs is not a renderer: it ends the program when it is tried"],
    ["on nothing at all", rendererSource("() => process.exit(0)"), "it ends the program when it is tried"],
    ["on a real graph", onlyReal("process.exit(0);"), "failed: it ends the program before all is drawn"],
  ])("one that ends the program %s is named, and the exit status tells", async (_when, code, how) => {
    writeFileSync(join(installation.root, "exit.mjs"), code);
    const { exitCode, stderr } = await draw("./exit.mjs");
    expect(exitCode).toBe(1);
    expect(stderr).toContain(how);
  });

  test("one whose parts throw when they are looked at is named", async () => {
    const code = `export default { get name() { throw new Error("no\\u001b[31m"); } };`;
    writeFileSync(join(installation.root, "getter.mjs"), code);
    const { exitCode, stderr } = await draw("./getter.mjs");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^ns-graph: \.\/getter\.mjs is not a renderer: looking at it throws "no/);
    expect(stderr).not.toContain("\u001b");
  });
});
