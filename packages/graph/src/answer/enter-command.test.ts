import { describe, expect, it, test } from "vitest";
import { buildGraph } from "../build/build-graph.js";
import { SOURCES, type Viewer } from "../model/host.js";
import { INVISIBLE_LINK, NO_LINK, UNKNOWN_LINK } from "../model/link.js";
import type { Namespace } from "../model/namespace.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { namespaceId } from "../model/namespace-id.js";
import type { NamespaceType } from "../model/namespace-type.js";
import type { Pin } from "../model/pin.js";
import type { Process } from "../model/process.js";
import { quoteForShell } from "../words/quote-for-shell.js";
import { type EnterCommand, enterCommand, enterProcessCommand } from "./enter-command.js";

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

function graphOf({ namespaces = [], processes = [], pins = [], viewer = {} }: Parts): NamespaceGraph {
  return buildGraph([
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
    ...processes
      .filter(isUnread)
      .map(({ pid }) => ({ kind: "problem", problem: { code: "PROCESS_UNREADABLE", pid } }) as const),
  ]);
}

const isUnread = ({ namespaces }: Process): boolean => Object.keys(namespaces).length === 0;

function spelled({ words, note }: EnterCommand): {
  readonly line: string | undefined;
  readonly note: string | undefined;
} {
  return { line: words && quoteForShell(words), note };
}

function command(id: string, parts: Parts): string | undefined {
  return spelled(enterCommand(graphOf(parts), id)).line;
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

  it("goes by a descriptor of another run only where nothing else leads in, and says so", () => {
    const run: Process = { pid: 3, comm: "ns-graph", namespaces: { user: USER } };
    const holder: Process = { pid: 12, comm: "dockerd", namespaces: { user: USER } };
    const ofRun: Pin = { kind: "fd", namespace: NET, pid: 3, fd: 40 };
    const ofHolder: Pin = { kind: "fd", namespace: NET, pid: 12, fd: 4 };
    const processes = [run, holder];
    expect(enterCommand(graphOf({ pins: [ofRun, ofHolder], processes }), NET)).toEqual({
      words: ["nsenter", "--net=/proc/12/fd/4"],
    });
    expect(command(NET, { pins: [ofRun, elsewhere], processes })).toMatch("/proc/812/root/mnt/");
    expect(command(NET, { pins: [ofRun], processes: [run, member] })).toBe("nsenter --target 77 --net");
    expect(enterCommand(graphOf({ pins: [ofRun], processes }), NET)).toEqual({
      words: ["nsenter", "--net=/proc/3/fd/40"],
      note: expect.stringContaining("another run of ns-graph, which closes it when it ends"),
    });
    const time = namespace("time", "4:4026532402");
    const pins: Pin[] = [
      { kind: "fd", namespace: time.id, pid: 3, fd: 41 },
      { kind: "for-children", namespace: time.id, pid: 9 },
    ];
    expect(command(time.id, { namespaces: [time], pins, processes })).toBe(
      "nsenter --time=/proc/9/ns/time_for_children",
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

  it("becomes somebody who is mapped, and never stays root of the machine", () => {
    const inside = (uidMap: Namespace["uidMap"], gidMap = uidMap): [string, Parts] => {
      const user = namespace("user", "4:4026532566", { ...(uidMap && { uidMap }), ...(gidMap && { gidMap }) });
      return [user.id, { namespaces: [user], processes: [{ pid: 8, namespaces: { user: user.id } }] }];
    };
    expect(command(...inside(undefined))).toBe("nsenter --target 8 --user");
    expect(command(...inside([[0, 1000, 1]]))).toBe("nsenter --target 8 --user");
    expect(command(...inside([[1000, 1000, 1]]))).toBe("nsenter --target 8 --user --setuid 1000 --setgid 1000");
    expect(command(...inside([[5, 100005, 9]], [[0, 1000, 1]]))).toBe("nsenter --target 8 --user --setuid 5");
    for (const [uidMap, gidMap] of [
      [[], []],
      [[[1000, 1000, 1]], []],
      [[], [[1000, 1000, 1]]],
    ] as const) {
      const [id, parts] = inside(uidMap, gidMap);
      expect(spelled(enterCommand(graphOf(parts), id))).toEqual({
        line: undefined,
        note: expect.stringContaining("maps no user or no group that you could become"),
      });
    }
  });

  it("says who has what is run in a user namespace in their hands", () => {
    const user = namespace("user", "4:4026532566", { ownerUid: 1000, uidMap: [[0, 1000, 1]], gidMap: [[0, 1000, 1]] });
    const parts = { namespaces: [user], processes: [{ pid: 8, namespaces: { user: user.id } }] };
    const noteFor = (euid: number) => enterCommand(graphOf({ ...parts, viewer: { euid } }), user.id).note;
    expect(noteFor(0)).toMatch(/^Whoever is in charge of that user namespace can take over /);
    expect(noteFor(1001)).toBe(noteFor(0));
    expect(noteFor(1000)).toBeUndefined();
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

describe("a mount namespace, where the programs are others',", () => {
  const mnt = namespace("mnt", "4:4026532500");
  const user = namespace("user", "4:4026532566", { uidMap: [[0, 100000, 65536]], gidMap: [[0, 100000, 65536]] });
  const owned: Namespace = { ...mnt, owner: { state: "known", id: user.id } };
  const inBoth: Process = { pid: 9, namespaces: { mnt: mnt.id, user: user.id } };
  const inMnt: Process = { pid: 7, namespaces: { mnt: mnt.id, user: USER } };

  function enter(parts: Parts) {
    return spelled(enterCommand(graphOf(parts), mnt.id));
  }

  it("that no other user namespace owns: is entered with a program of the caller's choice", () => {
    const answer = {
      line: "nsenter --target 7 --mount PROGRAM/",
      note: "Programs inside are not to be trusted: the one that you put in place of PROGRAM/ is looked up there, and runs as you.",
    };
    expect(enter({ namespaces: [mnt], processes: [inMnt] })).toEqual(answer);
    for (const owner of [UNKNOWN_LINK, INVISIBLE_LINK])
      expect(enter({ namespaces: [{ ...mnt, owner }], processes: [inMnt] })).toEqual(answer);
    const pin: Pin = { kind: "mount", namespace: mnt.id, path: "/run/x", mountNamespace: MNT, reachableFrom: 1 };
    expect(enter({ namespaces: [mnt], pins: [pin] }).line).toBe("nsenter --mount=/run/x PROGRAM/");
  });

  it("that another one owns: is entered with that one", () => {
    const answer = {
      line: "nsenter --target 9 --user --mount",
      note: "Programs inside are not to be trusted: they run without your rights, but with your terminal and your environment.",
    };
    expect(enter({ namespaces: [owned, user], processes: [inMnt, inBoth] })).toEqual(answer);
    const apart: Process = { pid: 8, namespaces: { user: user.id } };
    expect(enter({ namespaces: [owned, user], processes: [inMnt, apart] }).line).toBe(
      "nsenter --target 7 --user=/proc/8/ns/user --mount",
    );
    const pin: Pin = { kind: "fd", namespace: user.id, pid: 12, fd: 4 };
    expect(enter({ namespaces: [owned, user], processes: [inMnt], pins: [pin] }).line).toBe(
      "nsenter --target 7 --user=/proc/12/fd/4 --mount",
    );
    const unread = namespace("user", user.id);
    // Who root is inside is not known then.
    expect(enter({ namespaces: [owned, unread], processes: [inBoth] }).line).toBe(
      "nsenter --target 9 --user --mount PROGRAM/",
    );
  });

  it("that another one owns, which can't be entered or is not here: is not entered", () => {
    const none = {
      line: undefined,
      note: expect.stringContaining("nothing that was found leads into the user namespace"),
    };
    expect(enter({ namespaces: [owned, user], processes: [inMnt] })).toEqual(none);
    expect(enter({ namespaces: [owned], processes: [inMnt] })).toEqual(none);
    const nobody: Namespace = { ...user, uidMap: [], gidMap: [] };
    expect(enter({ namespaces: [owned, nobody], processes: [inBoth] })).toEqual({
      line: undefined,
      note: expect.stringContaining("maps no user or no group that you could become"),
    });
  });

  it("where the viewer stays who they are: is entered with a program of the caller's choice", () => {
    const asRoot: Namespace = { ...user, uidMap: [[0, 0, 1]], gidMap: [[0, 0, 1]] };
    expect(enter({ namespaces: [owned, asRoot], processes: [inBoth] })).toEqual({
      line: "nsenter --target 9 --user --mount PROGRAM/",
      note: expect.stringContaining("runs as you"),
    });
    const group: Namespace = { ...user, uidMap: [[0, 1000, 1]], gidMap: [[0, 0, 1]] };
    expect(enter({ namespaces: [owned, group], processes: [inBoth] }).line).toMatch(/ PROGRAM\/$/);
    const own: Namespace = {
      ...user,
      uidMap: [[0, 1000, 1]],
      gidMap: [[0, 1000, 1]],
      setgroups: "deny",
      ownerUid: 1000,
    };
    const viewer = { euid: 1000 };
    expect(enter({ namespaces: [owned, own], processes: [inBoth], viewer })).toEqual({
      line: "nsenter --target 9 --user --mount --preserve-credentials PROGRAM/",
      note: expect.stringContaining("runs as you"),
    });
    const podman: Namespace = { ...own, setgroups: "allow" };
    expect(enter({ namespaces: [owned, podman], processes: [inBoth], viewer }).line).toBe(
      "nsenter --target 9 --user --mount PROGRAM/",
    );
    const other: Namespace = { ...podman, uidMap: [[0, 100000, 65536]] };
    expect(enter({ namespaces: [owned, other], processes: [inBoth], viewer }).line).toBe(
      "nsenter --target 9 --user --mount",
    );
  });

  it("of the machine, or of the viewer: has programs that are trusted", () => {
    expect(enter({ namespaces: [{ ...mnt, initial: true }], processes: [inMnt] })).toEqual({
      line: "nsenter --target 7 --mount",
      note: undefined,
    });
    expect(
      enter({ namespaces: [mnt], processes: [inMnt], viewer: { namespaces: { user: USER, mnt: mnt.id } } }),
    ).toEqual({ line: "nsenter --target 7 --mount", note: undefined });
  });

  describe("and a process", () => {
    const net = namespace("net", "4:4026532570");
    const own = { user: USER, mnt: MNT, net: NET };

    function enterProcess(process: Process, parts: Parts = {}) {
      const graph = graphOf({ processes: [process], viewer: { namespaces: own }, ...parts });
      return spelled(enterProcessCommand(graph, process));
    }

    it("in it: is entered by each namespace that the viewer is not in, with a program of the caller's choice", () => {
      const process: Process = { pid: 7, namespaces: { mnt: mnt.id, net: net.id, user: USER } };
      expect(enterProcess(process, { namespaces: [mnt, net] })).toEqual({
        line: "nsenter --target 7 --mount --net PROGRAM/",
        note: expect.stringContaining("runs as you"),
      });
      expect(enterProcess(process, { namespaces: [net] }).line).toBe("nsenter --target 7 --mount --net PROGRAM/");
    });

    it("in it and in another user namespace: is entered with that one", () => {
      const process: Process = { pid: 7, namespaces: { mnt: mnt.id, net: NET, user: user.id } };
      expect(enterProcess(process, { namespaces: [owned, user] })).toEqual({
        line: "nsenter --target 7 --user --mount",
        note: expect.stringContaining("without your rights"),
      });
      const nobody: Namespace = { ...user, uidMap: [] };
      expect(enterProcess(process, { namespaces: [owned, nobody] }).line).toBeUndefined();
    });

    it("in it, outside of the user namespace that owns it: is entered with that one too", () => {
      const process: Process = { pid: 7, namespaces: { mnt: mnt.id, user: USER } };
      const inside: Process = { pid: 8, namespaces: { user: user.id } };
      expect(enterProcess(process, { namespaces: [owned, user], processes: [process, inside] }).line).toBe(
        "nsenter --target 7 --user=/proc/8/ns/user --mount",
      );
      expect(enterProcess(process, { namespaces: [owned, user] })).toEqual({
        line: undefined,
        note: expect.stringContaining("nothing that was found leads into"),
      });
    });

    it("of a user's own in a namespace that another one owns: is entered by root alone", () => {
      const mine: Namespace = { ...user, ownerUid: 1000, setgroups: "deny", parent: { state: "known", id: USER } };
      const uts = namespace("uts", "4:4026532571", { owner: { state: "known", id: mine.id } });
      const process: Process = { pid: 7, namespaces: { mnt: MNT, net: net.id, uts: uts.id, user: mine.id } };
      const powerless = { euid: 1000, capabilities: [], namespaces: own };
      const enter = (owner: Namespace["owner"], viewer: Partial<Viewer>) =>
        enterProcess(process, { namespaces: [mine, uts, { ...net, owner }], viewer });
      const none = { line: undefined, note: expect.stringContaining("does not own all of its namespaces") };
      expect(enter({ state: "known", id: USER }, powerless)).toEqual(none);
      expect(enter(INVISIBLE_LINK, powerless)).toEqual(none);
      const line = "nsenter --target 7 --user --net --uts --preserve-credentials";
      expect(enter({ state: "known", id: mine.id }, powerless).line).toBe(line);
      expect(enter(UNKNOWN_LINK, powerless).line).toBe(line);
      expect(enter({ state: "known", id: USER }, { ...powerless, euid: 0 }).line).toBe(
        "nsenter --target 7 --user --net --uts",
      );
      const below = namespace("user", "4:4026532577", { parent: { state: "known", id: mine.id } });
      const ofBelow = { ...net, owner: { state: "known" as const, id: below.id } };
      expect(enterProcess(process, { namespaces: [mine, uts, below, ofBelow], viewer: powerless }).line).toBe(line);
    });

    it("of one's own, where nobody may drop groups: is entered as who one is, and that of others is not", () => {
      const above = namespace("user", "4:4026532580", { setgroups: "deny" });
      const mine: Namespace = { ...user, ownerUid: 0, setgroups: "deny" };
      const process: Process = { pid: 7, namespaces: { mnt: MNT, net: net.id, user: mine.id } };
      const viewer = { euid: 0, namespaces: { ...own, user: above.id } };
      const line = "nsenter --target 7 --user --net --preserve-credentials";
      expect(enterProcess(process, { namespaces: [above, mine, net], viewer }).line).toBe(line);
      expect(enterProcess(process, { namespaces: [above, { ...mine, uidMap: [] }, net], viewer }).line).toBe(line);
      expect(enterProcess(process, { namespaces: [above, { ...mine, ownerUid: 5 }, net], viewer })).toEqual({
        line: undefined,
        note: expect.stringContaining("setgroups(2) is refused"),
      });
    });

    it("of a user's own: is entered as that user", () => {
      const mine: Namespace = { ...user, ownerUid: 1000, uidMap: [[0, 1000, 1]], gidMap: [[0, 1000, 1]] };
      const process: Process = { pid: 7, namespaces: { mnt: MNT, net: net.id, user: user.id } };
      const viewer = { euid: 1000, namespaces: own };
      expect(enterProcess(process, { namespaces: [mine, net], viewer })).toEqual({
        line: "nsenter --target 7 --user --net --preserve-credentials",
        note: undefined,
      });
    });
  });
});

test("a process none of whose namespaces could be read, or are others than the viewer's, has no command", () => {
  const enter = (process: Process) => enterProcessCommand(graphOf({ processes: [process] }), process);
  expect(enter({ pid: 7, namespaces: {} })).toEqual({});
  expect(enter({ pid: 7, namespaces: { user: USER, mnt: MNT } })).toEqual({});
  expect(enter({ pid: 7, state: "Z", namespaces: { net: NET } })).toEqual({});
  expect(enter({ pid: 7, namespaces: { net: NET } })).toEqual({ words: ["nsenter", "--target", "7", "--net"] });
});
