import { asUser, requireNamespaces, requireProgram, requireRoot, runCli } from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { describe, expect, test } from "vitest";

checkDescriptors();

describe("an ordinary user among root's processes", () => {
  test("gets a graph, and one line of what could not be read and what would help", async (context) => {
    requireRoot(context);
    requireProgram(context, "setpriv");
    const { exitCode, stdout, stderr } = await runCli([], { through: asUser() });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/user:\[\d+\]/);
    expect(stderr).toMatch(
      /^ns-graph: \d+ of \d+ processes could not be read \(EACCES\).*: run as root, or grant .*CAP_SYS_PTRACE.* \(--verbose lists them\)\n$/,
    );
  });

  test("is told each of them with --verbose, and exits with 3 with --strict", async (context) => {
    requireRoot(context);
    requireProgram(context, "setpriv");
    const { exitCode, stderr } = await runCli(["--strict", "--verbose", "--no-pids"], { through: asUser() });
    expect(exitCode).toBe(3);
    expect(stderr).toContain("ns-graph: the namespaces of process 1 could not be read (EACCES)\n");
    expect(stderr.split("\n").length).toBeGreaterThan(3);
  });

  test("is told nothing where all that was asked for could be read", async (context) => {
    requireRoot(context);
    const { stdout: document } = await runCli(["-f", "json", "--quick", String(process.pid)]);
    const saved = JSON.parse(document) as { problems: unknown[] };
    const { exitCode, stderr } = await runCli(["--from", "-", "--strict"], {
      input: JSON.stringify({ ...saved, problems: [] }),
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  });
});

test("a run has its own name while it reads, by which another one knows it", async () => {
  const { stdout } = await runCli(["-f", "json"]);
  const { viewer, processes } = JSON.parse(stdout) as {
    readonly viewer: { readonly pid: number };
    readonly processes: readonly { readonly pid: number; readonly comm: string }[];
  };
  expect(processes.find(({ pid }) => pid === viewer.pid)?.comm).toBe("ns-graph");
});

test("the wrong /proc is explained first, with the command that helps", async (context) => {
  requireNamespaces(context, "pid");
  const { exitCode, stdout, stderr } = await runCli([], { through: ["unshare", "--pid", "--fork"] });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/user:\[\d+\]/);
  expect(stderr).toMatch(
    /^ns-graph: \/proc shows another PID namespace.* than the one this runs in \(pid:\[\d+\]\), so PIDs below are not those seen here\.\n {10}Mount a fresh one first: unshare --pid --fork --mount-proc …\n/,
  );
  expect(stderr.match(/another PID namespace/g)).toHaveLength(1);
});

test("V8 is set up for a thousand processes without a word of it", async (context) => {
  requireNamespaces(context, "pid", "mnt");
  // Each major version of V8 takes other flags, and says on standard error which it does not take.
  const script = `for i in $(seq 1000); do sleep 2147483647 </dev/null >/dev/null 2>&1 & done; exec "$@"`;
  const enter = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", script, "sh"];
  const { exitCode, stdout, stderr } = await runCli(["--quick", "-f", "json"], { through: enter });
  expect(exitCode).toBe(0);
  expect((JSON.parse(stdout) as { processes: unknown[] }).processes).toHaveLength(1001);
  expect(stderr).toMatch(/^ns-graph: this runs in a child PID namespace, .*\n$/);
});

test("without /proc nothing can be read, and that is said", async (context) => {
  requireNamespaces(context, "mnt");
  const script = 'mount -t tmpfs tmpfs /proc && exec "$@"';
  const { exitCode, stdout, stderr } = await runCli([], { through: ["unshare", "--mount", "sh", "-c", script, "sh"] });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toMatch(/^ns-graph: there is no \/proc with namespaces here\n/);
});

test("a process that is not there: exit 1, and nothing is drawn", async () => {
  const { exitCode, stdout, stderr } = await runCli(["4194304"]);
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 1,
    stdout: "",
    stderr: "ns-graph: there is no process 4194304\n",
  });
});
