import { assembleGraph, type Chunks, DEFAULT_VIEW, defaultOptions, NsGraphError, printable } from "@ns-graph/graph";
import { runBounded } from "../commands/run-bounded.js";
import { blame, pump, rendererFailed } from "../output/pump.js";
import { describeKind } from "./describe-kind.js";
import type { Format } from "./formats.js";

/** What a plugin may take to be loaded, and to draw nothing. */
export interface Limits {
  readonly milliseconds: number;
  readonly characters: number;
  readonly chunks: number;
}

/** Far beyond what any picture of nothing needs, the start of a WebAssembly engine included. */
export const LIMITS: Limits = { milliseconds: 10_000, characters: 2 ** 24, chunks: 100_000 };

const DRAWING = "drawing a graph without namespaces";

/**
 * Lets a plugin draw the empty graph: it is a renderer if it can do that, whatever it says of itself.
 *
 * @throws NsGraphError `RENDERER_FAILED`, naming the plugin and what went wrong.
 */
export async function smokeRun(format: Format, limits: Limits = LIMITS): Promise<void> {
  const { renderer, origin } = format;
  const options: object = defaultOptions(renderer);
  const run = <T>(step: () => T): T => runBounded(step, limits.milliseconds);
  let needs: unknown;
  try {
    needs = run(() => renderer.needs(options, DEFAULT_VIEW));
  } catch (error) {
    throw blame(format, error);
  }
  if (!Array.isArray(needs)) {
    throw rendererFailed(format, `its needs answers ${describeKind(needs)}, where an array of facts is expected`);
  }
  const draw = (): Chunks => renderer.render(emptyGraph(), options, { color: false, columns: 80, unicode: true });
  const count = countdown(format, limits);
  await withinTime(origin, DRAWING, limits, pump(format, draw, count, { run }));
}

/**
 * Waits for something a plugin does.
 *
 * @throws NsGraphError `BAD_RENDERER` where it takes longer than it may.
 */
export async function withinTime<T>(plugin: string, what: string, limits: Limits, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(endless(plugin, what)), limits.milliseconds);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** An error that says what a plugin does for ever. */
export function endless(plugin: string, what: string): NsGraphError {
  return new NsGraphError("BAD_RENDERER", `${printable(plugin)} is not a renderer: ${what} does not come to an end`);
}

function countdown(format: Format, limits: Limits): (chunk: string | Uint8Array) => undefined {
  let characters = 0;
  let chunks = 0;
  const end = Date.now() + limits.milliseconds;
  return (chunk) => {
    characters += chunk.length;
    chunks++;
    if (characters > limits.characters || chunks > limits.chunks || Date.now() > end) {
      throw rendererFailed(format, `${DRAWING} does not come to an end`);
    }
  };
}

const emptyGraph = () =>
  assembleGraph({
    frame: { host: {}, viewer: { namespaces: {} }, sources: [] },
    namespaces: [],
    processes: [],
    pins: [],
    problems: [],
  });
