import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { expect, test } from "vitest";

checkDescriptors();

const BUILT = new URL("../dist/index.js", import.meta.url).href;

/**
 * A program that gives signs of life for three seconds, then asks nobody for a while, then gives none for a while, and says what
 * became of it.
 */
const PROGRAM = `
import { readdirSync } from "node:fs";
import { Watchdog } from ${JSON.stringify(BUILT)};
const [pause, silence, rest] = process.argv.slice(1).map(Number);
const spin = (milliseconds) => { for (const end = performance.now() + milliseconds; performance.now() < end; ); };
const before = readdirSync("/proc/self/fd").length;
const watchdog = Watchdog.start({
  patience: 1000, program: "/bin/echo", args: ["echo", "begun anew"], descriptors: [0, 1, 2], variable: "TEST_WATCHDOG", note: "",
});
const end = performance.now() + 3000;
while (performance.now() < end) { watchdog.ask(7, 0); spin(pause); }
watchdog.ask(0, 0);
spin(rest);
watchdog.ask(7, 0);
spin(silence);
watchdog.end();
process.on("exit", () => {
  const left = Object.keys(process.env).filter((name) => name.startsWith("TEST_WATCHDOG"));
  // libuv's pool has descriptors of its own, once it was used.
  console.log("ended", left.length, readdirSync("/proc/self/fd").length - before);
});
`;

function run(pause: number, silence: number, env: NodeJS.ProcessEnv = {}, rest = 0): string {
  const { stdout, status } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", PROGRAM, "--", String(pause), String(silence), String(rest)],
    {
      encoding: "utf8",
      timeout: 30_000,
      cwd: fileURLToPath(new URL(".", import.meta.url)),
      env: { ...process.env, ...env },
    },
  );
  expect(status).toBe(0);
  return stdout;
}

test.each([
  ["often", 30],
  // Each of these comes when the timer has run out already, so that a new round has to begin.
  ["at the last moment", 400],
])("signs of life that come %s keep a program from being begun anew", (_, pause) => {
  expect(run(pause, 0)).toBe("ended 0 0\n");
});

test("without any it is begun anew", () => {
  expect(run(30, 5_000)).toBe("begun anew\n");
});

test("both hold with a pool of one thread, and of many", () => {
  for (const UV_THREADPOOL_SIZE of ["1", "100"]) {
    expect(run(30, 0, { UV_THREADPOOL_SIZE })).toBe("ended 0 0\n");
    expect(run(30, 5_000, { UV_THREADPOOL_SIZE })).toBe("begun anew\n");
  }
});

test("while nobody is asked it is not, and afterwards it is", () => {
  expect(run(30, 0, {}, 3_000)).toBe("ended 0 0\n");
  expect(run(30, 5_000, {}, 3_000)).toBe("begun anew\n");
});
