// Lets root look at machines on which an ordinary user has as much of everything as the kernel gives, or what never answers.
// Every run of the tests does so at a tenth of the size; this is the full one. It needs root, and up to 3 GiB of memory.
//
//     npm run test:hostile                    all of them
//     npm run test:hostile -- -t mounts       those with this in their name
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { build, root } from "./set-up.mjs";

build();

const vitest = join(root, "node_modules/vitest/vitest.mjs");
const args = ["run", "--project", "kernel", "packages/cli/test/hostile-", ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, [vitest, ...args], {
  cwd: root,
  env: { ...process.env, NS_GRAPH_TEST_HOSTILE: "full" },
  stdio: "inherit",
});
process.exitCode = status ?? 1;
