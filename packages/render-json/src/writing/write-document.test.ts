import { readFileSync } from "node:fs";
import { buildGraph, type NamespaceGraph, type Observation, type SurveyFrame } from "@ns-graph/graph";
import { HOSTILE_TEXTS, HostBuilder } from "@ns-graph/testkit";
import { describe, expect, test } from "vitest";
import { chunksOf, documentOf } from "../../test/document-text.js";
import { jsonRenderer } from "../index.js";

const USER = "4:4026531837";
const NET = "4:4026532281";
const tool = { name: "ns-graph", version: "0.1.0" };

function graphOf(frame: Partial<SurveyFrame>, ...observations: Observation[]): NamespaceGraph {
  const whole = { host: {}, viewer: { namespaces: {} }, sources: [], extra: { tool }, ...frame };
  return buildGraph([{ kind: "frame", frame: whole }, ...observations]);
}

const SMALL: readonly Observation[] = [
  {
    kind: "pin",
    pin: { kind: "mount", namespace: NET, path: "/run/netns/blue", mountNamespace: "4:4026531832" },
  },
  { kind: "process", process: { pid: 312, ppid: 1, comm: "sshd", uid: 0, state: "S", pids: [312, 7], namespaces: {} } },
  { kind: "process", process: { pid: 1, namespaces: { user: USER, net: "4:4026531833" } } },
  {
    kind: "namespace",
    namespace: {
      id: USER,
      type: "user",
      dev: 4,
      ino: 4026531837,
      initial: true,
      level: 0,
      parent: { state: "invisible" },
      owner: { state: "invisible" },
      ownerUid: 0,
      uidMap: [[0, 0, 4294967295]],
      gidMap: [],
    },
  },
  {
    kind: "namespace",
    namespace: {
      id: NET,
      type: "net",
      dev: 4,
      ino: 4026532281,
      nsId: "18446744073709551615",
      parent: { state: "none" },
      owner: { state: "known", id: USER },
    },
  },
  { kind: "problem", problem: { code: "PROCESS_UNREADABLE", errno: "EACCES", pid: 87 } },
];

/** What a graph says of which no place was searched. */
const UNSEARCHED = `    {"of":"members","what":"processes","codes":["NOT_SEARCHED"],"types":["cgroup","ipc","mnt","net","pid","time","user","uts"]},
    {"of":"holders","what":"threads","codes":["NOT_SEARCHED"],"types":["cgroup","ipc","mnt","net","pid","time","user","uts"]},
    {"of":"holders","what":"children","codes":["NOT_SEARCHED"],"types":["pid","time","user"]},
    {"of":"holders","what":"descriptors","codes":["NOT_SEARCHED"],"types":["cgroup","ipc","mnt","net","pid","time","user","uts"]},
    {"of":"holders","what":"sockets","codes":["NOT_SEARCHED"],"types":["net","user"]},
    {"of":"holders","what":"mounts","codes":["NOT_SEARCHED"],"types":["cgroup","ipc","mnt","net","pid","time","user","uts"]},
    {"of":"holders","what":"list","codes":["NOT_SEARCHED"],"types":["cgroup","ipc","mnt","net","pid","time","user","uts"]}`;

describe("the layout", () => {
  test("of a graph in which nothing is", () => {
    expect(documentOf(graphOf({}))).toBe(`{
  "format": "ns-graph",
  "version": 1,
  "tool": {"name":"ns-graph","version":"0.1.0"},
  "host": {},
  "viewer": {"namespaces":{}},
  "sources": [],
  "complete": false,
  "namespaces": [],
  "processes": [],
  "workloads": [],
  "processless": [],
  "pins": [],
  "problems": [],
  "blindSpots": [
${UNSEARCHED}
  ]
}
`);
  });

  test("of a small graph: one item a line, in the canonical order", () => {
    const frame = {
      host: { hostname: "web1", kernel: "6.18.44" },
      viewer: { pid: 9, euid: 0, namespaces: { user: USER } },
    };
    expect(documentOf(graphOf(frame, ...SMALL))).toBe(`{
  "format": "ns-graph",
  "version": 1,
  "tool": {"name":"ns-graph","version":"0.1.0"},
  "host": {"hostname":"web1","kernel":"6.18.44"},
  "viewer": {"pid":9,"euid":0,"namespaces":{"user":"4:4026531837"}},
  "sources": [],
  "complete": false,
  "namespaces": [
    {"id":"4:4026532281","type":"net","ino":4026532281,"dev":4,"nsId":"18446744073709551615","parent":{"state":"none"},"owner":{"state":"known","id":"4:4026531837"}},
    {"id":"4:4026531837","type":"user","ino":4026531837,"dev":4,"initial":true,"level":0,"parent":{"state":"invisible"},"owner":{"state":"invisible"},"ownerUid":0,"uidMap":[[0,0,4294967295]],"gidMap":[]}
  ],
  "processes": [
    {"pid":1,"namespaces":{"net":"4:4026531833","user":"4:4026531837"}},
    {"pid":312,"ppid":1,"comm":"sshd","uid":0,"state":"S","pids":[312,7],"namespaces":{}}
  ],
  "workloads": [
    {"kind":"machine","leader":1,"processCount":1,"isolation":{"net":{"state":"machine","namespaces":["4:4026531833"]},"user":{"state":"machine","namespaces":["4:4026531837"]}}},
    {"kind":"unreadable","leader":312,"processCount":1,"isolation":{}}
  ],
  "processless": [
    {"namespace":"4:4026532281","reason":"other","certain":false}
  ],
  "pins": [
    {"kind":"mount","namespace":"4:4026532281","path":"/run/netns/blue","mountNamespace":"4:4026531832"}
  ],
  "problems": [
    {"code":"PROCESS_UNREADABLE","errno":"EACCES","pid":87}
  ],
  "blindSpots": [
    {"of":"members","what":"processes","codes":["PROCESS_UNREADABLE"],"types":["cgroup","ipc","mnt","net","pid","time","user","uts"],"count":1},
${UNSEARCHED}
  ]
}
`);
  });

  test("of what nobody knows: behind the rest of its object", () => {
    const text = documentOf(
      graphOf({ extra: { tool, later: [1], also: null }, host: { hostname: "a", extra: { b: 1 } } }),
    );
    expect(text).toContain('"host": {"hostname":"a","b":1},\n');
    expect(text).toMatch(/\n {2}\],\n {2}"later": \[1\],\n {2}"also": null\n\}\n$/);
  });
});

test("without members, each namespace has its number of processes", () => {
  const text = documentOf(graphOf({ view: { tree: "owner", members: "none" } }, ...SMALL));
  const document = JSON.parse(text);
  expect(document).not.toHaveProperty("processes");
  expect(document.view).toEqual({ tree: "owner", members: "none" });
  expect(document.namespaces.map((namespace: object) => ({ ...namespace }))).toMatchObject([
    { id: NET, memberCount: 0 },
    { id: USER, memberCount: 1 },
  ]);
});

test("a view that nobody asked for is not in the document", () => {
  expect(JSON.parse(documentOf(graphOf({ view: { tree: "owner", members: "fold" } })))).not.toHaveProperty("view");
  const view = { tree: "parent", members: "fold", subject: { kind: "process", pid: 7 } } as const;
  expect(JSON.parse(documentOf(graphOf({ view }))).view).toEqual(view);
});

test("the tool is this version of ns-graph, unless a document said otherwise", () => {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect(JSON.parse(documentOf(graphOf({ extra: {} }))).tool).toEqual({ name: "ns-graph", version });
  const older = { name: "ns-graph", version: "0.0.1", build: "x" };
  expect(JSON.parse(documentOf(graphOf({ extra: { tool: older } }))).tool).toEqual(older);
});

test("the order of observations does not show", () => {
  expect(documentOf(graphOf({}, ...SMALL, ...SMALL))).toBe(documentOf(graphOf({}, ...[...SMALL].reverse())));
});

test("maps come in the order of their keys", () => {
  const users = { names: { "4294967295": "c", "1000": "b", "0": "a" } };
  const containerNames = { b: { name: "2" }, a: { name: "1" } };
  const text = documentOf(graphOf({ users, containerNames }));
  expect(text).toContain('"users": {"names":{"0":"a","1000":"b","4294967295":"c"}},\n');
  expect(text).toContain('"containerNames": {"a":{"name":"1"},"b":{"name":"2"}},\n');
});

describe("hostile names", () => {
  test.each(HOSTILE_TEXTS.map((text) => [JSON.stringify(text).slice(0, 60), text]))("%s survives", (_title, text) => {
    const graph = graphOf(
      { host: { hostname: text }, containerNames: { [text]: { name: text } } },
      { kind: "process", process: { pid: 1, comm: text, cgroup: text, commandLine: text, namespaces: {} } },
      { kind: "pin", pin: { kind: "mount", namespace: NET, path: text, mountNamespace: NET } },
      { kind: "problem", problem: { code: text, path: text, extra: { [text]: text } } },
    );
    const written = documentOf(graph);
    const document = JSON.parse(written);
    expect(document.host.hostname).toBe(text);
    expect(Object.entries(document.containerNames)).toEqual([[text, { name: text }]]);
    expect(document.processes[0]).toMatchObject({ comm: text, cgroup: text, commandLine: text });
    expect(document.pins[0].path).toBe(text);
    expect(document.problems[0]).toMatchObject({ code: text, path: text });
    expect(Object.entries(document.problems[0]).at(-1)).toEqual([text, text]);
    // Each item is a line still, and nothing in it moves a cursor or a reader's eye.
    expect(written.split("\n")).toHaveLength(25 + 2 + document.blindSpots.length);
    expect(written.replaceAll("\n", "")).not.toMatch(
      /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u,
    );
    expect(new TextDecoder().decode(new TextEncoder().encode(written))).toBe(written);
  });
});

test("chunks are whole lines of 64 KiB and a little", () => {
  const processes = Array.from({ length: 5000 }, (_, index): Observation => {
    return { kind: "process", process: { pid: index + 1, comm: `process ${index}`, namespaces: { user: USER } } };
  });
  const chunks = chunksOf(graphOf({}, ...processes));
  expect(chunks.length).toBeGreaterThan(3);
  for (const chunk of chunks.slice(0, -1)) {
    expect(chunk.at(-1)).toBe("\n");
    expect(chunk.length).toBeGreaterThanOrEqual(65_536);
    expect(chunk.length).toBeLessThan(66_000);
  }
});

describe("what is read for it", () => {
  const { needs } = jsonRenderer;

  test("processes, maps, offsets and names", () => {
    expect(needs({}, { tree: "owner", members: "fold" })).toEqual([
      "status",
      "cgroup",
      "maps",
      "time-offsets",
      "users",
    ]);
  });

  test("nothing of processes, where no members are shown", () => {
    expect(needs({}, { tree: "owner", members: "none" })).toEqual(["maps", "time-offsets", "users"]);
  });
});

test("a sandbox says whom it serves", () => {
  const host = new HostBuilder();
  host.process({ pid: 1, ppid: 0, comm: "init" });
  const commandLine = "slirp4netns --configure -r 3 4711 tap0";
  host.process({ comm: "slirp4netns", commandLine, in: host.unshare(["mnt"]) });
  const { workloads } = JSON.parse(documentOf(host.build()));
  expect(workloads[1]).toMatchObject({ kind: "sandbox", engine: "slirp4netns", serves: "4711" });
  expect(workloads[0]).not.toHaveProperty("serves");
});

test("a group has parts where its living processes differ, and no zombie is one", () => {
  const host = new HostBuilder();
  host.process({ pid: 1, ppid: 0, comm: "init" });
  const around = host.unshare(["mnt"]);
  const top = host.process({ comm: "conmon", in: around });
  const inside = host.unshare(["mnt", "net"], around);
  host.process({ ppid: top, comm: "server", in: inside });
  host.process({ ppid: top, comm: "gone", state: "Z", in: host.unshare(["pid"], around) });
  host.process({ comm: "same", in: host.unshare(["uts"]) });
  host.process({ comm: "left", state: "Z", in: host.unshare(["pid"]) });
  const { workloads } = JSON.parse(documentOf(host.build()));
  const [, differing, same, left] = workloads;
  expect(differing).toMatchObject({
    leader: 2,
    pids: [2, 3, 4],
    isolation: { mnt: { state: "own", namespaces: [around.mnt, inside.mnt] }, net: { state: "mixed" } },
  });
  expect(differing.isolation.pid).toEqual({ state: "machine", namespaces: [host.initial.pid] });
  expect(differing.parts).toMatchObject([
    {
      leader: 2,
      processCount: 1,
      pids: [2],
      isolation: {
        mnt: { state: "own", namespaces: [around.mnt] },
        net: { state: "machine", namespaces: [host.initial.net] },
      },
    },
    {
      leader: 3,
      processCount: 1,
      pids: [3],
      isolation: { mnt: { state: "own", namespaces: [inside.mnt] }, net: { state: "own", namespaces: [inside.net] } },
    },
  ]);
  expect(same).toMatchObject({ leader: 5, isolation: { uts: { state: "own" } } });
  expect(same).not.toHaveProperty("parts");
  expect(left).toMatchObject({ leader: 6, pids: [6], isolation: {} });
  expect(left.isolation).toEqual({});
});
