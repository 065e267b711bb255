import { writeSync } from "node:fs";
import { describeWriteError } from "./system-error.js";

/** Where chunks go. What was written stands only after `close`. */
export interface Sink {
  /** Takes a chunk; answers a promise where it has to be waited for. */
  write(chunk: string | Uint8Array): Promise<void> | undefined;
  /**
   * Ends the output.
   *
   * @throws NsGraphError `WRITE_FAILED`, or ClosedPipe; so does `write`.
   */
  close(): Promise<void>;
  /** Gives up: nothing half-written is left behind, as far as that can be. */
  abort(): void;
}

/** Runs what writes to a sink: what it wrote stands only if it comes to its end. */
export async function complete(sink: Sink, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    await sink.close();
  } catch (error) {
    sink.abort();
    throw error;
  }
}

/** A descriptor that is open already, such as standard output. */
export function descriptorSink(fd: number, name: string, write?: Write): Sink {
  return explained(gatheredWrites(fd, write), name);
}

/** A sink whose errors name it, and say in words what is wrong. */
export function explained(sink: Sink, name: string): Sink {
  const explain = (error: unknown): never => {
    throw describeWriteError(error, name);
  };
  return {
    write: (chunk) => {
      try {
        return sink.write(chunk)?.catch(explain);
      } catch (error) {
        return explain(error);
      }
    },
    close: () => sink.close().catch(explain),
    abort: () => sink.abort(),
  };
}

/** Writes bytes from an offset on, and answers how many were taken. */
export type Write = (fd: number, bytes: Uint8Array, offset: number) => number | Promise<number>;

/** write(2), which waits where a pipe's reader is slower: nothing else has to happen meanwhile. */
const writeWaiting: Write = (fd, bytes, offset) => writeSync(fd, bytes, offset);

/** Chunks are gathered until they have this many characters. */
const BATCH = 2 ** 16;

/** Gathers chunks and writes them to a descriptor, at the pace of whoever reads. Errors are those of write(2). */
export function gatheredWrites(fd: number, write: Write = writeWaiting): Sink {
  let text = "";
  const flush = async (): Promise<void> => {
    const bytes = Buffer.from(text);
    text = "";
    await writeAll(fd, bytes, write);
  };
  return {
    write: (chunk) => {
      if (typeof chunk !== "string") return flush().then(() => writeAll(fd, chunk, write));
      text += chunk;
      return text.length < BATCH ? undefined : flush();
    },
    close: flush,
    abort: () => undefined,
  };
}

async function writeAll(fd: number, bytes: Uint8Array, write: Write): Promise<void> {
  let pause = 1;
  for (let offset = 0; offset < bytes.length; ) {
    try {
      const written = write(fd, bytes, offset);
      offset += typeof written === "number" ? written : await written;
      pause = 1;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EINTR") continue;
      if (code !== "EAGAIN") throw error;
      // Somebody else made the pipe or terminal non-blocking, and its reader is slower.
      await new Promise((resume) => setTimeout(resume, pause));
      pause = Math.min(pause * 2, 50);
    }
  }
}

/**
 * Hands nothing on before all of it is there. While a renderer's loop goes on, no signal is noticed by anything but
 * the kernel: with no file open yet, what ends the program leaves none behind.
 */
export function gather(sink: Sink): Sink {
  const chunks: (string | Uint8Array)[] = [];
  return {
    write: (chunk) => {
      // A renderer may use its bytes again.
      chunks.push(typeof chunk === "string" ? chunk : chunk.slice());
      return undefined;
    },
    close: async () => {
      for (const chunk of chunks) await sink.write(chunk);
      await sink.close();
    },
    abort: () => sink.abort(),
  };
}
