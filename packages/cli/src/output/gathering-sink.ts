import type { Sink } from "./sink.js";

/**
 * Hands nothing on before all of it is there. While a renderer's loop goes on, no signal is noticed by anything but
 * the kernel: with no file open yet, what ends the program leaves none behind.
 */
export function gather(sink: Sink): Sink {
  let chunks: (string | Uint8Array)[] = [];
  return {
    write: (chunk) => {
      // A renderer may use its bytes again.
      chunks.push(typeof chunk === "string" ? chunk : chunk.slice());
      return undefined;
    },
    close: async () => {
      for (const chunk of chunks) await sink.write(chunk);
      chunks = [];
      await sink.close();
    },
    abort: () => sink.abort(),
  };
}
