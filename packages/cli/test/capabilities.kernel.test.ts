import { release } from "node:os";
import {
  compareReleases,
  holdByDescriptor,
  holdBySockets,
  holdForChildren,
  type Keeper,
  makeKeeper,
  mountElsewhere,
  mountWithoutProcesses,
  nestUserNamespaces,
  type RealNamespace,
  requireNamespaces,
  requireProgram,
  runCli,
  startActor,
  startContained,
  unshareInThread,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { commandLines, readText } from "./read-docs.js";

checkDescriptors();

/** Whether there are NS_MNT_GET_NEXT and NS_MNT_GET_PREV: without them, CAP_SYS_ADMIN shows nothing more. */
const HAS_WALK = compareReleases(release(), "6.12") >= 0;

const DOCUMENT = "docs/permissions.md";

/** The capabilities of the table under the heading that promises that they are enough. */
const CAPABILITIES = readTable();

function readTable(): string[] {
  const [, section = ""] = readText(DOCUMENT).split("## The smallest set of capabilities that shows everything");
  const [table = ""] = section.split("\n## ");
  return [...table.matchAll(/^\| `CAP_(\w+)` \|/gm)].map(([, name = ""]) => name.toLowerCase());
}

/** The start of a command line that runs the rest of it as an ordinary user with these capabilities alone. */
function asUserWith(capabilities: readonly string[]): string[] {
  const set = ["-all", ...capabilities.map((name) => `+${name}`)].join(",");
  return [
    ...["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
    ...[`--inh-caps=${set}`, `--ambient-caps=${set}`, `--bounding-set=${set}`],
  ];
}

interface Document {
  readonly complete: boolean;
  readonly viewer: { readonly euid: number; readonly capabilities: readonly string[] };
  readonly namespaces: readonly { readonly id: string }[];
  readonly processes: readonly { readonly pid: number; readonly namespaces: Readonly<Record<string, string>> }[];
  readonly pins: readonly { readonly namespace: string }[];
  readonly problems: readonly { readonly code: string; readonly pid?: number; readonly what?: string }[];
}

async function read(through: readonly string[]): Promise<Document> {
  const { stdout, exitCode, stderr } = await runCli(["--format", "json"], { through });
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout) as Document;
}

/** What was made for this test: one of each kind that the kernel protects in a way of its own. */
interface Scene {
  readonly keeper: Keeper;
  readonly namespaces: ReadonlySet<string>;
  readonly pids: ReadonlySet<number>;
}

let scene: Scene | undefined;
let failure: unknown;

beforeAll(async () => {
  scene = await setScene().catch((error: unknown) => {
    failure = error;
    return undefined;
  });
});
afterAll(() => scene?.keeper.stop());
beforeEach((context) => {
  requireNamespaces(context, "user", "pid", "mnt", "net", "uts", "ipc", "time");
  requireProgram(context, "setpriv");
  if (scene === undefined) throw new Error("the scene could not be made", { cause: failure });
});

async function setScene(): Promise<Scene> {
  const keeper = await makeKeeper();
  const contained = await startContained(keeper, ["user", "pid", "net", "ipc"]);
  // Whoever made a user namespace has every capability in it: so the maker is not who looks.
  const nested = await nestUserNamespaces(keeper, { depth: 2, uid: 65533 });
  const descriptor = await holdByDescriptor(keeper);
  const sockets = await holdBySockets(keeper);
  const thread = await unshareInThread(keeper);
  const children = await holdForChildren(keeper, "time");
  const mounted = await mountElsewhere(keeper);
  const processless = await mountWithoutProcesses(keeper, 65533);
  const inFlight = HAS_WALK ? await leaveMountNamespaceInFlight(keeper) : undefined;
  const namespaces: (RealNamespace | undefined)[] = [
    ...Object.values(contained.namespaces),
    ...nested.levels,
    descriptor.namespace,
    sockets.namespace,
    thread.net,
    thread.uts,
    children.namespace,
    mounted.namespace,
    mounted.mountNamespace,
    processless.user.namespace,
    processless.pidNamespace.namespace,
    processless.mnt.namespace,
    processless.mnt.mountNamespace,
    processless.inner.namespace,
    inFlight,
  ];
  const makers = [contained, nested, descriptor, sockets, thread, children, mounted, processless];
  return {
    keeper,
    namespaces: new Set(namespaces.flatMap((namespace) => (namespace === undefined ? [] : [namespace.id]))),
    pids: new Set(makers.flatMap(({ held }) => held.chain)),
  };
}

/** A mount namespace that only a descriptor in flight holds: it is found by walking from one to the next. */
async function leaveMountNamespaceInFlight(keeper: Keeper): Promise<RealNamespace> {
  const actor = await startActor(keeper);
  const { held, pid, namespaces } = await startContained(keeper, ["mnt"]);
  const fd = await actor.open(`/proc/${pid}/ns/mnt`);
  await actor.sendDescriptor(fd);
  await actor.close(fd);
  await held.stop();
  return namespaces.mnt as RealNamespace;
}

/** What a document says of the scene, a text for each statement. */
function statements({ namespaces, processes, pins }: Document, { namespaces: ids, pids }: Scene): string[] {
  return [
    ...namespaces.filter(({ id }) => ids.has(id)),
    ...pins.filter(({ namespace }) => ids.has(namespace)),
    ...processes.filter(({ pid }) => pids.has(pid)).map(({ pid, namespaces }) => ({ pid, namespaces })),
  ].map((statement) => JSON.stringify(statement));
}

/** What a document says that it lacks, of the scene or of the machine, and another does not. */
function saidMore(document: Document, than: Document, { pids }: Scene): string[] {
  const known = new Set(than.problems.map((problem) => JSON.stringify(problem)));
  return document.problems
    .filter(({ pid }) => pid === undefined || pids.has(pid))
    .map((problem) => JSON.stringify(problem))
    .filter((problem) => !known.has(problem));
}

describe("the smallest set of capabilities that shows everything", () => {
  test("is what the table and the commands beside it say alike", () => {
    expect(CAPABILITIES).toHaveLength(4);
    const commands = commandLines(DOCUMENT).filter(({ command }) => command.startsWith("setpriv "));
    expect(commands).toHaveLength(1);
    const sets = [...(commands[0]?.command.matchAll(/-caps (\S+)/g) ?? [])].map(([, set]) => set);
    const documented = ["-all", ...CAPABILITIES.map((name) => `+${name}`)].join(",");
    expect(sets).toEqual([documented, documented]);
    const service = CAPABILITIES.map((name) => `CAP_${name.toUpperCase()}`).join(" ");
    expect(readText(DOCUMENT)).toContain(`AmbientCapabilities=${service}\n`);
  });

  test("shows an ordinary user of it what root sees", async () => {
    const place = scene as Scene;
    const root = await read([]);
    const all = statements(root, place);
    for (const id of place.namespaces) expect(root.namespaces.map((namespace) => namespace.id)).toContain(id);
    const user = await read(asUserWith(CAPABILITIES));
    expect(user.viewer.euid).toBe(65534);
    expect(user.viewer.capabilities).toHaveLength(CAPABILITIES.length);
    expect(statements(user, place)).toEqual(all);
    expect(saidMore(user, root, place)).toEqual([]);
    expect(user.complete).toBe(root.complete);
  });

  test.each(CAPABILITIES)("without %s: less is seen, and that is said", async (dropped) => {
    const place = scene as Scene;
    const whole = await read(asUserWith(CAPABILITIES));
    const part = await read(asUserWith(CAPABILITIES.filter((name) => name !== dropped)));
    const seen = statements(part, place);
    const lost = statements(whole, place).filter((statement) => !seen.includes(statement));
    const said = saidMore(part, whole, place);
    if (dropped !== "sys_admin" || HAS_WALK) expect(lost.length).toBeGreaterThan(0);
    expect(said.length).toBeGreaterThan(0);
    expect(part.complete).toBe(false);
  });
});
