import { Worker } from "node:worker_threads";
import { FAILED } from "../output/exit-code.js";

/** How code of others is watched. */
export interface Guard {
  /** What is told where the code ends the whole program by itself. */
  readonly onExit: string;
  /** What is told, once, where the code takes long; by a thread of its own, because a loop lets nothing else run. */
  readonly onDelay?: { readonly text: string; readonly milliseconds: number };
}

/** Runs code of others that may end the program, or never come to an end: nobody should have to guess what happened. */
export async function guardPlugin<T>({ onExit, onDelay }: Guard, warn: (text: string) => void, work: () => Promise<T>) {
  const tell = (): void => {
    warn(onExit);
    process.exitCode = FAILED;
  };
  process.once("exit", tell);
  const watch = onDelay && new Worker(WATCH, { eval: true, workerData: onDelay });
  watch?.unref();
  try {
    return await work();
  } finally {
    process.removeListener("exit", tell);
    await watch?.terminate();
  }
}

const WATCH = `
  const { writeSync } = require("node:fs");
  const { workerData } = require("node:worker_threads");
  setTimeout(() => writeSync(2, workerData.text), workerData.milliseconds);
`;
