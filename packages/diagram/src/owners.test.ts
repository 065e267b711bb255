import {
  arrange,
  groupTitle,
  type NamespaceGraph,
  nameContainers,
  selectProcesses,
  selectSubject,
  spellTitle,
  type WorkloadGroup,
  workloads,
} from "@ns-graph/graph";
import { desktopHost, HostBuilder, hostWith, kubernetesHost, nestedContainersHost } from "@ns-graph/testkit";
import { describe, expect, test } from "vitest";
import { buildDiagram } from "./build-diagram.js";
import type { Diagram, DiagramNode } from "./diagram.js";
import { alikeWords, processLinesBelow, titleLines } from "./index.js";

function build(change: (host: HostBuilder) => void): NamespaceGraph {
  const host = new HostBuilder({ users: { names: { "0": "root", "1000": "anna" } } });
  host.process({ pid: 1, ppid: 0, comm: "init" });
  change(host);
  return host.build();
}

const ID = (i: number): string => `${i}`.padStart(12, "0").padEnd(64, "f");
const docker = (i: number): string => `/system.slice/docker-${ID(i)}.scope`;

function linesOf(node: DiagramNode | undefined): readonly string[] {
  return node !== undefined && "titles" in node ? titleLines(node.titles) : [];
}

function nodesOf(diagram: Diagram, comm: string): readonly DiagramNode[] {
  return diagram.nodes.filter(
    (node) => node.kind !== "rest" && "processes" in node && node.processes.some((process) => process.comm === comm),
  );
}

/** Containers that share a network, each of a command of its own. */
function sharing(names: readonly string[]): NamespaceGraph {
  const graph = build((host) => {
    const net = host.unshare(["net"]);
    for (const [i, name] of names.entries())
      host.process({ comm: `${name}d`, cgroup: docker(i), in: host.unshare(["mnt", "pid"], net) });
  });
  return nameContainers(graph, Object.fromEntries(names.map((name, i) => [ID(i), { name }])));
}

test.each(["owner", "workload"] as const)("a namespace is named after all who are in it, by %s", (tree) => {
  const diagram = buildDiagram(arrange(sharing(["web", "log", "db"]), { tree }), "normal");
  const net = diagram.nodes.find(
    ({ kind, id }) => kind === "namespaces" && id.startsWith("net_") && !id.endsWith("833"),
  );
  expect(linesOf(net)).toEqual(["3 × docker: web, log, db"]);
  expect(linesOf(nodesOf(diagram, "webd")[0])).toEqual(["docker web (000000000000)"]);
});

test("of a selection as well, and of the hierarchy of PID namespaces", () => {
  const graph = sharing(["web", "log", "db"]);
  const net = graph.process(2)?.namespaces.net ?? "";
  const diagram = buildDiagram(selectSubject(graph, { kind: "namespace", id: net }), "full");
  expect(linesOf(diagram.nodes.find(({ id }) => id.startsWith("net_")))).toEqual(["3 × docker: web, log, db"]);
  const pids = buildDiagram(arrange(graph, { tree: "parent" }), "normal");
  expect(linesOf(nodesOf(pids, "logd").find(({ kind }) => kind === "namespaces"))).toEqual([
    "docker log (000000000001)",
  ]);
});

test("very many are named as far as a line goes, and the rest is counted", () => {
  const names = Array.from({ length: 200 }, (_, i) => `name${i}`);
  const diagram = buildDiagram(sharing(names), "overview");
  const [line = "", ...others] = linesOf(nodesOf(diagram, "name0d")[0]);
  expect(others).toEqual([]);
  const [, listed = "", rest] = /^200 × docker: (.*) and (\d+) more$/.exec(line) ?? [];
  expect(listed.split(", ")).toEqual(names.slice(0, 200 - Number(rest)));
  expect(listed.split(", ").length).toBeGreaterThan(5);
});

describe("an overview drops no name", () => {
  const TELLING = ["container", "vm", "app", "monitor"];
  const isTold = ({ kind, workload, isolation }: WorkloadGroup): boolean =>
    (kind === "sandbox" || (kind === "workload" && TELLING.includes(workload?.kind ?? ""))) &&
    Object.values(isolation).some(({ uses }) => uses.some(({ isMachine }) => !isMachine));

  const crowd = (): NamespaceGraph =>
    build((host) => {
      // Each has other types, so that few are alike, and more stand in one box than it has room for.
      const types = ["cgroup", "ipc", "mnt", "net", "pid", "uts", "time"] as const;
      for (let i = 1; i < 128; i++) {
        const inside = host.unshare(types.filter((_, at) => i & (1 << at)));
        host.process({ comm: `c${i}`, ...(i % 3 === 0 ? {} : { cgroup: docker(i) }), in: inside });
      }
    });

  test.each([
    ["a desktop", desktopHost],
    ["pods", kubernetesHost],
    ["nested containers", nestedContainersHost],
    ["300 namespaces", () => hostWith(300)],
    ["a crowd", crowd],
  ])("%s", (_name, make) => {
    const graph = make();
    for (const tree of ["owner", "workload", "parent"] as const) {
      const { nodes } = buildDiagram(arrange(graph, { tree }), "overview");
      const titles = nodes.flatMap((node) => ("titles" in node ? node.titles : []));
      const told = new Set(titles.map(spellTitle));
      const pods = titles.filter(({ engine }) => engine.startsWith("pod")).map(spellTitle);
      for (const group of workloads(graph).filter(isTold)) {
        // The hierarchy of PID namespaces has those alone that have one.
        if (tree === "parent" && group.isolation.pid.uses.every(({ isMachine }) => isMachine)) continue;
        const title = spellTitle(groupTitle(graph, group));
        const isInPod = pods.some((pod) => pod.includes(": ") && title.startsWith(pod.slice(0, pod.indexOf(": "))));
        expect(told.has(title) || isInPod, `${tree}: ${title}`).toBe(true);
      }
    }
  });

  test("where only some of alike ones have one, that is said", () => {
    const graph = build((host) => {
      const types = ["ipc", "mnt", "net", "pid", "uts"] as const;
      for (let i = 0; i < 4; i++)
        host.process({ comm: "sh", ...(i < 3 ? { cgroup: docker(i) } : {}), in: host.unshare(types) });
      for (let i = 4; i < 6; i++) host.process({ comm: "nginx", cgroup: docker(i), in: host.unshare(["mnt", "net"]) });
    });
    const diagram = buildDiagram(graph, "overview");
    const [some] = nodesOf(diagram, "sh");
    const [each] = nodesOf(diagram, "nginx");
    if (some?.kind !== "group" || each?.kind !== "group") throw new Error("alike ones are one group");
    expect([alikeWords(some), alikeWords(each)]).toEqual(["4 alike, among them:", "2 alike"]);
    expect(linesOf(some)).toEqual(["3 × docker: 000000000000, 000000000001, 000000000002"]);
  });
});

describe("a pod", () => {
  const graph = build((host) => {
    const uid = "11111111-2222-3333-4444-555555555555";
    const pod = host.unshare(["ipc", "net", "uts"]);
    for (const [i, comm] of ["pause", "cart"].entries())
      host.process({ comm, cgroup: `/kubepods/pod${uid}/${ID(i)}`, in: host.unshare(["mnt", "pid"], pod) });
  });

  test.each(["overview", "normal"] as const)("is named with its containers, in %s", (detail) => {
    const { nodes } = buildDiagram(graph, detail);
    expect(nodes.flatMap(linesOf)).toContain("pod 11111111: 000000000000, 000000000001");
  });

  test.each<[of: string, select: (whole: NamespaceGraph) => NamespaceGraph]>([
    ["a container", (whole) => selectSubject(whole, { kind: "workload", name: "cart", pids: [3] })],
    ["a process", (whole) => selectSubject(whole, { kind: "process", pid: 3 })],
    ["chosen processes", (whole) => selectProcesses(whole, [3])],
    ["everything", (whole) => whole],
  ])("is named where its containers share, and not where one is alone, in a picture of %s", (_of, select) => {
    const { nodes, edges } = buildDiagram(select(graph), "normal");
    const [own, shared] = ["mnt", "net"].map((type) => {
      const node = nodes.findLast(
        (one) => one.kind === "namespaces" && !one.isMachine && one.namespaces.some((each) => each.type === type),
      );
      if (node?.kind !== "namespaces") throw new Error(`no node of ${type}`);
      const { id, namespaces, processes } = node;
      const types = namespaces.map((each) => each.type);
      return { id, types, lines: linesOf(node), comms: processes.map(({ comm }) => comm) };
    });
    expect(own).toMatchObject({ types: ["mnt", "pid"], lines: ["pod 11111111 000000000001"], comms: ["cart"] });
    expect(shared).toMatchObject({
      types: ["ipc", "net", "uts"],
      lines: ["pod 11111111: 000000000000, 000000000001"],
      comms: [],
    });
    expect(edges).toContainEqual({ kind: "member", from: { id: own?.id }, to: { id: shared?.id } });
  });
});

describe("what a monitor alone tells of", () => {
  /** A container of Podman without root that has no cgroup of its own, and the machine's network. */
  const podman = (): NamespaceGraph =>
    build((host) => {
      const outer = host.unshare(["user", "mnt"], host.initial, { ownerUid: 1000 });
      const monitor = host.process({
        comm: "conmon",
        uid: 1000,
        cgroup: "/",
        program: "/usr/bin/conmon",
        commandLine: `/usr/bin/conmon --api-version 1 -c ${ID(1)} -u x -n web --full-attach`,
        in: outer,
      });
      const inside = host.unshare(["ipc", "mnt", "pid", "uts"], outer);
      const first = host.process({ ppid: monitor, comm: "httpd", uid: 1000, cgroup: "/", in: inside });
      host.process({ ppid: first, comm: "httpd", uid: 1000, cgroup: "/", in: inside });
    });

  /** One of runc that was started by hand. */
  const runc = (): NamespaceGraph =>
    build((host) => host.process({ comm: "httpd", cgroup: "/web", in: host.unshare(["ipc", "mnt", "pid", "uts"]) }));

  test.each([
    ["podman", podman, "podman of anna web (000000000001)"],
    ["runc", runc, "container web"],
  ] as const)("is exposed to the machine where containers mostly are not: %s", (_name, make, title) => {
    for (const tree of ["owner", "workload"] as const) {
      for (const detail of ["overview", "normal"] as const) {
        const [node] = nodesOf(buildDiagram(arrange(make(), { tree }), detail), "httpd");
        const exposed =
          node?.kind === "namespaces"
            ? node.exposedTypes
            : node !== undefined && "isolation" in node
              ? node.isolation?.filter((each) => each.exposed).map(({ type }) => type)
              : undefined;
        expect(exposed, `${tree}, ${detail}`).toEqual(["net"]);
        expect(linesOf(node).join(" ")).toContain(title);
      }
    }
  });
});

describe("shells of one name", () => {
  const shells = (count: number, children: boolean): NamespaceGraph =>
    build((host) => {
      for (let i = 0; i < count; i++) {
        const inside = host.unshare(["net"]);
        const shell = host.process({ comm: "bash", in: inside });
        if (children) host.process({ ppid: shell, comm: "top", in: inside });
      }
    });

  test.each([false, true])("are told apart in normal detail (with children: %s)", (children) => {
    const { nodes } = buildDiagram(shells(5, children), "normal");
    const told = nodes.flatMap((node) =>
      node.kind === "namespaces" && !node.isMachine
        ? [[...linesOf(node), ...processLinesBelow(node.titles, node.processes, "fold", 3).lines].join(", ")]
        : [],
    );
    expect(told).toHaveLength(5);
    expect(new Set(told).size).toBe(5);
    expect(told[0]).toBe(children ? "2 bash, bash, top" : "2 bash");
  });

  test("are one node in an overview, with their number", () => {
    const [node] = nodesOf(buildDiagram(shells(5, false), "overview"), "bash");
    expect(node).toMatchObject({ kind: "group", count: 5, titles: [] });
  });
});

test.each(["owner", "workload", "process", "parent"] as const)(
  "a sandbox is named after what runs in it, by %s",
  (tree) => {
    const graph = build((host) => {
      const inside = host.unshare(["mnt", "pid", "net"]);
      const leader = host.process({ comm: "bwrap", uid: 1000, program: "/usr/bin/bwrap", in: inside });
      host.process({ ppid: leader, comm: "sleep", uid: 1000, in: inside });
    });
    for (const detail of ["overview", "normal", "full"] as const) {
      const { nodes } = buildDiagram(arrange(graph, { tree }), detail);
      expect(nodes.flatMap(linesOf), detail).toContain("bubblewrap sleep");
    }
  },
);

test("a unit is named where the command of its process does not say what it is", () => {
  const graph = build((host) => {
    for (const [unit, comm] of [
      ["backup", "sleep"],
      ["sshd", "sshd"],
    ])
      host.process({ comm: comm ?? "", cgroup: `/system.slice/${unit}.service`, in: host.unshare(["net"]) });
  });
  const diagram = buildDiagram(graph, "normal");
  expect(linesOf(nodesOf(diagram, "sleep").find(({ kind }) => kind === "namespaces"))).toEqual(["backup.service"]);
  expect(linesOf(nodesOf(diagram, "sshd").find(({ kind }) => kind === "namespaces"))).toEqual([]);
});
