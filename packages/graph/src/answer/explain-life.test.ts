import { describe, expect, it } from "vitest";
import { buildGraph } from "../build/build-graph.js";
import { SOURCES, type Source } from "../model/host.js";
import { INVISIBLE_LINK, NO_LINK } from "../model/link.js";
import type { Namespace } from "../model/namespace.js";
import { namespaceId } from "../model/namespace-id.js";
import type { NamespaceType } from "../model/namespace-type.js";
import type { Pin } from "../model/pin.js";
import type { Process } from "../model/process.js";
import { describeLife } from "../words/describe-life.js";
import { explainLife } from "./explain-life.js";

const USER = namespaceId(4, 4026531837);

function user(ino: number, parent: string | undefined, more: Partial<Namespace> = {}): Namespace {
  const link = parent === undefined ? INVISIBLE_LINK : ({ state: "known", id: parent } as const);
  return { id: namespaceId(4, ino), type: "user", dev: 4, ino, parent: link, owner: link, ...more };
}

function owned(type: NamespaceType, ino: number, more: Partial<Namespace> = {}): Namespace {
  return { id: namespaceId(4, ino), type, dev: 4, ino, parent: NO_LINK, owner: { state: "known", id: USER }, ...more };
}

interface Parts {
  readonly namespaces: readonly Namespace[];
  readonly processes?: readonly Process[];
  readonly pins?: readonly Pin[];
  readonly sources?: readonly Source[];
}

function graphOf({ namespaces, processes = [], pins = [], sources = SOURCES }: Parts) {
  return buildGraph([
    { kind: "frame", frame: { host: {}, viewer: { namespaces: {} }, sources } },
    { kind: "namespace", namespace: user(4026531837, undefined, { initial: true }) },
    ...namespaces.map((namespace) => ({ kind: "namespace", namespace }) as const),
    ...processes.map((process) => ({ kind: "process", process }) as const),
    ...pins.map((pin) => ({ kind: "pin", pin }) as const),
  ]);
}

function lifeOf(parts: Parts, id: string) {
  const graph = graphOf(parts);
  const life = explainLife(graph, id);
  if (life === undefined) throw new Error(`no namespace ${id}`);
  return { life, words: describeLife(graph, life) };
}

describe("explainLife", () => {
  it("counts what points at a namespace", () => {
    const net = owned("net", 4026532281);
    const { life, words } = lifeOf(
      {
        namespaces: [net],
        pins: [
          { kind: "mount", namespace: net.id, path: "/run/netns/blue", mountNamespace: "4:4026531832" },
          { kind: "mount", namespace: net.id, path: "/run/netns/blue", mountNamespace: "4:4026532311" },
          { kind: "fd", namespace: net.id, pid: 1044, fd: 12 },
        ],
      },
      net.id,
    );
    expect(life.direct).toEqual({ processes: 0, zombies: 0, pins: { mount: 2, fd: 1 } });
    expect(words).toBe("It is alive because of 1 open descriptor and 2 mounts, and vanishes when all 3 are gone.");
  });

  it("counts what holds the namespaces below, each process once", () => {
    const upper = user(4026532500, USER);
    const lower = user(4026532501, upper.id);
    const net = owned("net", 4026532502, { owner: { state: "known", id: lower.id } });
    const inside = { user: lower.id, net: net.id };
    const { life, words } = lifeOf(
      {
        namespaces: [upper, lower, net],
        processes: [
          { pid: 10, namespaces: inside },
          { pid: 11, namespaces: inside },
        ],
        pins: [{ kind: "fd", namespace: net.id, pid: 3, fd: 4 }],
      },
      upper.id,
    );
    expect(life.below).toEqual([lower.id]);
    expect(life.indirect).toEqual({ namespaces: 2, processes: 2, pins: { fd: 1 } });
    expect(words).toBe(
      "It is alive because of user:[4026532501] below it, and vanishes when that is gone; what is below it is held by 2 processes and 1 open descriptor.",
    );
  });

  it("says that the kernel keeps an initial namespace", () => {
    const { life, words } = lifeOf({ namespaces: [] }, USER);
    expect(life.permanent).toBe(true);
    expect(words).toContain("until the machine stops");
  });

  it("does not claim to know what was not searched", () => {
    const net = owned("net", 4026532281);
    const { words } = lifeOf({ namespaces: [net], sources: ["process", "thread"] }, net.id);
    expect(words).toBe(
      "Nothing was found that keeps it alive: descriptors, sockets, mounts and the kernel's list were not searched, so that more may hold it.",
    );
  });

  it("says so where everything was searched in vain", () => {
    const net = owned("net", 4026532281);
    expect(lifeOf({ namespaces: [net] }, net.id).words).toContain("can't be seen from here");
  });

  it("names the init of a pid namespace, and zombies", () => {
    const pid = owned("pid", 4026532402);
    const { life, words } = lifeOf(
      {
        namespaces: [pid],
        processes: [
          { pid: 500, pids: [500, 1], state: "S", namespaces: { pid: pid.id } },
          { pid: 501, pids: [501, 2], state: "Z", namespaces: { pid: pid.id } },
        ],
      },
      pid.id,
    );
    expect(life.init).toEqual({ state: "alive", pid: 500 });
    expect(words).toBe(
      "It is alive because of 2 processes (1 zombie), and vanishes when both are gone. The end of process 500, its init, ends every process in it.",
    );
  });

  it("takes the number of members from a document that left them out", () => {
    const net = owned("net", 4026532281, { memberCount: 7 });
    const { life } = lifeOf({ namespaces: [net] }, net.id);
    expect(life.direct.processes).toBe(7);
  });

  it("ends on graphs whose edges run in a circle", () => {
    const a = user(4026532500, namespaceId(4, 4026532501));
    const b = user(4026532501, a.id);
    const { life } = lifeOf({ namespaces: [a, b] }, a.id);
    expect(life.below).toEqual([b.id]);
    expect(life.indirect.namespaces).toBe(1);
  });

  it("answers undefined for a namespace that is not there", () => {
    expect(explainLife(graphOf({ namespaces: [] }), "4:1")).toBeUndefined();
  });
});
