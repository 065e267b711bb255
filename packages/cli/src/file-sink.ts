import { randomBytes } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  write as writeConcurrently,
} from "node:fs";
import { dirname, join } from "node:path";
import { DescriptorWriter, type Write } from "./descriptor-writer.js";
import { resolveOutput } from "./output-target.js";
import { descriptorSink, type Sink } from "./sink.js";
import { describeWriteError } from "./write-error.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** write(2) in another thread, so that a signal is noticed while it lasts. */
const writeNoticing: Write = (fd, bytes, offset) =>
  new Promise((resolve, reject) => {
    writeConcurrently(fd, bytes, offset, (error, written) => (error === null ? resolve(written) : reject(error)));
  });

/**
 * What --output names. A regular file gets its content whole or not at all: it is written under another name
 * beside it, and given its own when it is complete. Nothing is opened before the first chunk, but what can be
 * seen to be in the way already is told at once.
 *
 * @throws NsGraphError `WRITE_FAILED`
 */
export function openOutput(path: string): Sink {
  try {
    const target = resolveOutput(path);
    if (target.kind === "descriptor") return descriptorSink(target.fd, path);
    if (target.kind === "direct") return new LazySink(path, () => directSink(target.path, path));
    accessSync(dirname(target.path), constants.W_OK | constants.X_OK);
    return new LazySink(path, () => new ReplacingSink(target.path, target.existing));
  } catch (error) {
    throw describeWriteError(error, path);
  }
}

/** Opens the real sink with the first chunk. */
class LazySink implements Sink {
  readonly #name: string;
  readonly #open: () => Sink;
  #sink: Sink | undefined;

  constructor(name: string, open: () => Sink) {
    this.#name = name;
    this.#open = open;
  }

  write(chunk: string | Uint8Array): Promise<void> | undefined {
    return this.#explain(() => {
      this.#sink ??= this.#open();
      return this.#sink.write(chunk);
    });
  }

  async close(): Promise<void> {
    await this.#explain(() => this.#sink?.close());
  }

  abort(): void {
    this.#sink?.abort();
  }

  #explain(work: () => Promise<void> | undefined): Promise<void> | undefined {
    const explained = (error: unknown): never => {
      throw describeWriteError(error, this.#name);
    };
    try {
      return work()?.catch(explained);
    } catch (error) {
      return explained(error);
    }
  }
}

function directSink(path: string, name: string): Sink {
  const fd = openSync(path, constants.O_WRONLY | constants.O_NOCTTY);
  const sink = descriptorSink(fd, name);
  return {
    write: (chunk) => sink.write(chunk),
    close: async () => {
      await sink.close();
      closeSync(fd);
    },
    abort: () => closeSync(fd),
  };
}

/** A temporary file that takes the place of the target when it is complete. */
class ReplacingSink implements Sink {
  readonly #path: string;
  readonly #temporary: string;
  readonly #fd: number;
  readonly #writer: DescriptorWriter;
  #isOver = false;

  constructor(path: string, existing: Stats | undefined) {
    this.#path = path;
    this.#temporary = join(dirname(path), `.ns-graph-${randomBytes(6).toString("hex")}.tmp`);
    for (const signal of SIGNALS) process.on(signal, this.#die);
    try {
      // O_EXCL: not even a symbolic link that somebody put there is followed.
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
      this.#fd = openSync(this.#temporary, flags, existing === undefined ? 0o666 : 0o600);
    } catch (error) {
      this.#forget();
      throw error;
    }
    this.#writer = new DescriptorWriter(this.#fd, writeNoticing);
    if (existing !== undefined) this.#takeAfter(existing);
  }

  write(chunk: string | Uint8Array): Promise<void> | undefined {
    return this.#writer.write(chunk);
  }

  async close(): Promise<void> {
    try {
      await this.#writer.flush();
      fsyncSync(this.#fd);
      renameSync(this.#temporary, this.#path);
    } catch (error) {
      this.abort();
      throw error;
    }
    this.#forget();
    closeSync(this.#fd);
  }

  abort(): void {
    if (this.#isOver) return;
    this.#forget();
    rmSync(this.#temporary, { force: true });
    closeSync(this.#fd);
  }

  /** Whose file it is, and who may read it, stays as it was where that can be kept. */
  #takeAfter({ uid, gid, mode }: Stats): void {
    try {
      fchownSync(this.#fd, uid, gid);
    } catch {
      // Only root can give files away: then it belongs to who wrote it.
    }
    try {
      fchmodSync(this.#fd, mode & 0o777);
    } catch {
      // A file system without modes has nothing to keep.
    }
  }

  readonly #die = (signal: NodeJS.Signals): void => {
    this.abort();
    // Without a listener the signal does what it always does, and the exit status tells of it.
    process.kill(process.pid, signal);
  };

  #forget(): void {
    this.#isOver = true;
    for (const signal of SIGNALS) process.removeListener(signal, this.#die);
  }
}
