import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { install, manifest, pnpm, root } from "./set-up.mjs";

const env = { ...process.env, PATH: `${join(root, "node_modules/.bin")}${delimiter}${process.env.PATH}` };

/** Runs a script of the root's package.json without starting a package manager for it. */
function run(script) {
  return spawnSync(manifest.scripts[script], { cwd: root, env, shell: true, stdio: "inherit" }).status === 0;
}

const checks = [
  ["types", () => run("typecheck")],
  ["format and style", () => run("lint")],
  ["import arrows", () => run("arrows")],
  ["unused files, exports and dependencies", () => run("unused")],
  ["build and tarballs", () => pnpm(["exec", "turbo", "run", "build", "check-tarball", "--output-logs=errors-only"])],
];

install();

for (const [name, check] of checks) {
  const start = performance.now();
  if (!check()) {
    console.log(`\nFailed: ${name}. The tests were not run.\n0 passed, 1 failed`);
    process.exit(1);
  }
  console.log(`✓ ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
}

const tests = spawnSync(
  process.execPath,
  [join(root, "node_modules/vitest/vitest.mjs"), "run", ...process.argv.slice(2)],
  {
    cwd: root,
    env,
    stdio: "inherit",
  },
);
process.exit(tests.status ?? 1);
