import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  unlinkSync,
  write as writeConcurrently,
} from "node:fs";
import {
  findOwnFile,
  type OutputTarget,
  type Place,
  placeError,
  releaseTarget,
  resolveOutput,
} from "./output-target.js";
import { descriptorSink, explained, gatheredWrites, type Sink, type Write } from "./sink.js";
import { describeWriteError } from "./system-error.js";

/** What link(2) answers on a file system without hard links (vfat, some of FUSE). */
const NO_HARD_LINKS = new Set(["EPERM", "EOPNOTSUPP", "ENOTSUP", "ENOSYS", "EMLINK"]);

/** What a file is for others, unless --mode says otherwise: nothing. A graph shows what all users of a machine do. */
const PRIVATE = 0o600;
/** How often what is at the target may be another thing than a moment before. */
const MOST_CHANGES = 20;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** write(2) in another thread, so that a signal is noticed while it lasts. */
const writeNoticing: Write = (fd, bytes, offset) =>
  new Promise((resolve, reject) => {
    writeConcurrently(fd, bytes, offset, (error, written) => (error === null ? resolve(written) : reject(error)));
  });

/**
 * What --output names. A regular file gets its content whole or not at all: it is written under another name
 * beside it, and given its own when it is complete. Nothing is opened before the first chunk, but what can be
 * seen to be in the way already is an error at once.
 *
 * @param mode the permissions of a regular file; by default what the umask leaves of 0600, and no more than those of a
 *   file whose place it takes
 * @throws NsGraphError `WRITE_FAILED`
 */
export function openOutput(path: string, mode?: number): Sink {
  try {
    const target = resolveOutput(path);
    if (target.kind === "descriptor") return descriptorSink(target.fd, path);
    releaseTarget(target);
  } catch (error) {
    throw describeWriteError(error, path);
  }
  // Whatever happens there while the machine is read, what is there then is what counts.
  let sink: Sink | undefined;
  const lazy: Sink = {
    write: (chunk) => {
      sink ??= openTarget(resolveOutput(path), mode);
      return sink.write(chunk);
    },
    close: async () => sink?.close(),
    abort: () => sink?.abort(),
  };
  return explained(lazy, path);
}

function openTarget(target: OutputTarget, mode: number | undefined): Sink {
  if (target.kind === "descriptor") return gatheredWrites(target.fd);
  if (target.kind === "file") return new ReplacingSink(target.place, mode);
  try {
    // A pipe waits for its reader here.
    return directSink(target.held.openToWrite());
  } finally {
    target.held.close();
  }
}

/** A pipe or device that was opened for it. */
function directSink(fd: number): Sink {
  const sink = gatheredWrites(fd);
  return {
    write: sink.write,
    close: async () => {
      await sink.close();
      closeSync(fd);
    },
    abort: () => closeSync(fd),
  };
}

/** A temporary file that takes the place of the target when it is complete. */
class ReplacingSink implements Sink {
  readonly #place: Place;
  readonly #mode: number | undefined;
  readonly #temporary = `.ns-graph-${randomBytes(6).toString("hex")}.tmp`;
  readonly #fd: number;
  readonly #writer: Sink;
  #isOver = false;

  constructor(place: Place, mode: number | undefined) {
    this.#place = place;
    this.#mode = mode;
    for (const signal of SIGNALS) process.on(signal, this.#die);
    try {
      // O_EXCL: not even a symbolic link that somebody put there is followed.
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
      this.#fd = openSync(this.#pathOf(this.#temporary), flags, PRIVATE);
    } catch (error) {
      this.#forget();
      place.folder.close();
      throw error;
    }
    this.#writer = gatheredWrites(this.#fd, writeNoticing);
  }

  write(chunk: string | Uint8Array): Promise<void> | undefined {
    return this.#writer.write(chunk);
  }

  async close(): Promise<void> {
    try {
      await this.#writer.close();
      fsyncSync(this.#fd);
      this.#settle();
    } catch (error) {
      this.abort();
      throw error;
    }
    this.#end();
  }

  abort(): void {
    if (this.#isOver) return;
    this.#unlinkTemporary();
    this.#end();
  }

  /** Gives the file its permissions and its name. Only a file of the caller's is replaced: others may be quick. */
  #settle(): void {
    this.#requireTemporary();
    for (let change = 0; change < MOST_CHANGES; change++) {
      const existing = findOwnFile(this.#place);
      this.#setMode(existing);
      if (existing === undefined) {
        if (this.#takeFreeName()) return;
      } else {
        renameSync(this.#pathOf(this.#temporary), this.#pathOf(this.#place.name));
        return;
      }
    }
    throw placeError(this.#place, "it is there and gone again all the time");
  }

  /** Answers false where somebody was faster: link(2), unlike rename(2), replaces nothing. */
  #takeFreeName(): boolean {
    const temporary = this.#pathOf(this.#temporary);
    const target = this.#pathOf(this.#place.name);
    try {
      linkSync(temporary, target);
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (code === "EEXIST") return false;
      if (!NO_HARD_LINKS.has(code)) throw error;
      renameSync(temporary, target);
      return true;
    }
    this.#unlinkTemporary();
    return true;
  }

  /** Whoever may write to the folder can put something else in the temporary file's place. */
  #requireTemporary(): void {
    const held = this.#place.folder.child(this.#temporary);
    const isThere = held?.isSameAs(this.#fd);
    held?.close();
    if (isThere) return;
    throw placeError(this.#place, "somebody took the temporary file beside it away");
  }

  #setMode(existing: number | undefined): void {
    if (this.#mode !== undefined) {
      fchmodSync(this.#fd, this.#mode);
      return;
    }
    const mode = fstatSync(this.#fd).mode & 0o777;
    const kept = mode & (existing ?? mode);
    if (kept === mode) return;
    try {
      fchmodSync(this.#fd, kept);
    } catch {
      // A file system without modes has nothing to keep.
    }
  }

  readonly #die = (signal: NodeJS.Signals): void => {
    this.abort();
    // Without a listener the signal does what it always does, and the exit status is its own.
    process.kill(process.pid, signal);
  };

  #pathOf(name: string): string {
    return this.#place.folder.pathOf(name);
  }

  #unlinkTemporary(): void {
    try {
      unlinkSync(this.#pathOf(this.#temporary));
    } catch {
      // Somebody else was faster, or the folder may not be written to any more.
    }
  }

  #end(): void {
    this.#forget();
    closeSync(this.#fd);
    this.#place.folder.close();
  }

  #forget(): void {
    this.#isOver = true;
    for (const signal of SIGNALS) process.removeListener(signal, this.#die);
  }
}
