import { DescriptorWriter, type Write } from "./descriptor-writer.js";
import { describeWriteError } from "./write-error.js";

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
  const writer = new DescriptorWriter(fd, write);
  const explain = (work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => {
      throw describeWriteError(error, name);
    });
  return {
    write: (chunk) => {
      const pending = writer.write(chunk);
      return pending === undefined ? undefined : explain(pending);
    },
    close: () => explain(writer.flush()),
    abort: () => undefined,
  };
}
