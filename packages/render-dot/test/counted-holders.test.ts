import type { Detail } from "@ns-graph/diagram";
import { arrange, selectSubject } from "@ns-graph/graph";
import { countedHost, withPins } from "@ns-graph/testkit";
import { expect, test } from "vitest";
import { drawDot } from "../src/draw-dot.js";

const { graph, id } = countedHost();
const draw = (detail: Detail, drawn = graph): string =>
  [...drawDot(drawn, { rankdir: "LR", legend: true, detail })].join("");

test.each(["overview", "normal", "full"] as const)("a label counts what a holder stands for (%s)", (detail) => {
  expect(draw(detail)).toContain("10 open descriptors of 5 keeper");
});

test.each(["overview", "normal", "full"] as const)("a tooltip counts what a holder stands for (%s)", (detail) => {
  expect(draw(detail)).toMatch(/tooltip="[^"]*(?:10 open descriptors of 5 keeper|fd 3 of 5 and 9 more like it)/);
});

test("so does that of the hierarchy of PID namespaces and of what is asked for", () => {
  expect(draw("normal", selectSubject(graph, { kind: "namespace", id }))).toContain(
    "It is alive because of 10 open descriptors",
  );
  const pid = graph.namespaces().find(({ type }) => type === "pid")?.id ?? "";
  const pins = [{ kind: "fd" as const, namespace: pid, pid: 5, fd: 3, more: 9 }];
  expect(draw("normal", arrange(withPins(graph, pins), { tree: "parent" }))).toContain(
    "10 open descriptors of 5 keeper",
  );
});

test("what a tooltip leaves out is counted with what it stands for", () => {
  // Each holds another number of things, so that no two are alike.
  const pins = Array.from({ length: 100 }, (_, at) => ({
    kind: "fd" as const,
    namespace: id,
    pid: 100 + at,
    fd: 3,
    more: at,
  }));
  // One line is that of the namespace, so that 59 holders are told.
  expect(draw("normal", withPins(graph, pins))).toContain("… 3280 more");
});
