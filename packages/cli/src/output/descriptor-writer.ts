import { writeSync } from "node:fs";

/** Chunks are gathered until they have this many characters. */
const BATCH = 2 ** 16;

/** Writes bytes from an offset on, and answers how many were taken. */
export type Write = (fd: number, bytes: Uint8Array, offset: number) => number | Promise<number>;

/** write(2), which waits where a pipe's reader is slower: nothing else has to happen meanwhile. */
const writeWaiting: Write = (fd, bytes, offset) => writeSync(fd, bytes, offset);

/** Gathers chunks and writes them to a descriptor, at the pace of whoever reads. */
export class DescriptorWriter {
  readonly #fd: number;
  readonly #write: Write;
  #text = "";

  constructor(fd: number, write: Write = writeWaiting) {
    this.#fd = fd;
    this.#write = write;
  }

  /** Takes a chunk; answers a promise where it has to be waited for. */
  write(chunk: string | Uint8Array): Promise<void> | undefined {
    if (typeof chunk !== "string") return this.flush().then(() => this.#writeAll(chunk));
    this.#text += chunk;
    return this.#text.length < BATCH ? undefined : this.flush();
  }

  /** Writes what was gathered. */
  async flush(): Promise<void> {
    const text = this.#text;
    this.#text = "";
    if (text !== "") await this.#writeAll(Buffer.from(text));
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    let pause = 1;
    for (let offset = 0; offset < bytes.length; ) {
      try {
        const written = this.#write(this.#fd, bytes, offset);
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
}
