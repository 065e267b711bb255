import { type NamespaceGraph, NsGraphError, printable } from "@ns-graph/graph";
import type { Request, TargetRequest } from "../arguments/request.js";
import { exitCodeFor } from "../output/exit-code.js";
import { problemTexts, warningText } from "../output/problem-report.js";
import { pump } from "../output/pump.js";
import { complete, gather, type Sink } from "../output/sink.js";
import { describeSurface, NO_TERMINAL } from "../output/surface.js";
import { BUILT_IN_ORIGIN } from "../plugins/formats.js";
import type { System } from "../system.js";
import { readGraph } from "./read-graph.js";
import { refuseThreads, select, subtreeText } from "./select.js";

/**
 * Draws a graph and answers the exit status; `choose` makes what is drawn of the graph that was read.
 *
 * @throws NsGraphError of any code but `RUN_FAILED`
 */
export async function draw(
  request: Request,
  system: System,
  choose: (graph: NamespaceGraph) => NamespaceGraph | Promise<NamespaceGraph> = (graph) =>
    select(graph, request.select, request.view),
): Promise<number> {
  const { read, select: selection, view, target } = request;
  const { format, output } = target;
  const { renderer } = format;
  const terminal = output === undefined ? system.describeStdout() : NO_TERMINAL;
  if (renderer.binary && terminal.isTerminal) {
    throw new NsGraphError("USAGE", `${printable(renderer.name)} is not for a terminal`, {
      hint: `Write it to a file: --output namespaces.${printable(renderer.extension)}`,
    });
  }
  const sink = output === undefined ? system.openStdout() : await openFile(output, target, system);
  const surface = describeSurface(target, system.env, terminal);
  const graph = await readGraph(read, system);
  system.warn(warningText(graph));
  await refuseThreads(graph, request, system);
  const chosen = await choose(graph);
  system.warn(subtreeText(graph, selection));
  const write = (): Promise<void> =>
    complete(sink, () =>
      pump(
        format,
        () => renderer.render(chosen, view.flags, surface),
        (chunk) => sink.write(chunk),
        { mayBeEmpty: chosen.namespaces().length === 0 },
      ),
    );
  if (format.origin === BUILT_IN_ORIGIN) await write();
  else await (await system.openPlugins()).guardDrawing(format, write);
  for (const text of problemTexts(graph, target.isVerbose)) system.warn(text);
  return exitCodeFor(graph, target.isStrict);
}

/** Renderers of others may loop, and nothing half-written may stay then. */
async function openFile(path: string, { format, mode }: TargetRequest, system: System): Promise<Sink> {
  const sink = await system.openOutput(path, mode);
  return format.origin === BUILT_IN_ORIGIN ? sink : gather(sink);
}
