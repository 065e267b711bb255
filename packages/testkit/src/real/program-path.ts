import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A program that puts a load on the machine. */
export type LoadName = "command-lines" | "crowds" | "descriptors" | "fuse" | "mounts";

/** A program that the testkit brings along. */
export type ProgramName = "actor.mjs" | "churn.c" | `loads/${LoadName}.c`;

/** Where it lies; `NS_GRAPH_TEST_PROGRAMS` names the folder where the testkit was bundled. */
export function programPath(name: ProgramName): string {
  const folder = process.env.NS_GRAPH_TEST_PROGRAMS ?? fileURLToPath(new URL("./programs", import.meta.url));
  return join(folder, name);
}
