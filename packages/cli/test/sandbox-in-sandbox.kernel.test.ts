import type { NamespaceType } from "@ns-graph/graph";
import { type Keeper, makeKeeper, makeZombie, namespaceOf, requireNamespaces, runCli } from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { describe, expect, test } from "vitest";

checkDescriptors();

interface Sandboxes {
  /** Apart in mnt and net. */
  readonly top: number;
  /** What it started, which is apart in pid too. */
  readonly init: number;
  /** What that started, which is apart in mnt and net once more. */
  readonly inner: number;
}

async function startSandboxes(keeper: Keeper): Promise<Sandboxes> {
  const { chain } = await keeper.start([
    ...["unshare", "--mount", "--net", "--pid", "--fork", "sh", "-c"],
    'unshare --mount --net sh -c "echo ready; read -r line || :"; exit 0',
  ]);
  const [top = 0, init = 0, inner = 0] = chain;
  expect(chain).toHaveLength(3);
  return { top, init, inner };
}

async function draw(...args: readonly string[]): Promise<string> {
  const { stdout, exitCode } = await runCli(args);
  expect(exitCode).toBe(0);
  return stdout;
}

/** The signs in the row of a process, by the types in the heading. */
function signsOf(matrix: string, pid: number): Readonly<Record<string, string>> {
  const lines = matrix.split("\n");
  const types =
    lines
      .find((line) => /\bmnt +net\b/.test(line) && line.endsWith("processes"))
      ?.trim()
      .split(/ +/) ?? [];
  const signs =
    lines
      .find((line) => new RegExp(`^ *${pid} `).test(line))
      ?.trim()
      .split(/ +/) ?? [];
  return Object.fromEntries(types.map((type, index) => [type, signs.at(index - types.length) ?? ""]));
}

interface Part {
  readonly leader: number;
  readonly pids: readonly number[];
  readonly isolation: Readonly<
    Partial<Record<NamespaceType, { readonly state: string; readonly namespaces: string[] }>>
  >;
}

interface Group extends Part {
  readonly parts?: readonly Part[];
}

describe("a sandbox in a sandbox", () => {
  test("has a row of its own, which says what is its own and what is that of the one around it", async (context) => {
    requireNamespaces(context, "mnt", "net", "pid");
    await using keeper = await makeKeeper();
    const { top, init, inner } = await startSandboxes(keeper);
    const matrix = await draw("--tree", "workload", `${process.pid}`, `${top}`, `${init}`, `${inner}`);
    // Somewhere even root may not read every process.
    const own = expect.stringMatching(/^[●○]$/);
    expect(signsOf(matrix, top)).toMatchObject({ mnt: own, net: own, pid: "·", uts: "·", processes: "1" });
    expect(signsOf(matrix, init)).toMatchObject({ mnt: "″", net: "″", pid: own, uts: "·", processes: "1" });
    expect(signsOf(matrix, inner)).toMatchObject({ mnt: own, net: own, pid: "″", uts: "·", processes: "1" });
  });

  test("is named for what each of its processes is isolated in", async (context) => {
    requireNamespaces(context, "mnt", "net", "pid");
    await using keeper = await makeKeeper();
    const { top, init, inner } = await startSandboxes(keeper);
    const summary = await draw(`${process.pid}`, `${top}`, `${init}`, `${inner}`);
    expect(summary.match(/^Isolated in .*/gm)).toEqual([
      `Isolated in mnt net pid: ${init} sh, ${inner} sh`,
      `Isolated in mnt net: ${top} unshare`,
    ]);
  });

  test("is a part by itself in JSON, with the namespaces that it is in", async (context) => {
    requireNamespaces(context, "mnt", "net", "pid");
    await using keeper = await makeKeeper();
    const { top, init, inner } = await startSandboxes(keeper);
    const { workloads } = JSON.parse(await draw("--format", "json")) as { readonly workloads: readonly Group[] };
    const parts = workloads.find(({ pids }) => pids?.includes(top))?.parts ?? [];
    expect(parts.map(({ leader, pids }) => ({ leader, pids }))).toEqual([
      { leader: top, pids: [top] },
      { leader: init, pids: [init] },
      { leader: inner, pids: [inner] },
    ]);
    for (const { leader, isolation } of parts) {
      for (const type of ["mnt", "net", "pid", "uts"] as const) {
        const { id } = namespaceOf(leader, type);
        const state = namespaceOf("self", type).id === id ? "machine" : "own";
        expect(isolation[type], `${leader} ${type}`).toMatchObject({ state, namespaces: [id] });
      }
    }
  });
});

test("a zombie in a user namespace of its own is isolated from nobody", async (context) => {
  requireNamespaces(context, "user");
  await using keeper = await makeKeeper();
  const { pid } = await makeZombie(keeper);
  const [summary] = (await draw()).split("\n\n");
  expect(summary).not.toMatch(new RegExp(`\\b${pid}\\b`));
  expect((await draw("--no-pids")).split("\n\n")[0]).not.toMatch(new RegExp(`\\b${pid}\\b`));
  const matrix = await draw("--tree", "workload", `${process.pid}`, `${pid}`);
  expect(matrix).toContain("no row for 1 zombie: isolated from nobody");
  expect(matrix).not.toMatch(new RegExp(`^ *${pid} `, "m"));
});
