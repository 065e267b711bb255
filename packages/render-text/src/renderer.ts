import {
  defineRenderer,
  FACTS,
  type Fact,
  inChunks,
  insteadOfProcesses,
  processesOf,
  type View,
} from "@ns-graph/graph";
import { flowed, words } from "./flow.js";
import { drawNamespaceTree } from "./namespace-tree.js";
import { drawProcessTree } from "./process-tree.js";
import { type Scene, setScene } from "./scene.js";
import { showNamespace } from "./show-namespace.js";
import { showProcess } from "./show-process.js";
import { showWorkload } from "./show-workload.js";
import { drawSummary } from "./summary.js";
import { drawWorkloadMatrix } from "./workload-matrix.js";

function drawTree(scene: Scene): Iterable<string> {
  switch (scene.graph.view.tree) {
    case "owner":
    case "parent":
      return drawNamespaceTree(scene, scene.graph.view.tree);
    case "process":
      return drawProcessTree(scene);
    case "workload":
      return drawWorkloadMatrix(scene);
  }
}

/** Everything about one thing, where the view asks for it and the graph has it. */
function showSubject(scene: Scene): Iterable<string> | undefined {
  const { graph } = scene;
  const { subject } = graph.view;
  if (subject?.kind === "process") {
    const process = graph.process(subject.pid);
    return process && showProcess(scene, process);
  }
  if (subject?.kind === "workload")
    return processesOf(graph, subject).length === 0 ? undefined : showWorkload(scene, subject);
  const namespace = subject && graph.namespace(subject.id);
  return namespace && showNamespace(scene, namespace);
}

function* drawAll(scene: Scene): Generator<string, void, undefined> {
  yield* drawSummary(scene);
  if (scene.graph.namespaces().length === 0 && scene.graph.processes().length === 0) return;
  yield "";
  const instead = insteadOfProcesses(scene.graph);
  yield* instead === undefined ? drawTree(scene) : flowed(scene.pen, words(instead));
}

function* drawLines(scene: Scene): Generator<string, void, undefined> {
  for (const line of showSubject(scene) ?? drawAll(scene)) yield `${line}\n`;
}

/** The facts that a view draws. Names of processes are worth a read of each, unless no process is drawn. */
function factsOf({ tree, members, subject }: View): readonly Fact[] {
  if (subject?.kind === "process" || subject?.kind === "workload")
    return ["status", "cgroup", "command-line", "maps", "users"];
  if (subject !== undefined) return FACTS.filter((fact) => fact !== "command-line");
  switch (tree) {
    case "owner":
    case "parent":
      return members === "none" ? ["maps", "users"] : ["status", "cgroup", "maps", "users"];
    case "process":
    case "workload":
      return ["status", "cgroup", "users"];
  }
}

/** Trees for a terminal, in the kernel's own spelling. */
export const textRenderer = defineRenderer({
  name: "text",
  summary: "trees for a terminal",
  mediaType: "text/plain",
  extension: "txt",
  flags: {},
  needs: (_options, view) => factsOf(view),
  render: (graph, _options, surface) => inChunks(drawLines(setScene(graph, surface))),
});
