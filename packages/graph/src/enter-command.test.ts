import { describe, expect, it, test } from "vitest";
import { buildGraph } from "./build-graph.js";
import { enterCommand, enterProcessCommand } from "./enter-command.js";
import { SOURCES, type Viewer } from "./host.js";
import { INVISIBLE_LINK, NO_LINK } from "./link.js";
import type { Namespace } from "./namespace.js";
import { namespaceId } from "./namespace-id.js";
import type { NamespaceType } from "./namespace-type.js";
import type { Pin } from "./pin.js";
import type { Process } from "./process.js";
import { quoteForShell } from "./quote-for-shell.js";

const USER = namespaceId(4, 4026531837);
const MNT = namespaceId(4, 4026531832);
const NET = namespaceId(4, 4026532281);
const OTHER_MNT = namespaceId(4, 4026532311);

function namespace(type: NamespaceType, id: string, more: Partial<Namespace> = {}): Namespace {
  const ino = Number(id.slice(2));
  return { id, type, dev: 4, ino, parent: NO_LINK, owner: { state: "known", id: USER }, ...more };
}

interface Parts {
  readonly namespaces?: readonly Namespace[];
  readonly processes?: readonly Process[];
  readonly pins?: readonly Pin[];
  readonly viewer?: Partial<Viewer>;
}

function command(id: string, { namespaces = [], processes = [], pins = [], viewer = {} }: Parts): string | undefined {
  const graph = buildGraph([
    {
      kind: "frame",
      frame: { host: {}, viewer: { euid: 0, namespaces: { user: USER, mnt: MNT }, ...viewer }, sources: SOURCES },
    },
    {
      kind: "namespace",
      namespace: namespace("user", USER, { initial: true, parent: INVISIBLE_LINK, owner: INVISIBLE_LINK }),
    },
    { kind: "namespace", namespace: namespace("mnt", MNT) },
    { kind: "namespace", namespace: namespace("mnt", OTHER_MNT) },
    { kind: "namespace", namespace: namespace("net", NET) },
    ...namespaces.map((one) => ({ kind: "namespace", namespace: one }) as const),
    ...processes.map((process) => ({ kind: "process", process }) as const),
    ...pins.map((pin) => ({ kind: "pin", pin }) as const),
  ]);
  const words = enterCommand(graph, id);
  return words === undefined ? undefined : quoteForShell(words);
}

const here: Pin = { kind: "mount", namespace: NET, path: "/run/netns/blue", mountNamespace: MNT, reachableFrom: 1 };
const elsewhere: Pin = {
  kind: "mount",
  namespace: NET,
  path: "/mnt/it's",
  mountNamespace: OTHER_MNT,
  reachableFrom: 812,
};
const member: Process = { pid: 77, namespaces: { net: NET, user: USER } };

describe("enterCommand", () => {
  it("goes by a mount that the viewer can reach", () => {
    expect(command(NET, { pins: [elsewhere, here], processes: [member] })).toBe("nsenter --net=/run/netns/blue");
  });

  it("goes by a member process, rather a program than a kernel thread", () => {
    const thread: Process = { pid: 5, kernelThread: true, namespaces: { net: NET } };
    expect(command(NET, { pins: [elsewhere], processes: [thread, member] })).toBe("nsenter --target 77 --net");
  });

  it.each<[string, Pin, string]>([
    ["a thread", { kind: "thread", namespace: NET, pid: 12, tid: 15 }, "nsenter --net=/proc/12/task/15/ns/net"],
    ["a descriptor", { kind: "fd", namespace: NET, pid: 12, fd: 4 }, "nsenter --net=/proc/12/fd/4"],
    [
      "a thread's descriptor",
      { kind: "fd", namespace: NET, pid: 12, tid: 15, fd: 4 },
      "nsenter --net=/proc/12/task/15/fd/4",
    ],
  ])("goes by %s", (_what, pin, expected) => {
    expect(command(NET, { pins: [pin] })).toBe(expected);
  });

  it("goes through the root of the process from which a mount was reached", () => {
    const other: Process = { pid: 811, namespaces: { mnt: OTHER_MNT } };
    expect(command(NET, { pins: [elsewhere], processes: [other] })).toBe(`nsenter '--net=/proc/812/root/mnt/it'\\''s'`);
  });

  it("does not go by a mount to which no way leads: it is covered, or outside of every root", () => {
    const covered: Pin[] = [here, elsewhere].map(({ reachableFrom: _, ...pin }) => pin as Pin);
    expect(command(NET, { pins: covered })).toBeUndefined();
    expect(command(NET, { pins: covered, processes: [member] })).toBe("nsenter --target 77 --net");
    expect(command(NET, { pins: [...covered, { kind: "fd", namespace: NET, pid: 12, fd: 4 }] })).toBe(
      "nsenter --net=/proc/12/fd/4",
    );
  });

  it("goes by the time namespace for children", () => {
    const time = namespace("time", "4:4026532402");
    const pins: Pin[] = [{ kind: "for-children", namespace: time.id, pid: 9 }];
    expect(command(time.id, { namespaces: [time], pins })).toBe("nsenter --time=/proc/9/ns/time_for_children");
  });

  it("has no way into a pid namespace without an init, whatever holds it", () => {
    const pid = namespace("pid", "4:4026532402", { level: 1 });
    const pins: Pin[] = [
      { kind: "for-children", namespace: pid.id, pid: 9 },
      { kind: "fd", namespace: pid.id, pid: 12, fd: 4 },
    ];
    const unreadable: Process = { pid: 20, pids: [20], namespaces: {} };
    expect(command(pid.id, { namespaces: [pid], pins, processes: [unreadable] })).toBeUndefined();
    const deep: Process = { pid: 21, pids: [21, 1], namespaces: {} };
    expect(command(pid.id, { namespaces: [pid], pins, processes: [unreadable, deep] })).toBe(
      "nsenter --pid=/proc/12/fd/4",
    );
  });

  it("has no way where only a socket, or nothing, is known to hold it", () => {
    expect(command(NET, { pins: [{ kind: "socket", namespace: NET, pid: 12, fd: 5 }] })).toBeUndefined();
    expect(command("4:1", {})).toBeUndefined();
  });

  it("goes by a zombie only where its links are left", () => {
    const user = namespace("user", "4:4026532566", { setgroups: "allow" });
    const zombie: Process = { pid: 8, state: "Z", namespaces: { net: NET, user: user.id } };
    expect(command(user.id, { namespaces: [user], processes: [zombie] })).toBe("nsenter --target 8 --user");
    expect(command(NET, { namespaces: [user], processes: [zombie] })).toBeUndefined();
  });

  it("leaves ids as they are where 0 is not mapped", () => {
    const user = namespace("user", "4:4026532566", { uidMap: [], gidMap: [] });
    const inside: Process = { pid: 8, namespaces: { user: user.id } };
    expect(command(user.id, { namespaces: [user], processes: [inside] })).toBe(
      "nsenter --target 8 --user --preserve-credentials",
    );
  });

  it("enters the owner first for a viewer without privileges", () => {
    const user = namespace("user", "4:4026532566", { uidMap: [[0, 1000, 1]], gidMap: [[0, 1000, 1]] });
    const net = namespace("net", "4:4026532570", { owner: { state: "known", id: user.id } });
    const together: Process = { pid: 9, namespaces: { user: user.id, net: net.id } };
    const apart: Process = { pid: 8, namespaces: { user: USER, net: net.id } };
    const viewer = { euid: 1000 };
    const namespaces = [user, net];
    expect(command(net.id, { namespaces, processes: [apart, together], viewer })).toBe(
      "nsenter --target 9 --user --net --preserve-credentials",
    );
    const named: Pin = { kind: "mount", namespace: net.id, path: "/run/x", mountNamespace: MNT, reachableFrom: 1 };
    expect(command(net.id, { namespaces, processes: [apart, together], pins: [named], viewer })).toBe(
      "nsenter --target 9 --user --net=/run/x --preserve-credentials",
    );
  });

  it("has none for the user namespace that the viewer is in, because setns(2) refuses it", () => {
    const own: Process = { pid: 77, namespaces: { user: USER } };
    expect(command(USER, { processes: [own] })).toBeUndefined();
    expect(command(USER, { processes: [own], viewer: { namespaces: { user: "4:4026532566" } } })).toBe(
      "nsenter --target 77 --user",
    );
  });
});

test("a process none of whose namespaces could be read can't be entered", () => {
  expect(enterProcessCommand({ pid: 7, namespaces: {} })).toBeUndefined();
  expect(enterProcessCommand({ pid: 7, namespaces: { net: NET } })).toEqual(["nsenter", "--target", "7", "--all"]);
});
