import type { NamespaceGraph, Pin, Problem } from "@ns-graph/graph";
import { countPins } from "@ns-graph/graph";
import { readDocument } from "@ns-graph/render-json";
import {
  asUser,
  holdByDescriptor,
  holdBySockets,
  holdInThread,
  type Keeper,
  mountElsewhere,
  type RealNamespace,
  requireNamespaces,
  requireProgram,
  runCli,
  type Skippable,
  startContained,
  waiting,
} from "@ns-graph/testkit";
import { expect } from "vitest";
import { makeMemoryGauge } from "./memory-gauge.js";

/*
 * What the tests share in which an ordinary user has very much of something, or something that never answers, and root looks at
 * the machine. Beside it are namespaces of others, which have to be told as if there were no such user.
 */

/** Whether the loads have their full size, which `npm run test:hostile` asks for; a tenth otherwise. */
export const IS_FULL_SIZE = process.env.NS_GRAPH_TEST_HOSTILE === "full";

/** How many of so many at full size there are in this run. */
export function sized(full: number): number {
  return IS_FULL_SIZE ? full : Math.ceil(full / 10);
}

/** What root's run may take: seconds, and bytes of memory. */
const LONGEST = 60;
const LARGEST = 2 ** 30;

/** Another user than the one who makes the load. */
const WITNESS_USER = 54_322;

/** Skips a test that needs a user's own namespaces, or a compiler. */
export function requireLoads(context: Skippable): void {
  requireNamespaces(context, "user", "mnt", "net", "uts");
  requireProgram(context, "setpriv", "unshare");
}

/** A command that has so many interfaces with an address each, in a network namespace of its own: see `interfaceAddress`. */
export function withInterfaces(count: number): string[] {
  const script = `
    for kind in dummy bridge; do ip link add probe type $kind 2>/dev/null && break; done
    ip link delete probe
    for i in $(seq "$1"); do
      echo "link add i$i type $kind"
      echo "address add 10.$((i / 200)).$((i % 200)).1/24 dev i$i"
      echo "link set i$i up"
    done | ip -batch -`;
  return ["unshare", "--user", "--map-root-user", "--net", ...waiting(script, String(count))];
}

/** The address of one of them, without its prefix. */
export function interfaceAddress(i: number): string {
  return `10.${Math.floor(i / 200)}.${i % 200}.1`;
}

/** What root's run said. */
export interface Seen {
  readonly graph: NamespaceGraph;
  readonly pins: readonly Pin[];
  readonly problems: readonly Problem[];
  readonly stderr: string;
}

/** Namespaces of others, and what holds them. */
interface Witness {
  readonly namespace: RealNamespace;
  readonly members?: readonly number[];
  readonly heldBy?: readonly object[];
}

/** A machine with somebody on it who means harm, as root sees it. */
export class HostileMachine {
  readonly keeper: Keeper;
  readonly #witnesses: readonly Witness[];

  private constructor(keeper: Keeper, witnesses: readonly Witness[]) {
    this.keeper = keeper;
    this.#witnesses = witnesses;
  }

  /** Makes what others have. */
  static async make(keeper: Keeper): Promise<HostileMachine> {
    const contained = await startContained(keeper, ["user", "net", "uts"], { through: asUser(WITNESS_USER) });
    const byDescriptor = await holdByDescriptor(keeper);
    const bySockets = await holdBySockets(keeper);
    const mounted = await mountElsewhere(keeper);
    const inThread = await holdInThread(keeper, "own table");
    return new HostileMachine(keeper, [
      ...Object.values(contained.namespaces).map((namespace) => ({ namespace, members: [contained.pid] })),
      { namespace: byDescriptor.namespace, heldBy: [{ kind: "fd", pid: byDescriptor.pid, fd: byDescriptor.fd }] },
      {
        namespace: bySockets.namespace,
        heldBy: bySockets.fds.map((fd) => ({ kind: "socket", pid: bySockets.pid, fd })),
      },
      {
        namespace: mounted.namespace,
        heldBy: [{ kind: "mount", path: mounted.paths[0], reachableFrom: mounted.pid }],
      },
      {
        namespace: inThread.byDescriptor,
        heldBy: [{ kind: "fd", pid: inThread.pid, tid: inThread.tid, fd: inThread.fd }],
      },
    ]);
  }

  /**
   * Root's run, as a document: it ends by itself in time, takes no more memory than it may, and tells all that others have.
   * One that is kept from ending is killed, and fails.
   */
  async see(args: readonly string[] = []): Promise<Seen> {
    const { stdout, stderr } = await this.run(["--format", "json", ...args]);
    const graph = readDocument(stdout);
    const seen: Seen = { graph, pins: [...graph.pins()], problems: graph.problems(), stderr };
    this.#expectWitnesses(seen);
    return seen;
  }

  /** Root's run, whatever it prints; within the same bounds. */
  async run(args: readonly string[], seconds = LONGEST): Promise<{ stdout: string; stderr: string }> {
    const gauge = makeMemoryGauge(this.keeper.directory);
    const { nodeOptions, env } = gauge;
    const { exitCode, signal, stdout, stderr } = await runCli(args, { nodeOptions, env, timeout: seconds * 1000 });
    expect({ exitCode, signal }, `${args.join(" ")}: ${stderr}`).toEqual({ exitCode: 0, signal: null });
    expect(gauge.read(), "bytes of memory").toBeLessThan(LARGEST);
    expect(stderr).not.toMatch(/^\s+at /m);
    return { stdout, stderr };
  }

  #expectWitnesses({ graph, pins }: Seen): void {
    for (const { namespace, members = [], heldBy = [] } of this.#witnesses) {
      const name = `${namespace.type}:[${namespace.ino}] of somebody else`;
      const told = graph.namespace(namespace.id);
      expect(told, name).toMatchObject({ id: namespace.id, type: namespace.type, owner: { state: "known" } });
      for (const pid of members) expect(graph.process(pid)?.namespaces[namespace.type], name).toBe(namespace.id);
      for (const holder of heldBy)
        expect(pins, name).toContainEqual(expect.objectContaining({ ...holder, namespace: namespace.id }));
    }
  }
}

/** Things of one kind that hold a namespace; those of one process, where it is given: another may look at it, too. */
function holdersOf({ pins }: Seen, { id }: RealNamespace, kind: Pin["kind"], of?: number): Pin[] {
  return pins.filter(
    (pin) => pin.namespace === id && pin.kind === kind && (of === undefined || !("pid" in pin) || pin.pid === of),
  );
}

/** How many they are, with those that are only counted. */
export function countHolders(...which: Parameters<typeof holdersOf>): number {
  return countPins(holdersOf(...which));
}

/** How many of them are listed. */
export function countListed(...which: Parameters<typeof holdersOf>): number {
  return holdersOf(...which).length;
}

/** The greatest number of holders that a text counts, as `held by 12 more mounts` or `held by 12 open descriptors of 7 sh`. */
export function countedInText(text: string, noun: string): number {
  const numbers = [...text.matchAll(new RegExp(`(\\d+) (?:more )?(?:open )?${noun}`, "g"))].map(([, number]) =>
    Number(number),
  );
  return Math.max(0, ...numbers);
}

/** Expects that something is said to have been left out, and that the graph is not said to be complete. */
export function expectSaid({ graph, problems }: Seen, problem: Partial<Problem>): void {
  expect(problems).toContainEqual(expect.objectContaining(problem));
  expect(graph.complete).toBe(false);
}

/** What is said of a process or mount namespace. */
export function problemsOf({ problems }: Seen, of: { readonly pid?: number; readonly namespace?: string }): Problem[] {
  return problems.filter(({ pid, namespace }) => pid === of.pid && namespace === of.namespace);
}
