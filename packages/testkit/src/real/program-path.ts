import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where a program that the testkit brings along lies; `NS_GRAPH_TEST_PROGRAMS` names the folder where the testkit was bundled. */
export function programPath(name: "actor.mjs" | "churn.c"): string {
  const folder = process.env.NS_GRAPH_TEST_PROGRAMS ?? fileURLToPath(new URL("./programs", import.meta.url));
  return join(folder, name);
}
