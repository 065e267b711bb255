import { defineRenderer, type Fact, type NamespaceGraph, type Surface, type View } from "@ns-graph/graph";
import type { Scene } from "./namespace-head.js";
import { drawOwnerTree } from "./owner-tree.js";
import { takePen } from "./pen.js";
import { drawSummary } from "./summary.js";

/** Lines are yielded in pieces of about so many characters. */
const CHUNK = 16_384;

function* inChunks(lines: Iterable<string>): Generator<string, void, undefined> {
  let chunk = "";
  for (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}

function setScene(graph: NamespaceGraph, surface: Surface): Scene {
  const devices = new Set<number>();
  const common = new Set<string>();
  for (const { dev, id, initial } of graph.namespaces()) {
    devices.add(dev);
    if (initial === true) common.add(id);
  }
  return { graph, pen: takePen(surface), hasDevices: devices.size > 1, common };
}

function* drawLines(scene: Scene): Generator<string, void, undefined> {
  yield* drawSummary(scene);
  if (scene.graph.namespaces().length === 0) return;
  yield "";
  yield* drawOwnerTree(scene);
}

function factsOf(view: View): readonly Fact[] {
  const shared: readonly Fact[] = ["maps", "users"];
  return view.members === "none" ? shared : [...shared, "status", "cgroup"];
}

/** Trees for a terminal, in the kernel's own spelling. */
export const text = defineRenderer({
  name: "text",
  summary: "trees for a terminal",
  mediaType: "text/plain",
  extension: "txt",
  flags: {},
  needs: (_options, view) => factsOf(view),
  render: (graph, _options, surface) => inChunks(drawLines(setScene(graph, surface))),
});
