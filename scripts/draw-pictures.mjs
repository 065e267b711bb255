// Draws the pictures in docs/pictures anew, as DOT and SVG. Look at each of them before you keep it.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const test = "packages/render-svg/test/pictures.test.ts";
const { status } = spawnSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", test, "--update"], {
  cwd: root,
  stdio: "inherit",
});
process.exitCode = status ?? 1;
