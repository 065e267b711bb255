import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { createContext, Script } from "node:vm";

/**
 * Runs a step that is interrupted if it takes too long: an endless loop leaves no other way in.
 *
 * @throws the error `ERR_SCRIPT_EXECUTION_TIMEOUT`, which `isTimeout` knows; what the step throws
 */
export function runBounded<T>(step: () => T, milliseconds: number): T {
  return new Script("step()").runInContext(createContext({ step }), { timeout: milliseconds }) as T;
}

/** Whether an error says that a bounded step took longer than it may (node:vm). */
export function isTimeout(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}

/**
 * Imports a module that may loop for ever when it is loaded. Nothing interrupts the evaluation of an import, but
 * require(), which takes ES modules too, is a call that can be bounded; what it evaluated is there when it is imported.
 *
 * @throws the error `ERR_SCRIPT_EXECUTION_TIMEOUT` where it takes longer than it may; what the module throws
 */
export async function importModule(url: string, milliseconds: number): Promise<unknown> {
  const require = createRequire(import.meta.url);
  const { emitWarning } = process;
  // Early releases of Node.js 22 warn that require() of ES modules is new.
  process.emitWarning = () => undefined;
  try {
    runBounded(() => require(fileURLToPath(url)), milliseconds);
  } catch (error) {
    if (isTimeout(error)) throw error;
    // Awaits at its top level, or fails: the import says so.
  } finally {
    process.emitWarning = emitWarning;
  }
  return import(url);
}
