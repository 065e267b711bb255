import type { Executable } from "@ns-graph/graph";
import { decodeLatin1 } from "../kernel/bytes.js";
import { type Ownership, ownershipAt, readLinkTextAt, statusAt } from "../kernel/libc.js";

const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
const GROUP_WRITABLE = 0o020;
const OTHERS_WRITABLE = 0o002;
const STICKY = 0o1000;

/** Where programs of a machine are. Other file systems may be a user's, who says there whose the files are (FUSE, media). */
const FILE_SYSTEMS = ["/", "/usr", "/opt", "/nix/store", "/gnu/store"];

/**
 * What processes run, and whether it is a program of the machine. A process can give itself any name, and show any path
 * in a mount namespace of its own; but not make the file behind `/proc/PID/exe` the one that root has installed.
 */
export class Executables {
  #devices: ReadonlySet<number> | undefined;
  /** Programs of the machine that were met, by path, device and inode. Only those, so that nobody else can fill it. */
  readonly #installed = new Set<string>();

  /** Reads that of a process, by a descriptor of its directory in /proc. */
  read(directory: number): Executable {
    const link = readLinkTextAt(directory, "exe");
    if (typeof link === "number") return { borneOut: "unknown" };
    const path = decodeLatin1(link);
    const status = statusAt(directory, "exe");
    if (typeof status === "number") return { path, borneOut: "unknown" };
    const { dev, ino } = status;
    const key = `${path} ${dev}:${ino}`;
    if (!this.#installed.has(key)) {
      if (!this.#isInstalled(path, dev, ino)) return { path, borneOut: "no" };
      this.#installed.add(key);
    }
    return { path, borneOut: "yes" };
  }

  /** Whether the viewer sees that file there too, and root alone can change it. Nothing below what others own is looked at. */
  #isInstalled(path: string, dev: number, ino: number): boolean {
    if (!path.startsWith("/")) return false;
    let folder: Ownership | undefined;
    for (let end = path.indexOf("/", 1); ; end = path.indexOf("/", end + 1)) {
      const isLast = end < 0;
      const found = ownershipAt(isLast ? path : path.slice(0, end));
      if (typeof found === "number" || !isRoots(found, isLast)) return false;
      if (!isLast) {
        // Not even a name is looked up in another file system: it may be a user's, who answers when they like.
        if (!this.#systemDevices().has(found.dev)) return false;
        folder = found;
        continue;
      }
      // The device of a folder: that of a file may be another one (overlayfs).
      if (folder === undefined) return false;
      return found.dev === dev && found.ino === ino && (found.mode & S_IFMT) === S_IFREG;
    }
  }

  #systemDevices(): ReadonlySet<number> {
    if (this.#devices === undefined) {
      const devices = new Set<number>();
      for (const path of FILE_SYSTEMS) {
        const found = ownershipAt(path);
        if (typeof found !== "number" && isRoots(found, false)) devices.add(found.dev);
      }
      this.#devices = devices;
    }
    return this.#devices;
  }
}

/** Whether root alone can change it. In a folder with the sticky bit nobody can replace what is root's. */
function isRoots({ uid, gid, mode }: Ownership, isFile: boolean): boolean {
  if (uid !== 0) return false;
  if (!isFile && (mode & STICKY) !== 0) return true;
  return (mode & OTHERS_WRITABLE) === 0 && ((mode & GROUP_WRITABLE) === 0 || gid === 0);
}
