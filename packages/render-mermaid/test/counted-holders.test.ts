import { selectSubject } from "@ns-graph/graph";
import { countedHost, withPins } from "@ns-graph/testkit";
import { expect, test } from "vitest";
import { mermaidRenderer } from "../src/index.js";

const { graph, id } = countedHost();

test.each(["overview", "normal", "full"] as const)("a label counts what a holder stands for (%s)", (detail) => {
  const surface = { color: false, columns: 80, unicode: true };
  const draw = (drawn: typeof graph): string =>
    [...(mermaidRenderer.render(drawn, { detail, direction: "LR" }, surface) as Iterable<string>)].join("");
  expect(draw(graph)).toContain("10 open descriptors of 5 keeper");
  expect(draw(selectSubject(graph, { kind: "namespace", id }))).toContain("It is alive because of 10 open descriptors");
});

test("a path that is cut takes no count with it", () => {
  const surface = { color: false, columns: 80, unicode: true };
  const path = `/${"a".repeat(4000)}`;
  const mounted = withPins(graph, [{ kind: "mount", namespace: id, path, mountNamespace: "4:1", more: 9 }]);
  const chunks = mermaidRenderer.render(mounted, { detail: "normal", direction: "LR" }, surface) as Iterable<string>;
  expect([...chunks].join("")).toContain("10 mounts at /aaa");
});
