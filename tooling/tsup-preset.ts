import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Options } from "tsup";

const shared: Options = {
  entry: ["src/index.ts"],
  format: "esm",
  target: "node20",
  platform: "node",
  clean: true,
  // tsup 8 would turn `node:fs` into `fs`.
  removeNodeProtocol: false,
};

/** A published package: one entry with its types; what it depends on stays outside. */
export function library(overrides: Options = {}) {
  return defineConfig({
    ...shared,
    // The types build of tsup 8 sets `baseUrl`, which TypeScript 6 calls deprecated.
    dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
    ...overrides,
  });
}

function programOptions(entry: string[], bundled: string[]): Options {
  return {
    ...shared,
    entry,
    splitting: true,
    noExternal: bundled,
    // It finds its native part beside itself, so it stays where it is installed.
    external: ["koffi"],
    esbuildOptions(options) {
      options.conditions = ["@ns-graph/source"];
    },
  };
}

/**
 * A program: its entries with the named workspace packages inside, so that starting it reads few files.
 * What it imports dynamically becomes a chunk of its own.
 */
export function program(entry: string[], bundled: string[] = []) {
  return defineConfig(programOptions(entry, bundled));
}

type EsbuildPlugin = NonNullable<Options["esbuildPlugins"]>[number];
type Esbuild = Parameters<EsbuildPlugin["setup"]>[0]["esbuild"];

/**
 * Exports as properties that hold values: esbuild makes a getter of each, which is called at each use. They are set when all
 * of a chunk has run, so chunks may not import each other in a circle; `refuseCircles` looks.
 */
function exportPlainly(_statement: string, names: string): string {
  return `module.exports = {${names.replaceAll(/([\w$]+) as ([\w$]+)/g, "$2: $1")}};`;
}

/** @throws Error where chunks in a folder import each other in a circle when they are loaded. */
function refuseCircles(folder: string): void {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) throw new Error(`chunks import each other: ${[...path, file].join(" → ")}`);
    if (done.has(file)) return;
    const code = readFileSync(join(folder, file), "utf8");
    for (const [, next = ""] of code.matchAll(/^(?:var \S+ = )?(?:__toESM\()?require\("\.\/([^"]+)"\)/gm))
      visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of readdirSync(folder)) if (file.endsWith(".js")) visit(file, []);
}

/**
 * Takes out the blanks that only a reader of the source needs, a fifth of what is installed. Names stay, and lines are
 * short enough for a stack trace to point at something.
 */
async function tighten(esbuild: Esbuild, folder: string): Promise<void> {
  for (const file of readdirSync(folder)) {
    if (!file.endsWith(".js")) continue;
    const path = join(folder, file);
    const options = { minifyWhitespace: true, lineLimit: 120, platform: "node", target: "node20" } as const;
    const { code } = await esbuild.transform(readFileSync(path, "utf8"), options);
    writeFileSync(path, code);
  }
}

/**
 * A program that people start by hand, as CommonJS: Node 20 loads a module and its imports of `node:` several times as
 * slowly. esbuild cuts only modules into chunks, so the chunks are converted. What `modules` names stays a module,
 * because it uses what only modules have.
 */
export function command(entry: string[], bundled: string[], modules: string[]) {
  let esbuild: Esbuild;
  const keepModules: EsbuildPlugin = {
    name: "keep-modules",
    setup(build) {
      esbuild = build.esbuild;
      build.onResolve({ filter: new RegExp(`^\\./(${modules.join("|")})\\.js$`) }, ({ path }) => ({
        path: path.replace(/js$/, "mjs"),
        external: true,
      }));
    },
  };
  return defineConfig({
    ...programOptions(entry, bundled),
    esbuildPlugins: [keepModules],
    plugins: [
      {
        name: "commonjs",
        async renderChunk(module) {
          const here = 'require("node:url").pathToFileURL(__filename).href';
          const lazy = module
            .replaceAll(/\bimport\("(\.\/[^"]+\.js)"\)/g, 'Promise.resolve().then(() => require("$1"))')
            .replaceAll("import.meta.filename", "__filename")
            .replaceAll("import.meta.url", here)
            .replace(/^export \{([^}]*)\};$/m, exportPlainly);
          return esbuild.transform(lazy, { format: "cjs", platform: "node", target: "node20" });
        },
        async buildEnd() {
          for (const name of modules)
            await esbuild.build({
              entryPoints: [`src/${name}.ts`],
              outfile: `dist/${name}.mjs`,
              format: "esm",
              platform: "node",
              target: "node20",
            });
          refuseCircles("dist");
          await tighten(esbuild, "dist");
          writeFileSync("dist/package.json", `${JSON.stringify({ type: "commonjs" })}\n`);
        },
      },
    ],
  });
}
