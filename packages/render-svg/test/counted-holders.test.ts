import { countedHost } from "@ns-graph/testkit";
import { expect, test } from "vitest";
import { svgRenderer } from "../src/index.js";

test("a picture counts what a holder stands for, in its label and its tooltip", async () => {
  const surface = { color: false, columns: 80, unicode: true };
  let svg = "";
  for await (const chunk of svgRenderer.render(
    countedHost().graph,
    { rankdir: "LR", legend: false, detail: "normal" },
    surface,
  ))
    svg += String(chunk);
  expect(svg).toContain(">10 open descriptors of 5 keeper</text>");
  expect(svg).toMatch(/<a xlink:title="[^"]*&#10;10 open descriptors of 5 keeper"/);
});
