// Boots other kernels in an emulator and looks there for everything that can be found; docs/compatibility.md has the result.
//
//     npm run test:kernels                    all rows
//     npm run test:kernels -- --short         the oldest and the newest
//     npm run test:kernels -- 5.10 6.18.5     these
//     npm run test:kernels -- --write         and write the tables of docs/compatibility.md
//
// With --optional, it is no failure that this machine can't do it.
import { join } from "node:path";
import { build, root } from "./set-up.mjs";

build();

// tsup is there once the set-up is done.
const { bundleTestkit, load } = await import("./bundle-testkit.mjs");
const { main: file, guest } = await bundleTestkit("kernels", {
  main: "src/kernels/main.ts",
  guest: "src/kernels/guest/main.ts",
});
const { main } = await load(file);
process.exitCode = await main(process.argv.slice(2), { root, guest, cache: join(root, ".cache/kernels") }, (line) =>
  console.log(line),
);
