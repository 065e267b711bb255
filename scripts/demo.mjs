// Makes a small zoo of namespaces on this machine, draws it, and takes it away again. It needs root.
//
//     sudo npm run demo               the pictures go to a new folder
//     sudo npm run demo -- FOLDER     to this one
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, root } from "./set-up.mjs";

build();

const { build: bundle } = await import("tsup");
const testkit = join(root, "packages/testkit");
const folder = join(testkit, "node_modules/.cache/demo");
await bundle({
  config: false,
  silent: true,
  entry: { main: join(testkit, "src/demo/main.ts") },
  outDir: folder,
  outExtension: () => ({ js: ".mjs" }),
  format: "esm",
  target: "node20",
  platform: "node",
  noExternal: [/^@ns-graph\//],
  external: ["koffi"],
  removeNodeProtocol: false,
  esbuildOptions(options) {
    options.conditions = ["@ns-graph/source"];
  },
});
process.env.NS_GRAPH_TEST_PROGRAMS = join(testkit, "src/real/programs");
const { main } = await import(pathToFileURL(join(folder, "main.mjs")).href);
const { columns, isTTY } = process.stdout;
const terminal = isTTY ? { COLUMNS: String(columns ?? 80), FORCE_COLOR: "1" } : {};
process.exitCode = await main(
  process.argv.slice(2),
  {
    cli: join(root, "packages/cli/dist/bin.js"),
    cwd: process.env.INIT_CWD ?? process.cwd(),
    env: { LANG: process.env.LANG ?? "C.UTF-8", ...terminal },
  },
  (text) => process.stdout.write(text),
);
