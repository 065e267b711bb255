import type { NamespaceType } from "@ns-graph/graph";
import { deviceNumber } from "./device-number.js";
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

/** Undoes the octal escapes of space, tab, newline, backslash and `#` (mangle_path, fs/seq_file.c). */
function unescapeOctal(text: string): string {
  return text.includes("\\")
    ? text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    : text;
}

/** Reads mountinfo. Lines that are not of its form are passed over. */
export function parseMountinfo(text: string): MountLine[] {
  const mounts: MountLine[] = [];
  for (const line of text.split("\n")) {
    const fields = line.split(" ");
    const separator = fields.indexOf("-", 6);
    if (separator < 0 || fields.length < separator + 3) continue;
    const [major, minor] = (fields[2] as string).split(":").map(Number);
    mounts.push({
      id: Number(fields[0]),
      parent: Number(fields[1]),
      major: major ?? 0,
      minor: minor ?? 0,
      root: unescapeOctal(fields[3] as string),
      path: unescapeOctal(fields[4] as string),
      fileSystem: fields[separator + 1] as string,
      source: unescapeOctal(fields[separator + 2] as string),
      superOptions: fields[separator + 3] ?? "",
    });
  }
  return mounts;
}

/** The mounts of namespaces among them: of nsfs, or of proc itself before Linux 3.19. */
export function nsfsMounts(mounts: readonly MountLine[]): NsfsMountLine[] {
  return mounts.flatMap((mount) => {
    const name = mount.fileSystem === "nsfs" || mount.fileSystem === "proc" ? parseNsfsName(mount.root) : undefined;
    return name === undefined ? [] : [{ ...mount, ...name }];
  });
}

/** File systems on which a look-up may wait for somebody else: a network, or a process. */
const MAY_BLOCK =
  /^(nfs|cifs|smb|9p|afs|ceph|fuse|glusterfs|lustre|gfs|ocfs|coda|orangefs|autofs|virtiofs|beegfs|gpfs)/;

/**
 * Whether walking to a mount may wait: some file system of that kind is mounted there, or on a folder above it, be it
 * below the mount or over it. `home` is st_dev of the file system that this program itself is on: were that one out of
 * reach, it would not run.
 */
export function mayBlock(mount: MountLine, mounts: readonly MountLine[], home: number): boolean {
  return mounts.some(
    (other) =>
      other.id !== mount.id &&
      MAY_BLOCK.test(other.fileSystem) &&
      deviceNumber(other.major, other.minor) !== home &&
      isAtOrAbove(other.path, mount.path),
  );
}

function isAtOrAbove(path: string, other: string): boolean {
  return other === path || other.startsWith(path.endsWith("/") ? path : `${path}/`);
}
