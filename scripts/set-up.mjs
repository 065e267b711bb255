// What has to be there before anything runs: the dependencies and the built packages. Everything printed here goes to stderr,
// because stdout belongs to the program. Where nothing has changed, this only looks at files: no network, no other process,
// nothing written.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const state = join(root, "node_modules/.cache/ns-graph");
const lock = join(root, ".set-up.lock");

/** Installs the dependencies where they are missing or the lockfile has changed. */
export function install() {
  bringUpToDate("installed", "node_modules/.modules.yaml", dependencyKey, ["install", "--frozen-lockfile"]);
}

/** Installs, and builds the packages where a source has changed; turbo knows which. */
export function build() {
  install();
  bringUpToDate("built", "packages/cli/dist/bin.js", sourceKey, [
    "exec",
    "turbo",
    "run",
    "build",
    "--output-logs=errors-only",
  ]);
}

/** Runs pnpm, which need not be installed, and says whether it succeeded. */
export function pnpm(args) {
  const { status, error } = spawnSync("npx", ["--yes", "--prefer-offline", manifest.packageManager, ...args], {
    cwd: root,
    // .npmrc silences npm, but what goes wrong here should be seen.
    env: { ...process.env, npm_config_loglevel: "error", TURBO_TELEMETRY_DISABLED: "1" },
    stdio: ["ignore", 2, 2],
  });
  if (error) console.error(error.message);
  return status === 0;
}

function bringUpToDate(what, product, key, command) {
  const stamp = join(state, what);
  const isCurrent = () => existsSync(join(root, product)) && existsSync(stamp) && readFileSync(stamp, "utf8") === key();
  if (isCurrent()) return;
  try {
    takeLock();
    if (!isCurrent()) {
      // Taken first, so that what changes during the work is noticed at the next start.
      const keyBefore = key();
      if (!pnpm(command)) throw new Error(`pnpm ${command.join(" ")} failed`);
      mkdirSync(state, { recursive: true });
      writeFileSync(stamp, keyBefore);
    }
    rmSync(lock, { force: true });
  } catch (error) {
    if (readLock() === process.pid) rmSync(lock, { force: true });
    console.error(`ns-graph: the set-up failed: ${error.message}`);
    process.exit(1);
  }
}

/** Both ends of `npm start … | npm start …` begin at the same moment: one waits for the other. */
function takeLock() {
  for (let waited = false; ; waited = true) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const holder = readLock();
    if (!isRunning(holder)) rmSync(lock, { force: true });
    else if (!waited) console.error(`ns-graph: waiting for the set-up that process ${holder} is at`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
}

function readLock() {
  try {
    return Number(readFileSync(lock, "utf8"));
  } catch {
    return undefined;
  }
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}

function dependencyKey() {
  const files = ["pnpm-lock.yaml", "pnpm-workspace.yaml"].map((file) => readFileSync(join(root, file), "utf8"));
  return digest([...files, process.version, process.platform, process.arch]);
}

/** By time and size, since it is read at every start; turbo looks at the content before it builds anything. */
function sourceKey() {
  const files = ["pnpm-lock.yaml", "turbo.json", "tsconfig.json", "tsconfig.pure.json", "tooling/tsup-preset.ts"];
  for (const name of readdirSync(join(root, "packages"))) {
    const folder = join("packages", name);
    files.push(join(folder, "package.json"), join(folder, "tsup.config.ts"));
    for (const file of readdirSync(join(root, folder, "src"), { recursive: true }))
      files.push(join(folder, "src", file));
  }
  return digest(
    files.sort().map((file) => {
      const stat = statSync(join(root, file), { throwIfNoEntry: false });
      return stat?.isFile() ? `${file} ${stat.mtimeMs} ${stat.size}` : file;
    }),
  );
}

function digest(parts) {
  return createHash("sha256").update(parts.join("\n")).digest("hex");
}
