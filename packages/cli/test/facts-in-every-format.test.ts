import { type NamespaceGraph, type Problem, selectSubject } from "@ns-graph/graph";
import { HostBuilder } from "@ns-graph/testkit";
import { describe, expect, test, vi } from "vitest";
import { DRAWING, drawPlain } from "./draw-plain.js";

vi.setConfig({ testTimeout: 120_000 });

/** Words of a drawing, whatever breaks its lines. */
async function wordsOf(...drawing: Parameters<typeof drawPlain>): Promise<string> {
  const text = await drawPlain(...drawing);
  return text.replaceAll(/<[^>]*>|[\s·│]+/g, " ").replaceAll(/ +/g, " ");
}

/** A host with namespaces of which not everything could be read. */
function partlyReadHost(): { readonly graph: NamespaceGraph; readonly ids: Readonly<Record<string, string>> } {
  const host = new HostBuilder({
    users: { names: { "1000": "anna" }, subuids: [], groupNames: { "50": "staff" }, subgids: [] },
  });
  host.process({ pid: 1, ppid: 0, comm: "init" });
  const net = host.namespace("net", {
    interfaces: [
      { name: "lo", state: "up", addresses: ["127.0.0.1/8", "::1/128"] },
      { name: "eth0", state: "up", addresses: ["fe80::9c6f:88ff:fec2:ea53/64"] },
    ],
    unassignedAddresses: ["10.244.1.7", "10.9.0.1"],
  });
  const time = host.namespace("time", { timeOffsets: { monotonic: ["-1", 500_000_000], boottime: ["86400", 0] } });
  const uts = host.namespace("uts");
  const user = host.namespace("user", { ownerUid: 1000, uidMap: [[0, 1000, 1]], gidMap: [[0, 50, 1]] });
  host.process({ comm: "sh", in: { ...host.initial, net, time, uts, user } });
  const unread = host.namespace("net");
  host.pin({ kind: "fd", namespace: unread, pid: 1, fd: 7 });
  const denied = host.namespace("time");
  host.pin({ kind: "fd", namespace: denied, pid: 1, fd: 8 });
  const problems: Problem[] = [
    { code: "FACT_UNAVAILABLE", what: "net/dev", namespace: unread, type: "net" },
    { code: "FACT_UNAVAILABLE", what: "hostname", namespace: uts, type: "uts" },
    { code: "FACT_UNREADABLE", what: "timens_offsets", namespace: denied, type: "time", errno: "EACCES" },
  ];
  for (const problem of problems) host.problem(problem);
  return { graph: host.build(), ids: { net, time, uts, user, unread, denied } };
}

const SAID: readonly (readonly [subject: string, said: string])[] = [
  ["net", "addresses 10.244.1.7 10.9.0.1 (interface not known)"],
  ["time", "clocks monotonic -0.5 s, boottime 86400 s"],
  ["uts", "hostname not known: the kernel tells it only to processes in there"],
  ["unread", "interfaces not known: nobody in it could be asked"],
  ["denied", "clocks not known: it could not be read (EACCES)"],
  ["user", "uid 1000 (anna) ↦ 0"],
  ["user", "gid 50 (staff) ↦ 0"],
];

describe.each(DRAWING.map((renderer) => [renderer.name, renderer] as const))("%s", (name, renderer) => {
  test.each(SAID)("says of %s: %s", async (subject, said) => {
    const { graph, ids } = partlyReadHost();
    const id = ids[subject] ?? "";
    expect(await wordsOf(renderer, selectSubject(graph, { kind: "namespace", id }))).toContain(said);
  });

  test.each(name === "text" ? [{}] : [{ detail: "full" }, { detail: "normal" }])(
    "says all of it in a drawing of the whole machine, %o",
    async (options) => {
      const words = await wordsOf(renderer, partlyReadHost().graph, options);
      for (const [, said] of SAID) expect(words).toContain(said);
    },
  );
});
