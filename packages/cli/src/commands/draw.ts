import { DEFAULT_VIEW, defaultOptions, type Fact, type NamespaceGraph, NsGraphError, printable } from "@ns-graph/graph";
import { checkCombinations } from "../arguments/check-combinations.js";
import { COMMANDS } from "../arguments/commands.js";
import { suggest } from "../arguments/did-you-mean.js";
import { OPTIONS } from "../arguments/options.js";
import { parsePid, quote, usageError } from "../arguments/parse-options.js";
import type { Command, Invocation } from "../main.js";
import { exitCodeFor } from "../output/exit-code.js";
import { gather } from "../output/gathering-sink.js";
import { problemTexts, warningText } from "../output/problem-report.js";
import { pump } from "../output/pump.js";
import type { Sink } from "../output/sink.js";
import { describeSurface, type Target } from "../output/surface.js";
import { BUILT_IN_ORIGIN } from "../plugins/formats.js";
import type { System } from "../system.js";
import { readGraph } from "./read-graph.js";
import { factsOfView, requestedView, select, subtreeText } from "./selection.js";

/** Draws the graph of all processes, or of those that are named. */
export const draw: Command = async (invocation, system) => {
  const { given, operands } = invocation;
  checkCombinations({ given, hasPids: operands.length > 0, isShow: false });
  const pids = operands.map(readPid);
  const view = { ...DEFAULT_VIEW, ...requestedView(given) };
  const facts = [...invocation.format.renderer.needs(rendererOptions(invocation), view), ...factsOfView(view)];
  return drawGraph(invocation, system, { facts, pids }, (graph) => {
    const selected = select(graph, given, pids);
    system.warn(subtreeText(graph, given));
    return selected;
  });
};

/** What is drawn: the facts to read, and what to make of the graph. */
export async function drawGraph(
  invocation: Invocation,
  system: System,
  request: { readonly facts: readonly Fact[]; readonly pids: readonly number[] },
  choose: (graph: NamespaceGraph) => NamespaceGraph,
): Promise<number> {
  const { given, format } = invocation;
  const { renderer } = format;
  const target = given.output === undefined ? system.describeStdout() : NO_TERMINAL;
  if (renderer.binary && target.isTerminal) {
    throw new NsGraphError("USAGE", `${printable(renderer.name)} is not for a terminal`, {
      hint: `Write it to a file: --output namespaces.${printable(renderer.extension)}`,
    });
  }
  const sink = given.output === undefined ? system.openStdout() : await openFile(given.output, invocation, system);
  const surface = describeSurface(given, system.env, target);
  const options = rendererOptions(invocation);
  const graph = await readGraph(given, request, system);
  system.warn(warningText(graph));
  const chosen = choose(graph);
  const write = (): Promise<void> =>
    writeTo(sink, () =>
      pump(
        format,
        () => renderer.render(chosen, options, surface),
        (chunk) => sink.write(chunk),
        { mayBeEmpty: chosen.namespaces().length === 0 },
      ),
    );
  if (format.origin === BUILT_IN_ORIGIN) await write();
  else await system.plugins.guardDrawing(format, write);
  for (const text of problemTexts(graph, given.verbose ?? false)) system.warn(text);
  return exitCodeFor(graph, given.strict ?? false);
}

/** Renderers of others may loop, and nothing half-written may stay then. */
async function openFile(path: string, { given, format }: Invocation, system: System): Promise<Sink> {
  const sink = await system.openOutput(path, given.mode);
  return format.origin === BUILT_IN_ORIGIN ? sink : gather(sink);
}

const NO_TERMINAL: Target = { isTerminal: false, columns: undefined };

/** Runs what writes to a sink: what it wrote stands only if it comes to its end. */
export async function writeTo(sink: Sink, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    await sink.close();
  } catch (error) {
    sink.abort();
    throw error;
  }
}

/** The renderer's options: those that were given, and the defaults of the others. */
export function rendererOptions({ format, flags }: Invocation): object {
  const defaults: object = defaultOptions(format.renderer);
  return { ...defaults, ...flags };
}

function readPid(word: string): number {
  if (/^\d+$/.test(word)) return parsePid(word, "PID");
  const names = new Map(COMMANDS.map(({ name }) => [name as string, quote(name)]));
  for (const name of Object.keys(OPTIONS)) names.set(name, `--${name}`);
  const meant = suggest(word, names.keys(), (name) => names.get(name) ?? name);
  const hint = /[[/:]/.test(word) ? `To see everything about it: ns-graph show ${printable(word)}` : undefined;
  throw usageError(`${quote(word)} is neither a PID nor a command.${meant}`, hint);
}
