import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  asUser,
  CLI_PATH,
  makeHost,
  requireLinux,
  requireNamespaces,
  requireProgram,
  requireRoot,
  run,
  runCli,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { documentOf } from "./document-of.js";

checkDescriptors();

let folder: string;
/** A document of several MiB. */
let large: string;

beforeAll(() => {
  const home = mkdtempSync(join(tmpdir(), "ns-graph-large-"));
  large = join(home, "large.json");
  writeFileSync(large, documentOf(makeHost({ processes: 20_000, namespaces: 400 })));
});
afterAll(() => rmSync(join(large, ".."), { recursive: true }));
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "ns-graph-output-")));
});
afterEach(() => rmSync(folder, { recursive: true }));

const quoted = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`;
/** The command, as a shell line begins with it. */
const command = `${quoted(process.execPath)} ${quoted(CLI_PATH)}`;

/** Runs a line of bash; its standard error is that of the command. */
function bash(line: string) {
  return run(["bash", "--norc", "-c", line], { cwd: folder });
}

describe("standard output", () => {
  beforeEach((context) => {
    requireLinux(context);
    requireProgram(context, "bash");
  });

  test("the three formats go through a pipe", async (context) => {
    requireProgram(context, "dot");
    const outcome = await bash(
      `set -o pipefail; ${command} | cat > a.txt && ${command} -f json | cat > a.json && ${command} -f dot | dot -Tsvg > a.svg`,
    );
    expect(outcome.exitCode).toBe(0);
    expect(readFileSync(join(folder, "a.txt"), "utf8")).toMatch(/user:\[\d+\]/);
    expect(JSON.parse(readFileSync(join(folder, "a.json"), "utf8"))).toMatchObject({ format: "ns-graph", version: 1 });
    expect(readFileSync(join(folder, "a.svg"), "utf8")).toMatch(/<\/svg>\s*$/);
  });

  test.each(["-f json --from $LARGE", "--help", "--list-formats", "completion bash", ""])(
    "a closed pipe ends it quietly: %s",
    async (args) => {
      const line = `${command} ${args.replace("$LARGE", quoted(large))} 2> err | true; echo "\${PIPESTATUS[0]}"`;
      expect((await bash(line)).stdout).toBe("0\n");
      // What it had to say of the graph may have come before.
      expect(readFileSync(join(folder, "err"), "utf8")).not.toMatch(/EPIPE|could not write|a fault/);
    },
  );

  test("a reader that goes after the first bytes ends it quietly", async () => {
    const { stdout } = await bash(`${command} -f json --from ${quoted(large)} | head -c 1; echo "\${PIPESTATUS[0]}"`);
    expect(stdout).toBe("{0\n");
  });

  test("all arrives where there is more than a pipe holds and the reader is slow", async () => {
    const { stdout } = await bash(
      `${command} -f json --from ${quoted(large)} | { sleep 0.5; cmp - ${quoted(large)} && echo equal; }; echo "\${PIPESTATUS[0]}"`,
    );
    expect(stdout).toBe("equal\n0\n");
    expect(statSync(large).size).toBeGreaterThan(2 ** 21);
  });

  test("all arrives in a pipe that does not block", async () => {
    // A socket pair, which Node makes for its children, is one.
    const { bytes, exitCode } = await runCli(["-f", "json", "--from", large]);
    expect(exitCode).toBe(0);
    expect(bytes.equals(readFileSync(large))).toBe(true);
  });

  test.each(["", "-f json", "--help", "--version", "--list-formats", "completion zsh"])(
    "a full disk is told: %s",
    async (args) => {
      const { exitCode, stderr } = await bash(`${command} ${args} > /dev/full`);
      expect(exitCode).toBe(1);
      expect(stderr).toContain("ns-graph: could not write to standard output: no space is left (ENOSPC)\n");
      expect(stderr).not.toContain("    at ");
    },
  );
});

describe("--output", () => {
  test("writes what standard output would have been, and nothing else", async () => {
    const { exitCode, stdout } = await run(
      [process.execPath, CLI_PATH, "-f", "json", "--from", large, "-o", "out.json"],
      { cwd: folder },
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect(readFileSync(join(folder, "out.json")).equals(readFileSync(large))).toBe(true);
    expect(readdirSync(folder)).toEqual(["out.json"]);
  });

  test("a document may take its own place", async () => {
    writeFileSync(join(folder, "a.json"), readFileSync(large));
    const { exitCode } = await bash(`${command} -f json --from a.json -o a.json`);
    expect(exitCode).toBe(0);
    expect(readFileSync(join(folder, "a.json")).equals(readFileSync(large))).toBe(true);
  });

  test("a named pipe gets it as it comes, from this machine too", async (context) => {
    requireProgram(context, "bash", "mkfifo");
    const { stdout } = await bash(`mkfifo p && { cat p > got & ${command} -f json -o p; echo "$?"; wait; }`);
    expect(stdout).toBe("0\n");
    expect(JSON.parse(readFileSync(join(folder, "got"), "utf8"))).toMatchObject({ format: "ns-graph" });
  });

  test("/dev/stdout is standard output, also behind a redirection", async () => {
    const { exitCode } = await bash(`{ echo before; ${command} -f json -o /dev/stdout; echo after; } > out`);
    expect(exitCode).toBe(0);
    expect(readFileSync(join(folder, "out"), "utf8")).toMatch(/^before\n\{.*\}\nafter\n$/s);
  });

  test.each([
    ["a directory", ".", "it is a directory (EISDIR)"],
    ["nowhere", "no/where", "there is no such directory (ENOENT)"],
    ["a full device", "/dev/full", "no space is left (ENOSPC)"],
    ["a file system that takes none", "/proc/x", "(ENOENT)"],
  ])("%s: exit 1, and why", async (_name, path, reason) => {
    const { exitCode, stdout, stderr } = await run([process.execPath, CLI_PATH, "-o", path], { cwd: folder });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(`could not write to ${path}: `);
    expect(stderr).toContain(reason);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("where an ordinary user may not write: exit 1 before anything is read", async (context) => {
    requireRoot(context);
    requireProgram(context, "setpriv");
    const file = join(folder, "theirs");
    writeFileSync(file, "before");
    chmodSync(folder, 0o755);
    for (const path of [file, join(folder, "new")]) {
      const { exitCode, stderr } = await runCli(["-o", path], { through: asUser() });
      expect(exitCode).toBe(1);
      expect(stderr).toBe(`ns-graph: could not write to ${path}: permission denied (EACCES)\n`);
    }
    expect(readFileSync(file, "utf8")).toBe("before");
    expect(readdirSync(folder)).toEqual(["theirs"]);
  });

  test("a disk that is full half-way: what was there stays, and nothing is left behind", async (context) => {
    requireNamespaces(context, "mnt");
    requireProgram(context, "bash", "unshare", "mount");
    const { stdout, stderr } = await bash(
      `unshare --mount bash --norc -c 'mount -t tmpfs -o size=512k tmpfs . && cd . && cd "$PWD" && echo before > out &&
        ${command.replaceAll("'", "'\\''")} -f json --from ${quoted(large).replaceAll("'", "'\\''")} -o out; echo "$?"; ls -A; cat out'`,
    );
    expect(stderr).toBe("ns-graph: could not write to out: no space is left (ENOSPC)\n");
    expect(stdout).toBe("1\nout\nbefore\n");
  });

  test("a file that may not become that large: the same", async () => {
    const { stdout, stderr } = await bash(
      `ulimit -f 100; ${command} -f json --from ${quoted(large)} -o out; echo "$?"; ls -A`,
    );
    expect(stderr).toBe("ns-graph: could not write to out: the file would be larger than allowed (EFBIG)\n");
    expect(stdout).toBe("1\n");
  });
});

describe("signals", () => {
  /** Sends a signal while the document is being written; answers how the command ended, or undefined where it was faster. */
  async function interrupt(signal: "SIGINT" | "SIGTERM" | "SIGHUP") {
    const child = spawn(process.execPath, [CLI_PATH, "-f", "json", "--from", large, "-o", "out"], {
      cwd: folder,
      stdio: "ignore",
    });
    const ended = new Promise<{ code: number | null; by: string | null }>((resolve) =>
      child.once("exit", (code, by) => resolve({ code, by })),
    );
    const isHalfWay = (): boolean => readdirSync(folder).some((name) => name.endsWith(".tmp"));
    const giveUp = Date.now() + 30_000;
    // Without a pause in which it could come to its end; whether the child is there still, /proc knows.
    while (!isHalfWay() && existsSync(`/proc/${child.pid}/exe`) && Date.now() < giveUp);
    const wasHalfWay = isHalfWay();
    child.kill(signal);
    const end = await ended;
    return wasHalfWay && end.code !== 0 ? end : undefined;
  }

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "%s half-way: it ends by that signal, and nothing half-written is there",
    async (signal) => {
      let end: unknown;
      for (let i = 0; i < 20 && end === undefined; i++) {
        writeFileSync(join(folder, "out"), "before");
        end = await interrupt(signal);
      }
      expect(end).toEqual({ code: null, by: signal });
      expect(readdirSync(folder)).toEqual(["out"]);
      expect(readFileSync(join(folder, "out"), "utf8")).toBe("before");
    },
  );

  test.each(["SIGINT", "SIGTERM"] as const)(
    "%s while a renderer of somebody else loops for ever: the same",
    async (signal) => {
      writeFileSync(
        join(folder, "loop.mjs"),
        `import { writeSync } from "node:fs";
        export default {
          name: "loop", summary: "loops", mediaType: "text/plain", extension: "txt", flags: {}, needs: () => [],
          *render(graph) {
            yield "x".repeat(1_000_000);
            if (graph.namespaces().length === 0) return;
            writeSync(1, "looping");
            for (;;);
          },
        };`,
      );
      writeFileSync(join(folder, "out"), "before");
      const child = spawn(process.execPath, [CLI_PATH, "--quick", "-f", "./loop.mjs", "-o", "out"], {
        cwd: folder,
        stdio: ["ignore", "pipe", "ignore"],
      });
      const ended = new Promise((resolve) => child.once("exit", (code, by) => resolve({ code, by })));
      await new Promise((resolve) => child.stdout.once("data", resolve));
      child.kill(signal);
      expect(await ended).toEqual({ code: null, by: signal });
      child.stdout.destroy();
      expect(readdirSync(folder).sort()).toEqual(["loop.mjs", "out"]);
      expect(readFileSync(join(folder, "out"), "utf8")).toBe("before");
    },
  );

  test("SIGINT while it writes to a pipe that nobody empties ends it at once", async () => {
    const child = spawn(process.execPath, [CLI_PATH, "-f", "json", "--from", large], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await new Promise((resolve) => child.stdout.once("readable", resolve));
    const ended = new Promise((resolve) => child.once("exit", (_code, by) => resolve(by)));
    child.kill("SIGINT");
    expect(await ended).toBe("SIGINT");
    child.stdout.destroy();
  });
});

test("the command can be started, whatever file descriptors it gets", () => {
  // Node opens /dev/null in the place of standard streams that are closed.
  const { status } = spawnSync("bash", ["-c", `${command} --quick <&- >&- 2>&-`], { stdio: "ignore" });
  expect(status).toBe(0);
  expect(existsSync(CLI_PATH)).toBe(true);
});
