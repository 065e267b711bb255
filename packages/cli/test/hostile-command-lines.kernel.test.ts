import { makeKeeper, requireKernel, startLoad } from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { beforeEach, expect, test } from "vitest";
import { expectSaid, HostileMachine, IS_FULL_SIZE, problemsOf, requireLoads, sized } from "./hostile-machine.js";

checkDescriptors();
beforeEach(requireLoads);

/** The longest that is shown of a command line: a single argument may be so long. */
const LONGEST = 131_072;

test.for([
  ["that is an enormous part of the memory", ["mapped", sized(640)], /^a+$/],
  ["of very many empty arguments", ["empty", 200_000], /^load stay$/],
] as const)("a command line %s: its beginning is shown, and that is said", async ([, args, text], context) => {
  await using keeper = await makeKeeper();
  const machine = await HostileMachine.make(keeper);
  const { pid } = await startLoad(context, keeper, "command-lines", args);
  const plain = await machine.see();
  expect(problemsOf(plain, { pid })).toEqual([]);
  const seen = await machine.see(["--facts"]);
  expectSaid(seen, { code: "COMMAND_LINE_CUT", pid });
  const { commandLine = "" } = seen.graph.process(pid) ?? {};
  expect(commandLine).toMatch(text);
  expect(commandLine.length).toBeLessThanOrEqual(LONGEST);
  expect(seen.stderr).toContain(`only the beginning of the command line of process ${pid} was read`);
  for (const format of ["text", "json", "dot"]) {
    const { stdout } = await machine.run(["show", String(pid), "--format", format]);
    expect(stdout.length).toBeLessThan(8 * LONGEST);
  }
});

test("very many command lines that are not UTF-8: as much as the limit allows is shown, each with its beginning", async (context) => {
  requireKernel(context, "3.8");
  await using keeper = await makeKeeper();
  const machine = await HostileMachine.make(keeper);
  const count = IS_FULL_SIZE ? 1_000 : 100;
  const { pid } = await startLoad(context, keeper, "command-lines", ["broken", count]);
  const seen = await machine.see(["--facts", "--limit", "bytes=1048576"]);
  const broken = seen.graph.processes().filter(({ ppid }) => ppid === pid);
  expect(broken).toHaveLength(count);
  let shown = 0;
  for (const { pid: child, commandLine = "" } of broken) {
    expect(commandLine).toMatch(/^load child \udc80+$/);
    expectSaid(seen, { code: "COMMAND_LINE_CUT", pid: child });
    shown += commandLine.length;
  }
  // What all have together, besides what each has for itself.
  expect(shown).toBeLessThanOrEqual(4 * 2 ** 20 + count * (4_096 + 16_384));
  const { stdout } = await machine.run(["show", String(broken[0]?.pid), "--format", "json"]);
  expect(stdout).toContain("\\udc80");
  await machine.run(["--facts", "--no-color", "--pids", "all"]);
});
