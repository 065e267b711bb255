// Makes a small zoo of namespaces on this machine, draws it, and takes it away again. It needs root.
//
//     sudo npm run demo               the pictures go to a new folder
//     sudo npm run demo -- FOLDER     to this one
import { join } from "node:path";
import { build, root } from "./set-up.mjs";

build();

// tsup is there once the set-up is done.
const { bundleTestkit, load, programs } = await import("./bundle-testkit.mjs");
const { main: file } = await bundleTestkit("demo", { main: "src/demo/main.ts" });
process.env.NS_GRAPH_TEST_PROGRAMS = programs;
const { main } = await load(file);
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
