import { closeSync, openSync, readSync } from "node:fs";
import { describeReadError } from "../output/system-error.js";

const SIZE = 2 ** 18;

/**
 * The bytes of a file, or of standard input (`-`), as they come. Each piece is good until the next is asked for.
 *
 * @throws NsGraphError `READ_FAILED`
 */
export async function* readFileChunks(path: string): AsyncGenerator<Uint8Array> {
  const isInput = path === "-";
  const bytes = new Uint8Array(SIZE);
  let fd: number | undefined;
  try {
    fd = isInput ? 0 : openSync(path, "r");
    for (;;) {
      const chunk = await readChunk(fd, bytes);
      if (chunk.length === 0) return;
      yield chunk;
    }
  } catch (error) {
    throw describeReadError(error, isInput ? "standard input" : path);
  } finally {
    if (fd !== undefined && !isInput) closeSync(fd);
  }
}

async function readChunk(fd: number, bytes: Uint8Array): Promise<Uint8Array> {
  for (let pause = 1; ; pause = Math.min(pause * 2, 50)) {
    try {
      return bytes.subarray(0, readSync(fd, bytes));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF") return bytes.subarray(0, 0);
      if (code !== "EAGAIN" && code !== "EINTR") throw error;
      // Standard input that somebody else made non-blocking.
      await new Promise((resume) => setTimeout(resume, pause));
    }
  }
}
