import { expect, test } from "vitest";
import { assembleGraph } from "../build/build-graph.js";
import { type Link, NO_LINK } from "../model/link.js";
import type { Namespace } from "../model/namespace.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { type NamespaceId, parseNamespaceId } from "../model/namespace-id.js";
import type { Pin } from "../model/pin.js";
import type { Problem } from "../model/problem.js";
import { selectProcessless, selectTypes } from "../select/select.js";
import { describeProcessless, describeReasons } from "../words/processless-words.js";
import { explainProcessless, PROCESSLESS_REASONS, processlessNamespaces } from "./explain-processless.js";

const USER = "4:4026531837";
const HOME = "4:4026531832";
const OTHER = "4:4026532311";
const SOURCES = ["process", "thread", "for-children", "fd", "socket", "mount", "kernel"] as const;

const namespace = (
  id: NamespaceId,
  type: Namespace["type"],
  owner: Link = { state: "known", id: USER },
): Namespace => ({
  id,
  type,
  dev: 4,
  ino: parseNamespaceId(id)?.ino ?? 0,
  parent: type === "user" ? owner : NO_LINK,
  owner,
});

const NET = "4:4026532400";
const mount = (mountNamespace: NamespaceId): Pin => ({ kind: "mount", namespace: NET, path: "/x", mountNamespace });
const FD: Pin = { kind: "fd", namespace: NET, pid: 5, fd: 3 };
const CHILDREN: Pin = { kind: "for-children", namespace: NET, pid: 5 };

/** A machine with a namespace that nobody is in. */
function machine(
  pins: readonly Pin[],
  { type = "net", home, problems = [], more = [] }: Partial<Setting> = { home: HOME },
): NamespaceGraph {
  return assembleGraph({
    frame: {
      host: {},
      viewer: { pid: 1, euid: 0, namespaces: home === undefined ? {} : { mnt: home } },
      sources: SOURCES,
      complete: true,
    },
    namespaces: [
      namespace(HOME, "mnt"),
      namespace(OTHER, "mnt"),
      namespace(NET, type),
      ...more,
      namespace(USER, "user", { state: "invisible" }),
    ],
    processes: [
      { pid: 1, comm: "init", namespaces: { mnt: HOME, user: USER } },
      { pid: 5, comm: "daemon", namespaces: { mnt: OTHER, user: USER } },
    ],
    pins,
    problems,
  });
}
interface Setting {
  readonly type: Namespace["type"];
  readonly home: NamespaceId;
  readonly problems: readonly Problem[];
  readonly more: readonly Namespace[];
}

test.each<[reason: string, words: string, pins: readonly Pin[]]>([
  ["elsewhere", "mounted only elsewhere", [mount(OTHER)]],
  ["elsewhere", "mounted only elsewhere", [FD, mount(OTHER)]],
  ["named", "named", [FD, mount(HOME), mount(OTHER)]],
  ["held", "held by a process", [FD, CHILDREN]],
  ["held", "held by a process", [{ kind: "socket", namespace: NET, pid: 5, fd: 3 }]],
  ["held", "held by a process", [{ kind: "file", namespace: NET, pid: 5, fd: 3, of: "tun" }]],
  ["held", "held by a process", [{ kind: "thread", namespace: NET, pid: 5, tid: 6 }]],
  ["for-children", "for children", [CHILDREN]],
  ["unseen", "held by nothing that was seen", [{ kind: "unseen", namespace: NET }]],
  ["unseen", "held by nothing that was seen", []],
  ["other", "held otherwise", [{ kind: "other", namespace: NET, name: "key" }]],
])("%s: %s", (reason, words, pins) => {
  const graph = machine(pins);
  const processless = explainProcessless(graph, NET);
  expect(processless).toEqual({ namespace: NET, reason, certain: true });
  expect(processless && describeProcessless(graph, processless)).toBe(words);
});

test("what others stand on is there for them, unless it has a name", () => {
  const inner = namespace("4:4026532500", "net", { state: "known", id: NET });
  const user = { type: "user", home: HOME, more: [inner] } as const;
  const graph = machine([FD], user);
  expect(explainProcessless(graph, NET)?.reason).toBe("under");
  expect(processlessNamespaces(graph).map(({ namespace: id }) => id)).toEqual(["4:4026532500", NET]);
  expect(processlessNamespaces(graph).map((each) => describeProcessless(graph, each))).toEqual([
    "held by nothing that was seen",
    "held by net:[4026532500]",
  ]);
  expect(explainProcessless(machine([mount(HOME)], user), NET)?.reason).toBe("named");
});

test("where a process may be in it, or another mount, it is said only as far as could be seen", () => {
  const problems = [{ code: "MOUNTS_UNREADABLE", errno: "EACCES", namespace: HOME } as const];
  const graph = machine([mount(OTHER)], { home: HOME, problems });
  const processless = explainProcessless(graph, NET);
  expect(processless).toMatchObject({ reason: "elsewhere", certain: false });
  expect(processless && describeProcessless(graph, processless)).toBe("mounted only elsewhere as far as seen");
});

test("where it is not known what the viewer's mount namespace is, no mount is called another's", () => {
  expect(explainProcessless(machine([mount(OTHER)], {}), NET)?.reason).toBe("other");
  expect(explainProcessless(machine([mount(OTHER), FD], {}), NET)?.reason).toBe("held");
});

test("nothing is said of a namespace that somebody is in or that is not there", () => {
  expect(explainProcessless(machine([]), HOME)).toBeUndefined();
  expect(explainProcessless(machine([]), "4:9")).toBeUndefined();
});

test("a selection has those that it is of, and says of them what the whole says", () => {
  const graph = machine([mount(OTHER)]);
  expect(processlessNamespaces(selectProcessless(graph))).toEqual(processlessNamespaces(graph));
  expect(processlessNamespaces(selectTypes(graph, ["user"]))).toEqual([]);
});

test("namespaces that are shown as one are counted where they differ, in the order of suspicion", () => {
  const others = ["4:4026532501", "4:4026532502"].map((id) => namespace(id, "net"));
  const graph = machine([mount(OTHER)], { home: HOME, more: others });
  const nets = graph.namespaces().filter(({ type }) => type === "net");
  expect(describeReasons(graph, nets)).toEqual(["1 mounted only elsewhere", "2 held by nothing that was seen"]);
  expect(describeReasons(graph, nets.slice(1))).toEqual(["held by nothing that was seen"]);
  expect(
    describeReasons(
      graph,
      graph.namespaces().filter(({ type }) => type === "mnt"),
    ),
  ).toEqual([]);
  expect(PROCESSLESS_REASONS[0]).toBe("elsewhere");
});
