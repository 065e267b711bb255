import {
  arrange,
  type NamespaceGraph,
  nameContainers,
  type Process,
  parseSubject,
  selectSubject,
  TREE_RELATIONS,
  workloadOf,
} from "@ns-graph/graph";
import { hostileHost, kubernetesHost } from "@ns-graph/testkit";
import { describe, expect, test } from "vitest";
import { draw } from "./draw.js";

const POD_CONTAINER = /cri-containerd-([0-9a-f]{64})\.scope/;

/** A machine with a container of a very long name and image. */
function longNames(): { readonly graph: NamespaceGraph; readonly name: string; readonly image: string } {
  const graph = kubernetesHost();
  const id = graph.processes().flatMap(({ cgroup = "" }) => POD_CONTAINER.exec(cgroup)?.[1] ?? [])[0] ?? "";
  const name = `n${"ame".repeat(60)}`;
  const image = `registry.example/${"team/".repeat(30)}app:1`;
  return { graph: nameContainers(graph, { [id]: { name, image } }), name, image };
}

describe("names", () => {
  const { graph, name, image } = longNames();
  const rows = arrange(graph, { tree: "workload" });

  test("are cut to the width of a terminal", () => {
    const output = draw(rows, { columns: 100 });
    expect(output).not.toContain(name);
    expect(output).toMatch(/(?:ame){8}\w*…/);
    expect(Math.max(...output.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test("leave the marks near what they are of, however wide a terminal is", () => {
    const [heading = ""] = /^ +cgroup .*$/m.exec(draw(rows, { columns: 200 })) ?? [];
    expect(heading.indexOf("cgroup")).toBe(81);
    expect(draw(rows, { columns: 200 })).toMatch(/(?:ame){16}\w*…/);
  });

  test.each([{ columns: undefined }, { columns: undefined, wide: true }])("are whole on %j", (surface) => {
    const output = draw(rows, surface);
    expect(output).toContain(name);
    expect(output).toContain(image);
    for (const tree of TREE_RELATIONS) expect(draw(arrange(graph, { tree }), surface)).not.toMatch(/ame\w*…/);
    const container = parseSubject(graph, name);
    const process = graph.process("pids" in container ? (container.pids[0] ?? 0) : 0) as Process;
    const pod = workloadOf(process)?.pod?.id ?? "";
    for (const word of [name, pod, `${process.pid}`, process.namespaces.net ?? ""]) {
      const shown = draw(selectSubject(graph, parseSubject(graph, word)), surface);
      // A line may end within it.
      expect(shown.replace(/\n */g, "")).toContain(name);
      expect(shown).not.toMatch(/ame\w*…/);
    }
  });
});

test("one long name costs no other row anything", () => {
  const graph = arrange(kubernetesHost(), { tree: "workload" });
  const id = graph.processes().flatMap(({ cgroup = "" }) => POD_CONTAINER.exec(cgroup)?.[1] ?? [])[0] ?? "";
  const sizeWith = (length: number) =>
    draw(nameContainers(graph, { [id]: { name: "n".repeat(length) } }), { wide: true }).length;
  expect(sizeWith(100_000) - sizeWith(1_000)).toBe(99_000);
});

describe("images", () => {
  const graph = kubernetesHost();
  const id = graph.processes().flatMap(({ cgroup = "" }) => POD_CONTAINER.exec(cgroup)?.[1] ?? [])[0] ?? "";
  const rows = arrange(nameContainers(graph, { [id]: { name: "app", image: "registry.example/long/path/app:1.27" } }), {
    tree: "workload",
  });

  test("are a column where there is room", () => {
    expect(draw(rows, { columns: 140 })).toMatch(/processes {2}image\n/);
    expect(draw(rows, { columns: 140 })).toMatch(/ registry\.example\/long\/path\/app:1\.27\n/);
  });

  test("are none where there is none, and none where none is known", () => {
    expect(draw(rows, { columns: 60 })).not.toContain("image");
    expect(draw(arrange(graph, { tree: "workload" }), { columns: 200 })).not.toContain("image");
  });

  test.each([60, 80, 90, 100, 120])("fit on a terminal of %i columns", (columns) => {
    for (const line of draw(rows, { columns }).split("\n")) expect(line.length).toBeLessThanOrEqual(columns);
  });
});

describe("--wide", () => {
  test("says all that is said anyway, and each on one line", () => {
    for (const tree of TREE_RELATIONS) {
      const graph = arrange(hostileHost(), { tree, members: "all" });
      const wide = draw(graph, { columns: undefined, wide: true });
      expect(wide).not.toContain("… and");
      expect(wide.split("\n").length).toBeLessThanOrEqual(draw(graph, { columns: undefined }).split("\n").length);
    }
  });
});
