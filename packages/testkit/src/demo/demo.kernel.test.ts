import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkDescriptors } from "../contract/check-descriptors.js";
import { makeKeeper } from "../real/keeper.js";
import { requireNamespaces } from "../real/requirement.js";
import { CLI_PATH, runCli } from "../real/run-cli.js";
import { main } from "./main.js";
import { ENCLOSURES, makeZoo } from "./zoo.js";

checkDescriptors();

let folder: string;
beforeEach((context) => {
  requireNamespaces(context, "user", "pid", "net", "mnt", "uts", "ipc");
  folder = mkdtempSync(join(tmpdir(), "ns-graph-demo-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("everything in the zoo is found, each for the reason that it was put there", async () => {
  await using keeper = await makeKeeper();
  const exhibits = await makeZoo(keeper, (title, reason) => expect.unreachable(`${title}: ${reason}`));
  expect(exhibits).toHaveLength(ENCLOSURES.length);
  const { stdout, exitCode } = await runCli(["--format", "json"]);
  expect(exitCode).toBe(0);
  const document = JSON.parse(stdout) as {
    readonly namespaces: readonly { readonly id: string; readonly ownerUid?: number }[];
    readonly processes: readonly { readonly comm: string; readonly namespaces: Readonly<Record<string, string>> }[];
    readonly pins: readonly { readonly kind: string; readonly namespace: string; readonly path?: string }[];
  };
  const ids = new Set(document.namespaces.map(({ id }) => id));
  for (const { title, namespaces } of exhibits) for (const { id } of namespaces) expect(ids, title).toContain(id);

  const [nested, pod, named, held, thread] = exhibits.map(({ namespaces }) => namespaces);
  const membersOf = (id: string | undefined) =>
    document.processes.filter((process) => Object.values(process.namespaces).includes(id ?? ""));
  const pinsOf = (id: string | undefined) => document.pins.filter((pin) => pin.namespace === id);
  expect(nested?.map(({ id }) => membersOf(id).length)).toEqual([0, 0, 1]);
  const [net, , , ownMnt] = pod ?? [];
  expect(membersOf(net?.id).map(({ comm }) => comm)).toEqual(expect.arrayContaining(["web", "log"]));
  expect(membersOf(ownMnt?.id).map(({ comm }) => comm)).not.toContain("log");
  expect(membersOf(named?.[0]?.id)).toEqual([]);
  expect(pinsOf(named?.[0]?.id)).toMatchObject([{ kind: "mount", path: "/run/netns/blue" }]);
  expect(membersOf(held?.[0]?.id)).toEqual([]);
  expect(pinsOf(held?.[0]?.id)).toMatchObject([{ kind: "fd" }]);
  expect(pinsOf(thread?.[0]?.id)).toMatchObject([{ kind: "thread" }]);
});

test("the demo draws text, DOT and SVG, says where, and leaves nothing behind", async () => {
  let said = "";
  const say = (text: string): void => {
    said += text;
  };
  const env = { COLUMNS: "100" };
  expect(await main([folder], { cli: CLI_PATH, cwd: "/", env }, say)).toBe(0);
  const blue = /alive by its name.*\n +(net:\[\d+\])/.exec(said)?.[1] ?? "";
  // Once where the zoo is told of, and once at least where it is drawn.
  expect(blue).not.toBe("");
  expect(said.split(blue).length).toBeGreaterThan(2);
  expect(readFileSync(join(folder, "namespaces.dot"), "utf8")).toMatch(/^(strict )?digraph /m);
  expect(readFileSync(join(folder, "namespaces.svg"), "utf8")).toContain("<svg");
  expect(said).toContain(join(folder, "namespaces.svg"));
  const { stdout } = await runCli([]);
  expect(stdout).not.toContain("/run/netns/blue");
});

test("a folder that can't be made is told before anything is done", async () => {
  const missing = join(folder, "no", "such");
  let said = "";
  const say = (text: string): void => {
    said += text;
  };
  await expect(main([missing], { cli: CLI_PATH, cwd: "/", env: {} }, say)).rejects.toThrow(missing);
  expect(said).toBe("");
});
