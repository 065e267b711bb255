import { constants, statfsSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { EAGAIN, EOPNOTSUPP } from "../kernel/errno.js";
import { AT_FDCWD, closeFd, openAt, readAtHand, readFrom } from "../kernel/libc.js";
import type { LocalMounts } from "../kernel/local-mounts.js";
import { openLocally } from "../kernel/local-walk.js";
import type { Trust } from "../kernel/trusted-path.js";
import type { Access } from "./access.js";

/** So much of all files of one user is read: Podman writes a thousand bytes of each container, Docker some thousands. */
const MOST_BYTES = 2 ** 19;

/** What is on a disk alone is fetched meanwhile; so often it is asked for again, after so many milliseconds. */
const ATTEMPTS = 10;
const PAUSE = 2;

/** `f_type` of tmpfs (statfs(2)). */
const TMPFS_MAGIC = 0x01021994;

/**
 * Root's access to what a user keeps: no link of theirs is followed, no file system of theirs is asked, no lock of theirs is
 * waited for, and neither they nor others can make it long. Their sockets are not connected to: who listens there may
 * relay the request to another socket, has root's HTTP parser read what they like, and says nothing that is not in their files.
 */
export function accessToOthers(trust: Trust, mounts: LocalMounts): Access {
  let left = MOST_BYTES;
  return {
    readJson: async (path) => {
      const bytes = await readLocally(path, trust, mounts, left);
      if (bytes === undefined) return undefined;
      left -= bytes.length;
      return JSON.parse(bytes.toString("utf8"));
    },
    findSocket: () => undefined,
  };
}

/** A regular file of at most so many bytes; undefined for all else. */
async function readLocally(path: string, trust: Trust, mounts: LocalMounts, most: number): Promise<Buffer | undefined> {
  const fd = openFile(path, trust, mounts, most);
  if (fd === undefined) return undefined;
  try {
    return await readStart(fd, most);
  } finally {
    closeFd(fd);
  }
}

function openFile(path: string, trust: Trust, mounts: LocalMounts, most: number): number | undefined {
  const found = openLocally(path, trust, mounts);
  if (found === undefined) return undefined;
  const { stats } = found;
  // A lease on it (fcntl(2)) is not waited for.
  const isWanted = stats.isFile() && stats.size <= most;
  const fd = isWanted ? openAt(AT_FDCWD, `/proc/self/fd/${found.fd}`, constants.O_NONBLOCK) : -1;
  closeFd(found.fd);
  return fd < 0 ? undefined : fd;
}

/** The whole of a file, if it is no longer than that; undefined where it can't be read without waiting. */
async function readStart(fd: number, most: number): Promise<Buffer | undefined> {
  // One more, so that a file that has grown is not taken for one that ends there.
  const bytes = Buffer.allocUnsafeSlow(most + 1);
  let length = 0;
  for (let attempt = 1; length <= most; ) {
    const read = readPart(fd, bytes.subarray(length), length);
    if (read === 0) return bytes.subarray(0, length);
    if (read > 0) length += read;
    else if (read === -EAGAIN && attempt++ < ATTEMPTS) await setTimeout(PAUSE);
    else return undefined;
  }
  return undefined;
}

function readPart(fd: number, target: Buffer, offset: number): number {
  const read = readAtHand(fd, target, offset);
  if (read !== -EOPNOTSUPP || statfsSync(`/proc/self/fd/${fd}`).type !== TMPFS_MAGIC) return read;
  // Who reads there takes no lock of the file, but of one page after the other, which nobody can keep.
  return readFrom(fd, target);
}
