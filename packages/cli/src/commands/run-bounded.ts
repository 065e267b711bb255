import { createContext, Script } from "node:vm";

/**
 * Runs a step that is interrupted if it takes too long: an endless loop leaves no other way in.
 *
 * @throws the error `ERR_SCRIPT_EXECUTION_TIMEOUT`; what the step throws
 */
export function runBounded<T>(step: () => T, milliseconds: number): T {
  return new Script("step()").runInContext(createContext({ step }), { timeout: milliseconds }) as T;
}
