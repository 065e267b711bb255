import { closeSync, constants, openSync, readSync } from "node:fs";
import { closeFd } from "../kernel/libc.js";
import { openLocally } from "../kernel/local-walk.js";
import type { Trust } from "../kernel/trusted-path.js";
import type { Access } from "./access.js";

/** So much of all files of one user is read: Podman writes a thousand bytes of each container. */
const MOST_BYTES = 2 ** 22;

/**
 * Root's access to what a user keeps: no link of theirs is followed, no file system of theirs is asked, and neither they nor
 * others can make it long. Their sockets are not connected to: who listens there would learn of it, is a program of
 * theirs, and says nothing that is not in their files.
 */
export function accessToOthers(trust: Trust): Access {
  let left = MOST_BYTES;
  return {
    readJson: (path) => {
      const bytes = readLocally(path, trust, left);
      if (bytes === undefined) return undefined;
      left -= bytes.length;
      return JSON.parse(bytes.toString("utf8"));
    },
    findSocket: () => undefined,
  };
}

/** A regular file of at most so many bytes; undefined for all else. */
function readLocally(path: string, trust: Trust, most: number): Buffer | undefined {
  const found = openLocally(path, trust);
  if (found === undefined) return undefined;
  try {
    const { stats } = found;
    return stats.isFile() && stats.size <= most ? readStart(`/proc/self/fd/${found.fd}`, stats.size) : undefined;
  } finally {
    closeFd(found.fd);
  }
}

/** The first bytes of a file, of which there may be fewer by now. */
function readStart(path: string, most: number): Buffer {
  // A lease on it (fcntl(2)) is not waited for.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const bytes = Buffer.alloc(most);
    let length = 0;
    for (let read = -1; read !== 0 && length < most; length += read)
      read = readSync(fd, bytes, length, most - length, null);
    return bytes.subarray(0, length);
  } finally {
    closeSync(fd);
  }
}
