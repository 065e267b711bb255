import { deviceNumber } from "./device-number.js";
import type { MountLine } from "./mountinfo.js";

/**
 * File systems that are known to answer by themselves: on none of them does a look-up wait for a server, a daemon or another
 * file system. What is not among them may (autofs, NFS, FUSE, 9p, virtiofs, overlay over any of those).
 */
const LOCAL = new Set(
  [
    "bcachefs binder binfmt_misc bpf btrfs cgroup cgroup2 configfs cpuset cramfs debugfs devpts devtmpfs efivarfs erofs",
    "exfat ext2 ext3 ext4 f2fs fusectl hugetlbfs iso9660 jfs mqueue msdos nilfs2 nsfs ntfs3 proc pstore ramfs resctrl",
    "romfs rootfs securityfs selinuxfs smackfs squashfs sysfs tmpfs tracefs udf vfat xfs zfs",
  ].flatMap((names) => names.split(" ")),
);

/** File systems that ask their server when a path ends on them. */
const REMOTE_ROOT = /^(9p|afs|ceph|cifs|coda|gfs|glusterfs|gpfs|lustre|ncpfs|nfs|ocfs|orangefs|smb|beegfs)/;

/**
 * Whether what is mounted answers by itself. `home` is st_dev of the file system that this program itself is on: were that one
 * out of reach, it would not run.
 */
export function isLocal({ fileSystem, major, minor }: MountLine, home: number): boolean {
  return LOCAL.has(fileSystem) || deviceNumber(major, minor) === home;
}

/** So much memory is spent on remembering mount points, in bytes, and on a folder of their paths about so much. */
const REMEMBERED = 4 << 20;
const FOLDER_SIZE = 256;

interface Folder {
  readonly below: Map<string, Folder>;
  isMounted: boolean;
}

/** Where file systems that are not known to be local are mounted, in one mount namespace as one process sees it. */
export class ForeignFileSystems {
  readonly #home: number;
  readonly #top: Folder = { below: new Map(), isMounted: false };
  /** Mounts that one of them is mounted on. */
  readonly #covered = new Set<number>();
  #left = REMEMBERED;
  /** Whether not all mounts were noted, so that what was not may be on any way. */
  isCut = false;
  /** Whether the root directory is on a file system that may ask its server when it is opened. */
  hasRemoteRoot = false;

  constructor(home: number) {
    this.#home = home;
  }

  note(mount: MountLine): void {
    const { fileSystem, parent, path } = mount;
    if (isLocal(mount, this.#home)) {
      if (path === "/") this.hasRemoteRoot = false;
      return;
    }
    if (path === "/") this.hasRemoteRoot = REMOTE_ROOT.test(fileSystem);
    if (this.#left < 0) return;
    this.#covered.add(parent);
    let folder = this.#top;
    for (const name of path.split("/")) {
      if (name === "") continue;
      let next = folder.below.get(name);
      if (next === undefined) {
        this.#left -= FOLDER_SIZE + name.length;
        if (this.#left < 0) return;
        next = { below: new Map(), isMounted: false };
        folder.below.set(name, next);
      }
      folder = next;
    }
    folder.isMounted = true;
  }

  /** Whether one of them is mounted right on top of a mount. */
  covers(mount: number): boolean {
    return this.#left < 0 || this.#covered.has(mount);
  }

  /** Whether the way from the root directory to a path crosses one of them, or ends there. */
  isOnWayTo(path: string): boolean {
    if (this.isCut || this.#left < 0) return true;
    let folder: Folder | undefined = this.#top;
    for (const name of path.split("/")) {
      if (folder === undefined) return false;
      if (folder.isMounted) return true;
      if (name !== "") folder = folder.below.get(name);
    }
    return folder?.isMounted ?? false;
  }
}
