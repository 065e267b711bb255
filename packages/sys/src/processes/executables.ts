import { constants } from "node:fs";
import type { Executable } from "@ns-graph/graph";
import { decodeLatin1 } from "../kernel/bytes.js";
import { type Ownership, ownershipAt, readLinkTextAt, statusAt } from "../kernel/libc.js";
import { distrustOf, ROOT } from "../kernel/trusted-path.js";

const { S_IFDIR, S_IFMT, S_IFREG } = constants;

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
    // Not even a name is looked up in another file system: it may be a user's, who answers when they like.
    for (let end = path.indexOf("/", 1); end >= 0; end = path.indexOf("/", end + 1)) {
      const folder = rootsOwn(path.slice(0, end), S_IFDIR);
      if (folder === undefined || !this.#systemDevices().has(folder.dev)) return false;
    }
    const file = path.includes("/", 1) ? rootsOwn(path, S_IFREG) : undefined;
    return file?.dev === dev && file.ino === ino;
  }

  /** The devices of folders: that of a file may be another one (overlayfs). */
  #systemDevices(): ReadonlySet<number> {
    this.#devices ??= new Set(FILE_SYSTEMS.flatMap((path) => rootsOwn(path, S_IFDIR)?.dev ?? []));
    return this.#devices;
  }
}

/** What is at a path, if it is of that format and root alone can change it. In a folder with the sticky bit nobody can replace what is root's. */
function rootsOwn(path: string, format: number): Ownership | undefined {
  const found = ownershipAt(path);
  if (typeof found === "number" || (found.mode & S_IFMT) !== format) return undefined;
  return distrustOf(path, found, ROOT, format !== S_IFDIR) === undefined ? found : undefined;
}
