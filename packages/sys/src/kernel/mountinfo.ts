import type { NamespaceType } from "@ns-graph/graph";
import type { Share } from "../budget/scan-budget.js";
import { decodeLatin1 } from "./bytes.js";
import { readPiecesAt } from "./libc.js";
import { parseNsfsName } from "./nsfs.js";

/** One line of /proc/PID/mountinfo (proc_pid_mountinfo(5)). */
export interface MountLine {
  readonly id: number;
  readonly parent: number;
  readonly major: number;
  readonly minor: number;
  /** Path within the file system that is the root of the mount. */
  readonly root: string;
  /** Where it is mounted, as the process sees it. */
  readonly path: string;
  readonly fileSystem: string;
  readonly source: string;
  readonly superOptions: string;
}

/** A mount of a namespace. */
export interface NsfsMountLine extends MountLine {
  readonly type: NamespaceType;
  readonly ino: number;
}

/**
 * The longest line that is read: root and mount point at PATH_MAX with every byte escaped, and options. Whoever mounts
 * below a folder that is deeper can make longer ones, but no path of that length can be opened.
 */
const LONGEST_LINE = 1 << 16;
const NEWLINE = 0x0a;

/** A field as text, from a line with a letter for each byte; space, tab, newline, backslash and `#` are octal (mangle_path, fs/seq_file.c). */
function decodeField(field: string): string {
  const text = decodeLatin1(field);
  if (!text.includes("\\")) return text;
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** Reads a line, with a letter for each byte; undefined where it is not of the form. */
export function parseMountLine(line: string): MountLine | undefined {
  const fields = line.split(" ");
  const separator = fields.indexOf("-", 6);
  if (separator < 0 || fields.length < separator + 3) return undefined;
  const [major, minor] = (fields[2] as string).split(":").map(Number);
  return {
    id: Number(fields[0]),
    parent: Number(fields[1]),
    major: major ?? 0,
    minor: minor ?? 0,
    root: decodeField(fields[3] as string),
    path: decodeField(fields[4] as string),
    fileSystem: fields[separator + 1] as string,
    source: decodeField(fields[separator + 2] as string),
    superOptions: fields[separator + 3] ?? "",
  };
}

/** What is asked before more of a kind are looked at. */
export type MountGrant = Pick<Share, "take">;

/**
 * Takes a mountinfo apart as its pieces come, as far as the share goes: whoever has a mount namespace of their own decides
 * how many lines it has, and how long they are. Lines that are not of the form are passed over.
 */
export class MountinfoLines {
  readonly #share: MountGrant;
  readonly #visit: (mount: MountLine) => void;
  /** The beginning of a line whose end has not come, with a letter for each byte. */
  #rest = "";
  #isTooLong = false;
  #isFirst = true;
  isCut = false;
  /** How many lines were passed over because they are longer than `LONGEST_LINE`. */
  tooLong = 0;
  /** What was read: lines, and bytes beyond the first piece. */
  readonly spent = { mounts: 0, bytes: 0 };

  constructor(share: MountGrant, visit: (mount: MountLine) => void) {
    this.#share = share;
    this.#visit = visit;
  }

  /** Takes a piece; false where no more is to be read. */
  readonly take = (piece: Buffer): boolean => {
    // The first piece is as much as most have, and costs nobody else anything.
    if (this.#isFirst) this.#isFirst = false;
    else if (this.#share.take("bytes", piece.length) < piece.length) return this.#cut();
    else this.spent.bytes += piece.length;
    const end = piece.lastIndexOf(NEWLINE);
    if (end >= 0) {
      const lines = piece.toString("latin1", 0, end).split("\n");
      lines[0] = this.#rest + lines[0];
      if (!this.#takeLines(lines)) return this.#cut();
      this.#rest = "";
      this.#isTooLong = false;
    }
    this.#rest += piece.toString("latin1", end + 1);
    if (this.#rest.length > LONGEST_LINE) {
      this.#isTooLong = true;
      this.#rest = "";
    }
    return true;
  };

  #cut(): false {
    this.isCut = true;
    return false;
  }

  /** Takes as many lines as are granted; whether those are all. */
  #takeLines(lines: readonly string[]): boolean {
    const granted = this.#share.take("mounts", lines.length);
    this.spent.mounts += granted;
    for (let i = 0; i < granted; i++) {
      const line = lines[i] as string;
      if ((i === 0 && this.#isTooLong) || line.length > LONGEST_LINE) {
        this.tooLong++;
        continue;
      }
      const mount = parseMountLine(line);
      if (mount !== undefined) this.#visit(mount);
    }
    return granted === lines.length;
  }
}

/** How much of a mountinfo was read. */
export interface MountinfoExtent {
  /** 0, or -errno where it could not be opened or read. */
  readonly failed: number;
  /** Whether a limit kept lines from being read. */
  readonly isCut: boolean;
  /** How many lines were passed over: no path so long can be opened. */
  readonly tooLong: number;
  /** Allows the same to be read once more, which costs nobody anything. */
  readonly again: MountGrant;
}

/** Allows that many things of each kind. */
function allow(left: { mounts: number; bytes: number }): MountGrant {
  return {
    take(kind, wanted) {
      if (kind !== "mounts" && kind !== "bytes") return 0;
      const granted = Math.min(wanted, left[kind]);
      left[kind] -= granted;
      return granted;
    },
  };
}

/** Reads a mountinfo line by line, as far as the share goes. `look` is handed each piece of the file as it comes. */
export function readMountinfo(
  directory: number,
  path: string,
  share: MountGrant,
  visit: (mount: MountLine) => void,
  look?: (piece: Buffer) => void,
): MountinfoExtent {
  const lines = new MountinfoLines(share, visit);
  const failed = readPiecesAt(directory, path, (piece) => {
    look?.(piece);
    return lines.take(piece);
  });
  return { failed, isCut: lines.isCut, tooLong: lines.tooLong, again: allow(lines.spent) };
}

/** The same as a mount of a namespace, of nsfs, or of proc itself before Linux 3.19; undefined for another one. */
export function asNsfsMount(mount: MountLine): NsfsMountLine | undefined {
  if (mount.fileSystem !== "nsfs" && mount.fileSystem !== "proc") return undefined;
  const name = parseNsfsName(mount.root);
  // Copied, since a piece of a string keeps the whole.
  return name && { ...mount, ...name, path: Buffer.from(mount.path, "utf16le").toString("utf16le") };
}
