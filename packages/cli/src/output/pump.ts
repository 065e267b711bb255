import { type Chunks, describeKind, NsGraphError, printable } from "@ns-graph/graph";
import { BUILT_IN_ORIGIN, type Format } from "../plugins/formats.js";

/** Runs one synchronous step of a renderer, bounded in whatever way. */
export type RunStep = <T>(step: () => T) => T;

/** How chunks are carried. */
export interface PumpOptions {
  readonly run?: RunStep;
  /** Whether there may be nothing to draw. */
  readonly mayBeEmpty?: boolean;
}

/**
 * Carries a renderer's chunks, one after the other, to where they are written.
 *
 * @throws NsGraphError `RENDERER_FAILED` where a plugin throws, yields nothing, or something else than text and
 *   bytes. What `write` throws, and what a built-in renderer throws, passes through.
 */
export async function pump(
  format: Format,
  start: () => Chunks,
  write: (chunk: string | Uint8Array) => Promise<void> | undefined,
  { run = (step) => step(), mayBeEmpty = false }: PumpOptions = {},
): Promise<void> {
  const attempt = <T>(step: () => T): T => {
    try {
      return run(step);
    } catch (error) {
      throw blame(format, error);
    }
  };
  const iterator = attempt(() => iterate(format, start()));
  let isEmpty = true;
  let isDone = false;
  try {
    while (!isDone) {
      const result = attempt(() => iterator.next());
      // Awaiting what is there already would cost more than drawing it.
      const step = readStep(format, isPromise(result) ? await settle(format, result) : result);
      isDone = step.done;
      if (step.done) break;
      if (step.value.length > 0) isEmpty = false;
      const pending = write(step.value);
      if (pending !== undefined) await pending;
    }
  } finally {
    if (!isDone) abandon(iterator);
  }
  if (isEmpty && !mayBeEmpty) throw rendererFailed(format, "it yields nothing");
}

/** An error that says which renderer failed, and how. */
export function rendererFailed(
  format: Format,
  how: string,
  more: { readonly hint?: string; readonly cause?: unknown } = {},
): NsGraphError {
  return new NsGraphError("RENDERER_FAILED", `${describeRenderer(format)} failed: ${how}`, more);
}

/** A renderer, and where it came from, in words. */
export function describeRenderer({ renderer, origin }: Format): string {
  const place = origin === BUILT_IN_ORIGIN ? "" : ` (${printable(origin)})`;
  return `the renderer ${printable(renderer.name)}${place}`;
}

/** What a renderer threw, as an error that names it; a fault of a built-in one stays a fault of this program. */
export function blame(format: Format, error: unknown): unknown {
  if (error instanceof NsGraphError || format.origin === BUILT_IN_ORIGIN) return error;
  if (isExplained(error)) return new NsGraphError("RENDERER_FAILED", error.message, { ...hintOf(error), cause: error });
  const message = error instanceof Error ? error.message : String(error);
  return rendererFailed(format, `it throws ${JSON.stringify(printable(message))}`, { cause: error });
}

/** A plugin may bring its own copy of the model, whose errors are as good, but of another class. */
function isExplained(error: unknown): error is NsGraphError {
  return error instanceof Error && error.name === "NsGraphError";
}

function hintOf({ hint }: { readonly hint: unknown }): { readonly hint?: string } {
  return typeof hint === "string" ? { hint } : {};
}

function iterate(format: Format, chunks: unknown): { next(): unknown; return?(): unknown } {
  if (typeof chunks === "string") return [chunks].values();
  if (typeof chunks === "object" && chunks !== null && !(chunks instanceof Uint8Array)) {
    const iterable = chunks as Partial<AsyncIterable<unknown> & Iterable<unknown>>;
    if (typeof iterable[Symbol.asyncIterator] === "function")
      return (iterable as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    if (typeof iterable[Symbol.iterator] === "function") return (iterable as Iterable<unknown>)[Symbol.iterator]();
  }
  throw rendererFailed(format, `its render answers ${describeKind(chunks)}, where an iterable of chunks is expected`);
}

/** Waits for a step of a renderer; once nothing is left that could end it, it is given up. */
function settle(format: Format, step: PromiseLike<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(rendererFailed(format, "it waits for something that never comes"));
    process.once("beforeExit", giveUp);
    step
      .then(resolve, (error: unknown) => reject(blame(format, error)))
      .then(() => process.removeListener("beforeExit", giveUp));
  });
}

type Step =
  | { readonly done: true; readonly value?: undefined }
  | { readonly done: false; readonly value: string | Uint8Array };

function readStep(format: Format, result: unknown): Step {
  if (typeof result !== "object" || result === null) {
    throw rendererFailed(format, `its iterator answers ${describeKind(result)}, where an object is expected`);
  }
  const { done, value } = result as IteratorResult<unknown>;
  if (done) return { done: true };
  if (typeof value === "string" || value instanceof Uint8Array) return { done: false, value };
  throw rendererFailed(format, `it yields ${describeKind(value)}, where text or bytes (Uint8Array) are expected`);
}

/** Lets the renderer clean up; what goes wrong in it then is of no interest any more. */
function abandon(iterator: { return?(): unknown }): void {
  try {
    const answer = iterator.return?.();
    if (isPromise(answer)) answer.then(undefined, () => undefined);
  } catch {
    // The error that ended the loop is the one that counts.
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as PromiseLike<unknown>).then === "function";
}
