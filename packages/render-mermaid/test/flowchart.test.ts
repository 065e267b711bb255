import {
  answerSubject,
  arrange,
  buildGraph,
  defaultOptions,
  type NamespaceGraph,
  nameContainers,
  quoteForShell,
  selectProcessless,
  selectSubject,
  selectSubtree,
} from "@ns-graph/graph";
import { describeRenderer, HOSTILE_TEXTS, sampleGraphs } from "@ns-graph/renderer-testing";
import { deepHost, HostBuilder, hostileHost, kubernetesHost, plainHost } from "@ns-graph/testkit";
import { describe, expect, test, vi } from "vitest";
import { escapeLabel } from "../src/escape-label.js";
import { mermaidRenderer } from "../src/index.js";

vi.setConfig({ testTimeout: 300_000 });

function draw(graph: NamespaceGraph, options: Partial<ReturnType<typeof defaultOptions<object>>> = {}): string {
  const surface = { color: false, columns: undefined, unicode: true };
  const chosen = { ...defaultOptions(mermaidRenderer), ...options };
  return [...(mermaidRenderer.render(graph, chosen, surface) as Iterable<string>)].join("");
}

const LABEL = String.raw`"[^"\n]*"`;
const ID = String.raw`[A-Za-z_][\w-]*`;
/** Every statement that the renderer writes, each on a line of its own. */
const STATEMENTS = [
  "flowchart (LR|TB|RL|BT)",
  "%% .*",
  String.raw`subgraph ${ID}\[${LABEL}\]`,
  "end",
  String.raw`${ID}(\[${LABEL}\]|\{\{${LABEL}\}\}|\(\[${LABEL}\]\)|\[\(${LABEL}\)\]|\(${LABEL}\))(:::\w+)?`,
  String.raw`class ${ID} \w+`,
  String.raw`${ID} (==>|-->|-\.->) ${ID}`,
  String.raw`classDef \w+ [\w:#,\- ]+`,
].map((statement) => new RegExp(`^ *${statement}$`));

/** Reads a flowchart; throws on a line that is no statement, and on an arrow to what is not there. */
function read(text: string): { readonly ids: ReadonlySet<string>; readonly edges: number } {
  const ids = new Set<string>();
  const ends: string[] = [];
  let depth = 0;
  let edges = 0;
  for (const line of text.trimEnd().split("\n")) {
    if (!STATEMENTS.some((statement) => statement.test(line))) throw new Error(`no statement: ${line}`);
    const words = line.trim();
    const edge = /^(\S+) (==>|-->|-\.->) (\S+)$/.exec(words);
    if (edge !== null) {
      edges++;
      ends.push(edge[1] as string, edge[3] as string);
    } else if (words === "end") depth--;
    else if (words.startsWith("subgraph ")) {
      depth++;
      ids.add(/^subgraph ([\w-]+)/.exec(words)?.[1] ?? "");
    } else if (!/^(class|classDef|flowchart|%%) /.test(words)) ids.add(/^[\w-]+/.exec(words)?.[0] ?? "");
  }
  expect(depth).toBe(0);
  for (const end of ends) expect(ids).toContain(end);
  return { ids, edges };
}

describeRenderer(mermaidRenderer, { describe, test }, { accept: (output) => void read(String(output)) });

test.for(HOSTILE_TEXTS.map((text) => [JSON.stringify(text), text] as const))(
  "the label %s stays a label",
  ([, text]) => {
    const label = escapeLabel(text);
    expect(label).not.toMatch(/["<>`\n\\]|&|\$\$|%%/);
    expect(label.replaceAll(/#\d+;/g, "")).not.toMatch(/[#;]/);
  },
);

test("hosts of all sizes stay within what Mermaid draws by default", () => {
  for (const host of [plainHost(), kubernetesHost(), deepHost(), hostileHost()]) {
    const text = draw(host);
    expect(text.length).toBeLessThan(50_000);
    expect(read(text).edges).toBeLessThan(500);
  }
});

test("a namespace has the same id from run to run, and stands in its owner's box", () => {
  const { graph } = sampleGraphs().find(({ title }) => title === "an ordinary machine") ?? { graph: buildGraph([]) };
  const { ids } = read(draw(graph, { detail: "full" }));
  for (const { type, ino } of graph.namespaces()) expect([...ids].join(" ")).toContain(`${type}_${ino}`);
});

test("what a workload differs in, and what a container shares with the machine, is said", () => {
  const host = new HostBuilder();
  host.process({ pid: 1, ppid: 0, comm: "init" });
  const cgroup = `/system.slice/docker-${"3".repeat(64)}.scope`;
  const inside = host.unshare(["mnt", "net", "ipc"]);
  host.process({ comm: "nginx", cgroup, in: inside });
  host.process({ comm: "sleep", cgroup, in: host.unshare(["pid"], inside) });
  const text = draw(arrange(host.build(), { tree: "workload" }));
  const shared = "shared#58; ipc mnt net<br/>exposed to the machine#58;";
  expect(text).toContain(`"docker 333333333333<br/>2 nginx<br/>${shared} pid uts"`);
  expect(text).toContain(`"3 sleep<br/>docker 333333333333<br/>own#58; pid<br/>${shared} uts"`);
});

test("all who are in a namespace are named or counted", () => {
  const host = new HostBuilder();
  host.process({ pid: 1, ppid: 0, comm: "init" });
  const net = host.unshare(["net"]);
  const id = (i: number): string => `${i}`.padStart(12, "0").padEnd(64, "f");
  for (let i = 0; i < 30; i++) host.process({ comm: "sh", cgroup: `/docker/${id(i)}`, in: host.unshare(["mnt"], net) });
  const names = Array.from({ length: 30 }, (_, i) => `container${i}`);
  const graph = nameContainers(host.build(), Object.fromEntries(names.map((name, i) => [id(i), { name }])));
  const label =
    draw(graph)
      .split("\n")
      .find((line) => line.includes("30 × docker")) ?? "";
  const [, listed = "", rest] = /30 × docker#58; (.*?) and (\d+) more/.exec(label.replaceAll("<br/>", " ")) ?? [];
  expect(listed.split(", ")).toEqual(names.slice(0, 30 - Number(rest)));
});

test("very many alike user namespaces are told by some names and how many more there are", () => {
  const host = new HostBuilder();
  host.process({ pid: 1, ppid: 0, comm: "init" });
  for (let i = 0; i < 40; i++) host.process({ comm: "sh", in: host.unshare(["user", "net"]) });
  expect(draw(host.build(), { detail: "overview" } as object)).toMatch(/subgraph user_\d+\["[^"]*, … 38 more · /);
});

test("a command as a shell takes it, with what is to be known of it", () => {
  for (const name of ["it's", "'; touch pwned; '", "\\'\\\\", '<b>#34;&amp;"`$$', "\u001b[2J\n"]) {
    const host = new HostBuilder();
    const mnt = host.namespace("mnt");
    const path = `/run/${name}`;
    host.pin({ kind: "mount", namespace: mnt, path, mountNamespace: host.initial.mnt ?? "", reachableFrom: 1 });
    const graph = selectSubject(host.build(), { kind: "namespace", id: mnt });
    const { enterWith = [], enterNote } = answerSubject(graph) ?? {};
    const label = /^ {2}answer\["(.*)"\]/m.exec(draw(graph))?.[1] ?? "";
    const lines = label
      .split("<br/>")
      .map((line) => line.replaceAll(/#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))));
    expect(lines.slice(-2)).toEqual([`enter with: ${quoteForShell(enterWith)}`, enterNote]);
  }
});

test("why what was asked for is alive, and how to enter it, without a cut", () => {
  const host = new HostBuilder();
  const net = host.namespace("net");
  const path = `/run/${"deep/".repeat(60)}blue`;
  host.pin({ kind: "mount", namespace: net, path, mountNamespace: host.initial.mnt ?? "", reachableFrom: 1 });
  const text = draw(selectSubject(host.build(), { kind: "namespace", id: net }));
  expect(text).toMatch(/ answer\["It is alive because of 1 mount, .*<br\/>enter with#58; nsenter /);
  expect(text).toContain(`--net=${path}"`);
});

test("where nobody was seen but not everybody was, no flowchart says that there is nobody", () => {
  const host = new HostBuilder();
  const net = host.namespace("net");
  const path = "/run/netns/blue";
  host.pin({ kind: "mount", namespace: net, path, mountNamespace: host.initial.mnt ?? "" });
  host.process({ pid: 1, ppid: 0, comm: "init" });
  host.process({ comm: "inside", in: host.unshare(["net"]) });
  host.problem({ code: "PROCESS_UNREADABLE", errno: "EACCES", pid: 2 });
  const graph = host.build();
  const node = `net_${net.split(":")[1]}`;
  expect(draw(graph)).toContain(`class ${node} membersNotKnown`);
  expect(draw(graph, { detail: "overview" })).toContain("own as far as could be seen#58; net");
  for (const detail of ["overview", "normal", "full"]) {
    for (const drawn of [graph, selectProcessless(graph), selectSubject(graph, { kind: "namespace", id: net })]) {
      const text = draw(drawn, { detail });
      read(text);
      expect(text).toContain("members not known");
      expect(text).not.toContain("no process");
    }
  }
});

test("of a subtree it is said what is above it", () => {
  const host = new HostBuilder();
  host.process({ pid: 1, ppid: 0, comm: "init" });
  const deep = host.process({ comm: "deep", in: host.unshare(["user", "net"]) });
  const text = draw(selectSubtree(host.build(), deep, "user"));
  expect(text).toMatch(/remarks\["what is in and below user.*above that#58; user#58;\[4026531837\] \(initial\)"\]/);
});
