import { Worker } from "node:worker_threads";
import { prefixed } from "../output/error-text.js";
import { FAILED } from "../output/exit-code.js";
import { describeRenderer, rendererFailed } from "../output/pump.js";
import type { Format } from "./formats.js";

/** After so long people wonder what it does. */
const DELAY_SECONDS = 10;

/** Runs code of others that may end the whole program by itself; `onExit` is printed then. */
export async function guardExit<T>(onExit: string, warn: (text: string) => void, work: () => Promise<T>): Promise<T> {
  const explain = (): void => {
    warn(prefixed(onExit));
    process.exitCode = FAILED;
  };
  process.once("exit", explain);
  try {
    return await work();
  } finally {
    process.removeListener("exit", explain);
  }
}

/**
 * Lets a renderer of somebody else draw. How long a picture may take nobody can say, so it is not given up; but after a
 * while it is printed, once, what everybody waits for: by a thread of its own, because a loop lets nothing else run.
 */
export async function guardDrawing(
  format: Format,
  warn: (text: string) => void,
  work: () => Promise<void>,
): Promise<void> {
  const delay = `${describeRenderer(format)} has been drawing for ${DELAY_SECONDS} s. If it never ends: Ctrl-C ends it.`;
  const workerData = { text: prefixed(delay), milliseconds: DELAY_SECONDS * 1000 };
  const watch = new Worker(WATCH, { eval: true, workerData });
  watch.unref();
  try {
    await guardExit(rendererFailed(format, "it ends the program before all is drawn").message, warn, work);
  } finally {
    await watch.terminate();
  }
}

const WATCH = `
  const { writeSync } = require("node:fs");
  const { workerData } = require("node:worker_threads");
  setTimeout(() => writeSync(2, workerData.text), workerData.milliseconds);
`;
