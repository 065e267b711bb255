import { linkedId, type NamespaceGraph } from "@ns-graph/graph";
import { describe, expect, test } from "vitest";
import {
  deepHost,
  desktopHost,
  hostileHost,
  hostWith,
  kubernetesHost,
  makeHost,
  nestedContainersHost,
  plainHost,
  tinyHost,
} from "./index.js";

const HOSTS: Readonly<Record<string, () => NamespaceGraph>> = {
  deepHost,
  desktopHost,
  hostileHost,
  "hostWith(30)": () => hostWith(30),
  "hostWith(300)": () => hostWith(300),
  kubernetesHost,
  makeHost: () => makeHost({ processes: 500, namespaces: 100 }),
  nestedContainersHost,
  plainHost,
  tinyHost,
};

const contents = (graph: NamespaceGraph) => ({
  frame: graph.frame,
  namespaces: graph.namespaces(),
  processes: graph.processes(),
  pins: graph.pins(),
  problems: graph.problems(),
});

describe.each(Object.entries(HOSTS))("%s", (_name, build) => {
  const graph = build();

  test("is the same whenever it is built", () => {
    expect(contents(build())).toEqual(contents(graph));
  });

  test("has an end for every edge, and something that holds every namespace", () => {
    for (const namespace of graph.namespaces()) {
      const relatives = [namespace.parent, namespace.owner].map(linkedId).filter((id) => id !== undefined);
      for (const id of relatives) expect(graph.namespace(id)).toBeDefined();
      expect(graph.holders(namespace.id).length, `${namespace.type} ${namespace.id}`).toBeGreaterThan(0);
    }
    for (const { pid, ppid, namespaces } of graph.processes()) {
      for (const id of Object.values(namespaces)) expect(graph.namespace(id)).toBeDefined();
      if (ppid !== 0) expect(graph.process(ppid ?? 0), `parent of ${pid}`).toBeDefined();
    }
    for (const { namespace } of graph.pins()) expect(graph.namespace(namespace)).toBeDefined();
  });

  test("names each namespace and process once", () => {
    const ids = graph.namespaces().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const pids = graph.processes().map(({ pid }) => pid);
    expect(new Set(pids).size).toBe(pids.length);
  });

  test("gives each process a PID in every PID namespace it is in", () => {
    for (const { pid, pids, namespaces } of graph.processes()) {
      if (pids === undefined) continue;
      expect(pids[0]).toBe(pid);
      expect(pids).toHaveLength((graph.namespace(namespaces.pid ?? "")?.level ?? 0) + 1);
    }
  });
});

test("a Kubernetes node has about 500 namespaces, and containers of a pod share net and ipc", () => {
  const graph = kubernetesHost();
  expect(graph.namespaces().length).toBeGreaterThan(450);
  expect(graph.namespaces().length).toBeLessThan(550);
  const shared = graph.namespaces().filter(({ id, type }) => type === "net" && graph.memberCount(id) > 2);
  expect(shared.length).toBeGreaterThan(20);
});

test("machines have exactly as many namespaces as were asked for", () => {
  expect(tinyHost().namespaces()).toHaveLength(3);
  expect(hostWith(30).namespaces()).toHaveLength(30);
  expect(hostWith(300).namespaces()).toHaveLength(300);
  const large = makeHost({ processes: 5000, namespaces: 1000 });
  expect(large.namespaces()).toHaveLength(1000);
  expect(large.processes()).toHaveLength(5000);
});

test("a deep machine is as deep as was asked for", () => {
  const levels = deepHost(30)
    .namespaces()
    .map(({ level }) => level ?? 0);
  expect(Math.max(...levels)).toBe(30);
});

test("processes of a large machine share their memberships", () => {
  const graph = makeHost({ processes: 100_000, namespaces: 1000 });
  expect(new Set(graph.processes().map(({ namespaces }) => namespaces)).size).toBeLessThan(200);
});
