import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { defaultOptions } from "@ns-graph/graph";
import { describeRenderer, sampleGraphs } from "@ns-graph/renderer-testing";
import renderer from "./index.js";

describeRenderer(renderer, { describe, test });

test("an ordinary machine", () => {
  const graph = sampleGraphs().find(({ title }) => title === "an ordinary machine")?.graph;
  assert.ok(graph);
  const surface = { color: false, columns: undefined, unicode: true };
  const lines = [...renderer.render(graph, defaultOptions(renderer), surface)];
  assert.equal(lines[0], "type,inode,owner,parent,processes,commands,held by\n");
  assert.equal(lines.length, 1 + graph.namespaces().length);
  assert.ok(lines.some((line) => line.startsWith("net,") && line.includes("mount /run/netns/blue")));
});
