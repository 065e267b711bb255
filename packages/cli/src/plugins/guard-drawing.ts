import { prefixed } from "../output/error-text.js";
import { describeRenderer, rendererFailed } from "../output/pump.js";
import type { Format } from "./formats.js";
import { guardPlugin } from "./guard-plugin.js";

/** After so long people wonder what it does. */
const DELAY = 10_000;

/**
 * Lets a renderer of somebody else draw. How long a picture may take nobody can say, so it is not given up; but after a
 * while it is said what everybody waits for.
 */
export function guardDrawing(format: Format, warn: (text: string) => void, work: () => Promise<void>): Promise<void> {
  const seconds = DELAY / 1000;
  const text = prefixed(
    `${describeRenderer(format)} has been drawing for ${seconds} s. If it never ends: Ctrl-C ends it.`,
  );
  const onExit = prefixed(rendererFailed(format, "it ends the program before all is drawn").message);
  return guardPlugin({ onExit, onDelay: { text, milliseconds: DELAY } }, warn, work);
}
