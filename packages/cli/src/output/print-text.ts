import type { System } from "../system.js";
import { DONE } from "./exit-code.js";
import { complete } from "./sink.js";

/** Prints a text to standard output, and answers the exit status. */
export async function printText(text: string, system: System): Promise<number> {
  const sink = system.openStdout();
  await complete(sink, async () => sink.write(text));
  return DONE;
}
