import {
  arrange,
  type NamespaceGraph,
  parseSubject,
  type Surface,
  selectPidHierarchy,
  selectProcesses,
  selectProcessless,
  selectSubject,
  selectTypes,
} from "@ns-graph/graph";
import {
  deepHost,
  desktopHost,
  hostileHost,
  kubernetesHost,
  nestedContainersHost,
  plainHost,
  tinyHost,
} from "@ns-graph/testkit";
import { expect, test } from "vitest";
import { draw } from "./draw.js";
import { hiddenHost } from "./hidden-host.js";
import { smallHost } from "./small-host.js";

function show(graph: NamespaceGraph, text: string): NamespaceGraph {
  return selectSubject(graph, parseSubject(graph, text));
}

const pictures: readonly (readonly [string, () => NamespaceGraph, Partial<Surface>?])[] = [
  ["small", smallHost],
  ["small-workload", () => arrange(smallHost(), { tree: "workload" })],
  ["small-show", () => show(smallHost(), "blue")],
  ["plain", plainHost],
  ["plain-process", () => arrange(plainHost(), { tree: "process" })],
  ["plain-all", () => arrange(plainHost(), { members: "all" })],
  ["plain-net-none", () => arrange(selectTypes(plainHost(), ["net"]), { members: "none" })],
  ["tiny-ascii", tinyHost, { unicode: false }],
  ["desktop", desktopHost],
  ["desktop-40", desktopHost, { columns: 40 }],
  ["desktop-workload", () => arrange(desktopHost(), { tree: "workload" })],
  ["desktop-processless", () => selectProcessless(desktopHost())],
  ["kubernetes", kubernetesHost],
  ["kubernetes-workload", () => arrange(kubernetesHost(), { tree: "workload" })],
  [
    "kubernetes-workload-40-ascii",
    () => arrange(kubernetesHost(), { tree: "workload" }),
    { columns: 40, unicode: false },
  ],
  ["nested", nestedContainersHost],
  ["nested-200", nestedContainersHost, { columns: 200 }],
  ["nested-process", () => arrange(nestedContainersHost(), { tree: "process" })],
  ["nested-parent", () => arrange(nestedContainersHost(), { tree: "parent" })],
  ["nested-pidns-pids", () => arrange(selectPidHierarchy(nestedContainersHost()), { members: "pids" })],
  ["nested-one-process-comm", () => arrange(selectProcesses(nestedContainersHost(), [267]), { members: "comm" })],
  ["deep", deepHost],
  ["deep-40-ascii", deepHost, { columns: 40, unicode: false }],
  ["hostile", hostileHost],
  ["hidden", hiddenHost],
  ["hidden-color", hiddenHost, { color: true }],
  ["show-process", () => show(nestedContainersHost(), "267")],
  // A script takes the command out of the output by its line.
  ["show-process-no-terminal", () => show(nestedContainersHost(), "267"), { columns: undefined }],
  ["show-user", () => show(nestedContainersHost(), "user:[4026532197]")],
  ["show-pid", () => show(nestedContainersHost(), "pid:[4026532201]")],
  ["show-initial-user", () => show(plainHost(), "user:[4026531837]")],
  ["show-mount", () => show(desktopHost(), "/run/snapd/ns/firmware-updater.mnt")],
  ["show-pinned", () => show(hiddenHost(), "blue")],
  ["show-pinned-40", () => show(hiddenHost(), "blue"), { columns: 40 }],
  ["show-long-path", () => show(hiddenHost(), "uts:[4026532400]")],
  ["show-processless-user", () => show(hiddenHost(), "user:[4026532600]")],
];

test.each(pictures.map(([name, graph, surface]) => ({ name, graph, surface })))(
  "$name",
  async ({ name, graph, surface }) => {
    await expect(draw(graph(), surface)).toMatchFileSnapshot(`golden/${name}.txt`);
  },
);

test("a terminal that does not tell its width is taken for one of 80 columns, for commands too", () => {
  const graph = show(nestedContainersHost(), "267");
  expect(draw(graph, { columns: 0 })).toBe(draw(graph, { columns: 80 }));
});
