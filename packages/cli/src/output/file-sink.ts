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
  if (target.kind === "file") return replacingSink(target.place, mode);
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
function replacingSink(place: Place, mode: number | undefined): Sink {
  const { folder, name } = place;
  const temporary = `.ns-graph-${randomBytes(6).toString("hex")}.tmp`;
  const source = folder.pathOf(temporary);
  const die = (signal: NodeJS.Signals): void => {
    sink.abort();
    // Without a listener the signal does what it always does, and the exit status is its own.
    process.kill(process.pid, signal);
  };
  let isOver = false;
  const forget = (): void => {
    isOver = true;
    for (const signal of SIGNALS) process.removeListener(signal, die);
  };
  for (const signal of SIGNALS) process.on(signal, die);
  let fd: number;
  try {
    // O_EXCL: not even a symbolic link that somebody put there is followed.
    fd = openSync(source, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, PRIVATE);
  } catch (error) {
    forget();
    folder.close();
    throw error;
  }
  const writer = gatheredWrites(fd, writeNoticing);
  const end = (): void => {
    forget();
    closeSync(fd);
    folder.close();
  };
  const sink: Sink = {
    write: writer.write,
    close: async () => {
      try {
        await writer.close();
        fsyncSync(fd);
        requireTemporary(place, temporary, fd);
        takePlace(place, source, folder.pathOf(name), (existing) => setMode(fd, mode, existing));
      } catch (error) {
        sink.abort();
        throw error;
      }
      end();
    },
    abort: () => {
      if (isOver) return;
      unlink(source);
      end();
    },
  };
  return sink;
}

/** Whoever may write to the folder can put something else in the temporary file's place. */
function requireTemporary(place: Place, temporary: string, fd: number): void {
  const held = place.folder.child(temporary);
  const isThere = held?.isSameAs(fd);
  held?.close();
  if (!isThere) throw placeError(place, "somebody took the temporary file beside it away");
}

/** Gives a file its permissions and its name. Only a file of the caller's is replaced: others may be quick. */
function takePlace(
  place: Place,
  source: string,
  target: string,
  setModeLike: (existing: number | undefined) => void,
): void {
  for (let change = 0; change < MOST_CHANGES; change++) {
    const existing = findOwnFile(place);
    setModeLike(existing);
    if (existing !== undefined) {
      renameSync(source, target);
      return;
    }
    if (takeFreeName(source, target)) return;
  }
  throw placeError(place, "it is there and gone again all the time");
}

/** Answers false where somebody was faster: link(2), unlike rename(2), replaces nothing. */
function takeFreeName(source: string, target: string): boolean {
  try {
    linkSync(source, target);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (!NO_HARD_LINKS.has(code)) throw error;
    renameSync(source, target);
    return true;
  }
  unlink(source);
  return true;
}

/** Gives a file the permissions `mode`, or no more than what it replaces has. */
function setMode(fd: number, mode: number | undefined, existing: number | undefined): void {
  if (mode !== undefined) {
    fchmodSync(fd, mode);
    return;
  }
  const own = fstatSync(fd).mode & 0o777;
  const kept = own & (existing ?? own);
  if (kept === own) return;
  try {
    fchmodSync(fd, kept);
  } catch {
    // A file system without modes has nothing to keep.
  }
}

function unlink(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Somebody else was faster, or the folder may not be written to any more.
  }
}
