import { spawnSync } from "node:child_process";
import {
  answerSubject,
  arrange,
  defaultOptions,
  MEMBER_STYLES,
  type NamespaceGraph,
  PROGRAM_PLACEHOLDER,
  printable,
  quoteForShell,
  selectSubject,
} from "@ns-graph/graph";
import {
  deepHost,
  desktopHost,
  HOSTILE_TEXTS,
  HostBuilder,
  hostileHost,
  hostWith,
  kubernetesHost,
  tinyHost,
} from "@ns-graph/testkit";
import { arbitraryGraph } from "@ns-graph/testkit/arbitrary";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DotOptions, dotRenderer } from "../src/index.js";

const hasDot = spawnSync("dot", ["-V"]).status === 0;
const WITHOUT_DOT = "Graphviz (dot) is not installed";

function draw(graph: NamespaceGraph, options: Partial<DotOptions> = {}): string {
  const surface = { color: false, columns: undefined, unicode: true };
  return [
    ...(dotRenderer.render(graph, { ...defaultOptions(dotRenderer), ...options }, surface) as Iterable<string>),
  ].join("");
}

/** What dot makes of a graph; whatever it complains of is a failure. */
function runDot(source: string, format: string): string {
  const { status, stdout, stderr } = spawnSync("dot", [`-T${format}`], {
    input: source,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

/** The names of all nodes in dot's plain format, where they stand in quotes unless they are words. */
function nodeNames(plain: string): string[] {
  return [...plain.matchAll(/^node (\S+)/gm)].map(([, name]) => (name ?? "").replaceAll('"', ""));
}

/** The texts of an SVG. */
function texts(svg: string): string[] {
  const entities: Readonly<Record<string, string>> = {
    lt: "<",
    gt: ">",
    quot: '"',
    amp: "&",
    "#39": "'",
    "#45": "-",
    "#160": "\u00a0",
  };
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = ""]) =>
    text.replaceAll(/&([a-z]+|#\d+);/g, (entity, name: string) => entities[name] ?? entity),
  );
}

describe("dot accepts", () => {
  const hosts: readonly [string, () => NamespaceGraph][] = [
    ["3 namespaces", tinyHost],
    ["30 namespaces", () => hostWith(30)],
    ["300 namespaces", () => hostWith(300)],
    ["a desktop", desktopHost],
    ["user namespaces 30 deep", deepHost],
    ["pods", () => kubernetesHost({ pods: 12 })],
    ["hostile names", hostileHost],
  ];
  for (const [title, host] of hosts) {
    test(title, (ctx) => {
      if (!hasDot) ctx.skip(WITHOUT_DOT);
      for (const detail of ["overview", "normal"] as const) {
        const source = draw(host(), { detail });
        const names = [...source.matchAll(/^"([^"]*)" \[id=/gm)].map(([, name]) => name);
        expect(nodeNames(runDot(source, "plain"))).toEqual(expect.arrayContaining(names));
      }
    });
  }

  for (const rankdir of ["TB", "RL", "BT"] as const)
    test(`direction ${rankdir}`, (ctx) => {
      if (!hasDot) ctx.skip(WITHOUT_DOT);
      expect(nodeNames(runDot(draw(hostWith(30), { rankdir }), "plain")).length).toBeGreaterThan(5);
    });

  for (const detail of ["overview", "normal", "full"] as const)
    test(`any graph in detail ${detail}`, (ctx) => {
      if (!hasDot) ctx.skip(WITHOUT_DOT);
      fc.assert(
        fc.property(
          arbitraryGraph({ wild: true, size: 14 }),
          fc.constantFrom("owner", "parent", "process", "workload"),
          fc.constantFrom(...MEMBER_STYLES),
          (graph, tree, members) => {
            const source = draw(arrange(graph, { tree, members }), { detail });
            const names = [...source.matchAll(/^"([^"]*)" \[id=/gm)].map(([, name]) => name);
            expect(
              nodeNames(runDot(source, "plain"))
                .filter((name) => !name.startsWith("anchor_"))
                .sort(),
            ).toEqual(names.sort());
          },
        ),
        { numRuns: 25, endOnFailure: true },
      );
    }, 120_000);
});

test("dot gives back each hostile name as it is printed", (ctx) => {
  if (!hasDot) ctx.skip(WITHOUT_DOT);
  const short = HOSTILE_TEXTS.filter((text) => text.trim() !== "" && text.length < 36);
  const host = new HostBuilder();
  host.process({ pid: 1, ppid: 0, comm: "init" });
  for (const comm of short) host.process({ comm, in: host.unshare(["mnt", "net"]) });
  const found = new Set(texts(runDot(draw(host.build(), { detail: "normal" }), "svg")));
  // Behind the PIDs, which count from that of the init.
  for (const [at, text] of short.entries()) expect(found).toContain(`${at + 2} ${printable(text)}`);
});

test("dot gives back a command as a shell takes it, with what is to be known of it", (ctx) => {
  if (!hasDot) ctx.skip(WITHOUT_DOT);
  for (const name of ["it's", "'; touch pwned; '", "\\'\\\\", '\\N\\G<b>&amp;"', "\u001b[2J\n\ufffe"]) {
    const host = new HostBuilder();
    const mnt = host.namespace("mnt");
    host.pin({
      kind: "mount",
      namespace: mnt,
      path: `/run/${name}`,
      mountNamespace: host.initial.mnt ?? "",
      reachableFrom: 1,
    });
    const graph = selectSubject(host.build(), { kind: "namespace", id: mnt });
    const { enterWith = [], enterNote = "" } = answerSubject(graph) ?? {};
    expect(enterWith.at(-1)).toBe(PROGRAM_PLACEHOLDER);
    const found = texts(runDot(draw(graph), "svg"));
    expect(found).toEqual(expect.arrayContaining([`enter with: ${quoteForShell(enterWith)}`, enterNote]));
  }
});

test("an SVG that dot makes of hostile names holds no script and leads nowhere", (ctx) => {
  if (!hasDot) ctx.skip(WITHOUT_DOT);
  const svg = runDot(draw(hostileHost(), { detail: "normal" }), "svg");
  expect(svg).toContain("&lt;/script&gt;");
  expect(svg).not.toMatch(/<script|<img|xlink:href|\shref=/i);
});
