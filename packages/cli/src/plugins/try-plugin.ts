import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { assembleGraph, checkFacts, DEFAULT_VIEW, defaultOptions, NsGraphError, printable } from "@ns-graph/graph";
import { blame, pump, rendererFailed } from "../output/pump.js";
import { checkExport } from "./check-renderer.js";
import type { Format } from "./formats.js";
import { isTimeout, runBounded } from "./import-module.js";

/** What a plugin may take to be loaded, and to draw nothing: far more than that needs, the start of a WebAssembly engine included. */
export const MILLISECONDS = 10_000;

/** How a plugin is tried. */
export interface Trial {
  /** What errors call it: the name of a package, or a path. */
  readonly plugin: string;
  readonly milliseconds: number;
  /** Finds the URL of its module; what that throws passes through. */
  locate(): Promise<string>;
  /** Import of a module, given up with `ERR_SCRIPT_EXECUTION_TIMEOUT` where it keeps looping for longer than that. */
  importModule(url: string, milliseconds: number): Promise<unknown>;
}

/**
 * Loads a plugin and lets it draw the empty graph: it is a renderer if it can do that, whatever it says of itself.
 *
 * @throws NsGraphError `BAD_RENDERER` or `RENDERER_FAILED`, naming the plugin and what went wrong.
 */
export async function tryPlugin(trial: Trial): Promise<Format> {
  const { plugin } = trial;
  const url = await trial.locate();
  let module: { readonly default?: unknown; readonly renderer?: unknown };
  try {
    const loaded = trial.importModule(url, trial.milliseconds);
    module = (await withinTime(trial, "loading it", loaded)) as typeof module;
  } catch (error) {
    throw isTimeout(error) ? endless(plugin, "loading it") : describeLoadError(plugin, url, error);
  }
  const renderer = checkExport(module.default ?? module.renderer, printable(plugin));
  const format: Format = { renderer, origin: plugin };
  await drawNothing(format, trial);
  return format;
}

async function drawNothing(format: Format, trial: Trial): Promise<void> {
  const { renderer } = format;
  const options: object = defaultOptions(renderer);
  const what = "drawing a graph without namespaces";
  const failed = rendererFailed(format, `${what} does not come to an end`);
  const run = <T>(step: () => T): T => {
    try {
      return runBounded(step, trial.milliseconds);
    } catch (error) {
      throw isTimeout(error) ? failed : error;
    }
  };
  let needs: unknown;
  try {
    needs = run(() => renderer.needs(options, DEFAULT_VIEW));
  } catch (error) {
    throw blame(format, error);
  }
  checkFacts(needs, printable(format.origin));
  const end = Date.now() + trial.milliseconds;
  const discard = (): undefined => {
    if (Date.now() > end) throw failed;
  };
  const draw = () => renderer.render(emptyGraph(), options, { color: false, columns: 80, unicode: true });
  await withinTime(trial, what, pump(format, draw, discard, { run }));
}

/** Waits for something a plugin does, as long as that may take. */
async function withinTime<T>({ plugin, milliseconds }: Trial, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(endless(plugin, what)), milliseconds);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function endless(plugin: string, what: string): NsGraphError {
  return new NsGraphError("BAD_RENDERER", `${printable(plugin)} is not a renderer: ${what} does not come to an end`);
}

function describeLoadError(plugin: string, url: string, error: unknown): NsGraphError {
  if (error instanceof NsGraphError) return error;
  const message = printable(error instanceof Error ? error.message : String(error));
  const isSyntax = error instanceof Error && error.name === "SyntaxError";
  const place = isSyntax ? findSyntaxError(url, error) : undefined;
  return new NsGraphError("BAD_RENDERER", `${printable(plugin)} could not be loaded: ${message}${place ?? ""}`, {
    hint: isSyntax
      ? `It has to be JavaScript that Node.js ${process.versions.node} can read.`
      : "NS_GRAPH_DEBUG=1 prints where that happened.",
    cause: error,
  });
}

/**
 * The place of a syntax error, ` (FILE, line N)`. For CommonJS the stack begins with it; of an ES module only Node.js
 * itself knows it when it checks the file, in which nothing is run.
 */
function findSyntaxError(url: string, { stack = "" }: Error): string | undefined {
  const begin = /^(\/.+):(\d+)\n/;
  const check = () => spawnSync(process.execPath, ["--check", fileURLToPath(url)], { encoding: "utf8" }).stderr;
  const [, file, line] = begin.exec(stack) ?? begin.exec(check()) ?? [];
  return file && ` (${printable(file)}, line ${line})`;
}

const emptyGraph = () =>
  assembleGraph({
    frame: { host: {}, viewer: { namespaces: {} }, sources: [] },
    namespaces: [],
    processes: [],
    pins: [],
    problems: [],
  });
