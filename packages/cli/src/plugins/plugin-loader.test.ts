import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createPluginLoader, type PluginSource } from "./plugin-loader.js";

/** What a bad renderer may take; a good one has all the time that it would have. */
const MILLISECONDS = 1000;

const renderer = (render: string, more = "") => `export default {
  name: "mine", summary: "a test", mediaType: "text/plain", extension: "txt", flags: {},
  needs: () => [], render: ${render}, ${more}
};`;

let root: string;
let program: string;
let cwd: string;
let serial = 0;

beforeAll(() => {
  // Where everybody can write, nothing would be trusted.
  root = realpathSync(mkdtempSync(join(homedir(), ".ns-graph-plugins-")));
  program = join(root, "node_modules/ns-graph/dist/bin.js");
  cwd = join(root, "cwd");
  mkdirSync(cwd);
  mkdirSync(join(root, "node_modules/ns-graph/dist"), { recursive: true });
  writeFileSync(program, "");
});
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => {
  rmSync(join(root, "node_modules/@ns-graph"), { recursive: true, force: true });
  rmSync(join(root, "node_modules/ns-graph-render-mine"), { recursive: true, force: true });
});

function loader(overrides: Partial<PluginSource> = {}) {
  return createPluginLoader({
    program,
    cwd,
    importModule: (url) => import(/* @vite-ignore */ url),
    warn: () => undefined,
    resolvePackage: async (name) => pathToFileURL(join(root, "node_modules", name, `index${serial}.mjs`)).href,
    ...overrides,
  });
}

function install(name: string, code: string): string {
  const folder = join(root, "node_modules", name);
  mkdirSync(folder, { recursive: true });
  // A module is loaded once a process: each gets a name of its own.
  writeFileSync(join(folder, `index${++serial}.mjs`), code);
  return folder;
}

describe("installed renderers", () => {
  test.each(["@ns-graph/render-mine", "ns-graph-render-mine"])("%s is found by its short name", async (name) => {
    install(name, renderer('function* () { yield "x"; }'));
    const format = await loader().loadPackage("mine");
    expect(format).toMatchObject({ origin: name, renderer: { name: "mine" } });
    expect(await loader().names()).toEqual(["mine"]);
  });

  test("a renderer may be exported by name", async () => {
    install("ns-graph-render-mine", renderer('() => ["x"]').replace("default", "const renderer ="));
    expect(await loader().loadPackage("mine")).toMatchObject({ renderer: { name: "mine" } });
  });

  test("what is not installed is not there", async () => {
    expect(await loader().loadPackage("other")).toBeUndefined();
    expect(await loader().names()).toEqual([]);
  });

  test("a name is never looked for in the working directory", async () => {
    mkdirSync(join(cwd, "node_modules/ns-graph-render-mine"), { recursive: true });
    writeFileSync(join(cwd, "node_modules/ns-graph-render-mine/index.mjs"), renderer('() => ["x"]'));
    expect(await loader().loadPackage("mine")).toBeUndefined();
    expect(await loader().names()).toEqual([]);
  });

  test("a directory that everybody can write to is refused before anything of it is loaded", async () => {
    const folder = install("ns-graph-render-mine", "globalThis.isLoaded = true; export default 1;");
    chmodSync(folder, 0o777);
    const failure = loader().loadPackage("mine");
    await expect(failure).rejects.toMatchObject({ code: "BAD_RENDERER" });
    await expect(failure).rejects.toThrow(`ns-graph-render-mine is not loaded: everybody can write to ${folder}`);
    expect(globalThis).not.toHaveProperty("isLoaded");
  });

  test("so is one behind a link, and one that belongs to somebody else", async (context) => {
    if (process.geteuid?.() !== 0) context.skip("only root can give a directory away");
    const elsewhere = join(root, "elsewhere");
    mkdirSync(elsewhere, { recursive: true });
    chownSync(elsewhere, 65534, 65534);
    symlinkSync(elsewhere, join(root, "node_modules/ns-graph-render-mine"));
    await expect(loader().loadPackage("mine")).rejects.toThrow(`${elsewhere} belongs to uid 65534`);
  });
});

describe("the names of installed renderers", () => {
  const inModules = (...names: string[]) => join(root, "node_modules", ...names);
  const made: string[] = [];
  const put = (folder: string): string => {
    mkdirSync(folder, { recursive: true });
    made.push(folder);
    return folder;
  };
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  test.each(['x"; id>pwned; "', "$(id)", "a b", "a\nb", "\u001b[31m", "-x", "", "é", ".x", "a".repeat(230)])(
    "a package called ns-graph-render-%j is one only if --format could name it",
    async (name) => {
      put(inModules(`ns-graph-render-${name}`));
      put(inModules(`@ns-graph/render-${name}`));
      expect(await loader().names()).toEqual(name.startsWith("aaa") ? [name] : []);
      expect(await loader().refusals()).toEqual([]);
    },
  );

  test("what is not loaded has no name, and the reason is told", async () => {
    const open = put(inModules("ns-graph-render-open"));
    chmodSync(open, 0o777);
    put(inModules("@ns-graph/render-good"));
    expect(await loader().names()).toEqual(["good"]);
    const refusals = await loader().refusals();
    expect(refusals.map(({ message }) => message)).toEqual([
      `ns-graph-render-open is not loaded: everybody can write to ${open}, so its code could be anybody's`,
    ]);
  });

  test("nor has what lies in a folder that others can write to, however much there is", async () => {
    const modules = put(join(root, "node_modules/ns-graph/node_modules"));
    for (let i = 0; i < 100; i++) put(join(modules, `ns-graph-render-x${i}`));
    put(join(modules, "@ns-graph/render-y"));
    chmodSync(modules, 0o777);
    expect(await loader().names()).toEqual([]);
    const refusals = await loader().refusals();
    expect(refusals.map(({ message }) => message)).toEqual([
      `no render-* in ${modules}/@ns-graph is loaded: everybody can write to ${modules}, so its code could be anybody's`,
      `no ns-graph-render-* in ${modules} is loaded: everybody can write to ${modules}, so its code could be anybody's`,
    ]);
    await expect(loader().loadPackage("x1")).rejects.toThrow(`is not loaded: everybody can write to ${modules}`);
    await expect(loader().loadPackage("y")).rejects.toThrow("is not loaded: ");
  });

  test("nor has a link that leads nowhere or round in a circle", async () => {
    for (const [name, target] of [
      ["loop", "ns-graph-render-loop"],
      ["gone", "nowhere"],
    ] as const) {
      symlinkSync(target, inModules(`ns-graph-render-${name}`));
      made.push(inModules(`ns-graph-render-${name}`));
    }
    expect(await loader().names()).toEqual([]);
    expect(await loader().loadPackage("loop")).toBeUndefined();
  });
});

describe("a renderer that is not good", () => {
  test.each([
    ["can't be parsed", "export default {", "ns-graph-render-mine could not be loaded: Unexpected end of input ("],
    [
      "names an unknown fact",
      renderer('() => ["x"]').replace("[]", '["statuss"]'),
      'is not a renderer: its needs answers "statuss", which is no fact. Did you mean "status"?',
    ],
    [
      "names a fact that is none",
      renderer('() => ["x"]').replace("[]", "[5]"),
      "its needs answers a number, which is no",
    ],
    ["throws when it is loaded", 'throw new Error("no");', "ns-graph-render-mine could not be loaded: no"],
    ["never finishes loading", "await new Promise(() => {}); export default 1;", "does not come to an end"],
    ["exports nothing", "export {};", "ns-graph-render-mine is not a renderer: it has neither a default export"],
    ["exports something else", "export default 5;", "ns-graph-render-mine is not a renderer: it is a number"],
    ["throws", renderer('() => { throw new Error("no"); }'), 'failed: it throws "no"'],
    ["throws in needs", renderer('() => ["x"]').replace("() => []", "() => { throw 5; }"), 'failed: it throws "5"'],
    ["has needs that are none", renderer('() => ["x"]').replace("() => []", "() => 5"), "its needs answers a number"],
    ["yields nothing", renderer("() => []"), "failed: it yields nothing"],
    ["yields numbers", renderer("() => [1]"), "failed: it yields a number"],
    ["loops", renderer("() => { for (;;); }"), "does not come to an end"],
    ["loops between two chunks", renderer('function* () { yield "x"; for (;;); }'), "does not come to an end"],
    ["yields for ever", renderer('function* () { for (;;) yield "x"; }'), "does not come to an end"],
    ["yields empty chunks for ever", renderer('function* () { for (;;) yield ""; }'), "does not come to an end"],
    ["yields for ever, later", renderer('async function* () { for (;;) yield "x"; }'), "does not come to an end"],
    [
      "yields empty chunks for ever",
      renderer('async function* () { for (;;) { await new Promise((r) => setTimeout(r, 1)); yield ""; } }'),
      "does not come to an end",
    ],
    [
      "never settles",
      renderer("() => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) })"),
      "does not come to an end",
    ],
  ])("is named where it %s", async (_name, code, message) => {
    install("ns-graph-render-mine", code);
    const failure = loader({ milliseconds: MILLISECONDS }).loadPackage("mine");
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toThrow("mine");
  });
});

describe("modules that a user names", () => {
  test("are found by their path, relative to the working directory", async () => {
    writeFileSync(join(cwd, "mine.mjs"), renderer('() => ["x"]'));
    for (const path of ["./mine.mjs", "mine.mjs", join(cwd, "mine.mjs"), pathToFileURL(join(cwd, "mine.mjs")).href]) {
      expect(await loader().loadModule(path)).toMatchObject({ origin: path, renderer: { name: "mine" } });
    }
  });

  test.each([
    ["./nothing.mjs", 'there is no module "./nothing.mjs"'],
    ["@ns-graph/render-svg", 'there is no module "@ns-graph/render-svg". Did you mean "svg"?'],
    [".", '"." is a directory, not the module of a renderer'],
  ])("%s", async (path, message) => {
    await expect(loader().loadModule(path)).rejects.toThrow(message);
  });
});
