// Boots other kernels in an emulator and looks there for everything that can be found; docs/compatibility.md has the result.
//
//     npm run test:kernels                    all rows
//     npm run test:kernels -- --short         the oldest and the newest
//     npm run test:kernels -- 5.10 6.18.5     these
//     npm run test:kernels -- --write         and write the tables of docs/compatibility.md
//
// With --optional, it is no failure that this machine can't do it.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, root } from "./set-up.mjs";

build();

const { build: bundle } = await import("tsup");
const testkit = join(root, "packages/testkit");
// Below the testkit, so that the guest's program finds koffi.
const folder = join(testkit, "node_modules/.cache/kernels");
await bundle({
  config: false,
  silent: true,
  entry: { main: join(testkit, "src/kernels/main.ts"), guest: join(testkit, "src/kernels/guest/main.ts") },
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
const { main } = await import(pathToFileURL(join(folder, "main.mjs")).href);
process.exitCode = await main(
  process.argv.slice(2),
  { root, guest: join(folder, "guest.mjs"), cache: join(root, ".cache/kernels") },
  (line) => console.log(line),
);
