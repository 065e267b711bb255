import { AT_FDCWD, closeFds, copyDescriptor, readFileAt, statusAt } from "./libc.js";
import { isLocal } from "./local-file-systems.js";
import { readMountinfo } from "./mountinfo.js";

/** No more of /proc/self/mountinfo is read. */
const MOST_BYTES = 1 << 24;

/** What of the mounts in the viewer's mount namespace is of a file system that is known to be local. */
interface Local {
  /** Mount points at which the last mount, which is the one on top, is such a one. */
  readonly paths: ReadonlySet<string>;
  /** The numbers of such mounts. */
  readonly ids: ReadonlySet<number>;
}

const NONE: Local = { paths: new Set(), ids: new Set() };

/** Which mounts are of file systems that answer by themselves. Read once for each mount that is gone to, not for each path. */
export class LocalMounts {
  /** A descriptor on each that was found to be local: while it is open, the number of its mount is given to no other. */
  readonly #held = new Map<number, number>();
  #last: Local | undefined;

  /** Whether the mount on top at a path was local when that was read last. Another one may be there by now. */
  hasAt(path: string): boolean {
    this.#last ??= readLocal();
    return this.#last.paths.has(path);
  }

  /** Whether the mount that a descriptor is on is local; if so, it stays until all are released. */
  hold(fd: number): boolean {
    const info = readFileAt(AT_FDCWD, `/proc/self/fdinfo/${fd}`, "single");
    const text = typeof info === "number" ? undefined : /^mnt_id:\s*(\d+)$/m.exec(info.toString("latin1"))?.[1];
    if (text === undefined) return false;
    const id = Number(text);
    if (this.#held.has(id)) return true;
    // What was read before it was opened may have been of another mount with that number.
    this.#last = readLocal();
    if (!this.#last.ids.has(id)) return false;
    const copy = copyDescriptor(fd);
    if (copy < 0) return false;
    this.#held.set(id, copy);
    return true;
  }

  release(): void {
    closeFds([...this.#held.values()]);
    this.#held.clear();
  }
}

/** None where not all mounts can be read: an earlier one may be covered by one that was not. */
function readLocal(): Local {
  const home = statusAt(AT_FDCWD, "/");
  if (typeof home === "number") return NONE;
  const { dev } = home;
  const paths = new Set<string>();
  const ids = new Set<number>();
  let left = MOST_BYTES;
  const share = {
    take: (kind: string, wanted: number) => {
      if (kind === "bytes") left -= wanted;
      return left > 0 ? wanted : 0;
    },
  };
  const { failed, isCut, tooLong } = readMountinfo(AT_FDCWD, "/proc/self/mountinfo", share, (mount) => {
    if (!isLocal(mount, dev)) {
      paths.delete(mount.path);
      return;
    }
    paths.add(mount.path);
    ids.add(mount.id);
  });
  return failed === 0 && !isCut && tooLong === 0 ? { paths, ids } : NONE;
}
