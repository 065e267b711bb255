import { fileURLToPath } from "node:url";
import { arrange, defaultOptions, type NamespaceGraph, selectPidHierarchy, selectSubject } from "@ns-graph/graph";
import { drawDot } from "@ns-graph/render-dot";
import {
  deepHost,
  desktopHost,
  hostWith,
  kubernetesHost,
  nestedContainersHost,
  plainHost,
  tinyHost,
} from "@ns-graph/testkit";
import { expect, test, vi } from "vitest";
import { type SvgOptions, svgRenderer } from "../src/index.js";

vi.setConfig({ testTimeout: 60_000 });

interface Picture {
  readonly name: string;
  readonly graph: NamespaceGraph;
  readonly options?: Partial<SvgOptions>;
}

/** What the pictures in the docs show. `node scripts/draw-pictures.mjs` draws them anew: look at each before it is kept. */
const PICTURES: readonly Picture[] = [
  { name: "plain-host", graph: plainHost() },
  { name: "desktop", graph: desktopHost() },
  { name: "pods", graph: kubernetesHost() },
  { name: "pods-every-set", graph: kubernetesHost({ pods: 6, containers: 10 }), options: { detail: "normal" } },
  { name: "nested-containers", graph: nestedContainersHost() },
  { name: "nested-containers-full", graph: nestedContainersHost(), options: { detail: "full" } },
  { name: "deep-user-namespaces", graph: deepHost() },
  { name: "3-namespaces", graph: tinyHost() },
  { name: "30-namespaces", graph: hostWith(30) },
  { name: "300-namespaces", graph: hostWith(300) },
  { name: "pid-hierarchy", graph: selectPidHierarchy(nestedContainersHost()) },
  { name: "process-tree", graph: arrange(nestedContainersHost(), { tree: "process" }) },
  { name: "workloads", graph: arrange(desktopHost(), { tree: "workload" }) },
  { name: "one-namespace", graph: oneNamespace() },
];

function oneNamespace(): NamespaceGraph {
  const graph = kubernetesHost({ pods: 2, containers: 3 });
  const id = graph.processes().find(({ comm }) => comm === "pause")?.namespaces.net ?? "";
  return selectSubject(graph, { kind: "namespace", id });
}

function file(name: string): string {
  return fileURLToPath(new URL(`../../../docs/pictures/${name}`, import.meta.url));
}

test.each(PICTURES)("the picture $name in the docs is up to date", async ({ name, graph, options }) => {
  const chosen = { ...defaultOptions(svgRenderer), ...options };
  await expect([...drawDot(graph, chosen)].join("")).toMatchFileSnapshot(file(`${name}.dot`));
  let svg = "";
  const surface = { color: false, columns: undefined, unicode: true };
  for await (const chunk of svgRenderer.render(graph, chosen, surface)) svg += chunk;
  await expect(svg).toMatchFileSnapshot(file(`${name}.svg`));
});
