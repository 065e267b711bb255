import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { runBounded } from "../commands/run-bounded.js";
import { isTimeout } from "../output/pump.js";

/**
 * Imports a module that may loop for ever when it is loaded. Nothing interrupts the evaluation of an import, but
 * require(), which takes ES modules too, is a call that can be bounded; what it evaluated is there when it is imported.
 *
 * @throws the error `ERR_SCRIPT_EXECUTION_TIMEOUT` where it takes longer than it may; what the module throws
 */
export async function loadModule(url: string, milliseconds: number): Promise<unknown> {
  const require = createRequire(import.meta.url);
  const { emitWarning } = process;
  // Early releases of Node.js 22 tell everybody that require() of ES modules is new.
  process.emitWarning = () => undefined;
  try {
    runBounded(() => require(fileURLToPath(url)), milliseconds);
  } catch (error) {
    if (isTimeout(error)) throw error;
    // Awaits at its top level, or fails: the import tells.
  } finally {
    process.emitWarning = emitWarning;
  }
  return import(url);
}
