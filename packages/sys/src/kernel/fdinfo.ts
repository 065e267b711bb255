/*
 * What /proc/PID/fdinfo says of watches and rings (proc_pid_fdinfo(5); fs/notify/fdinfo.c, io_uring/fdinfo.c). All of it is
 * written by the kernel: names of files, which may be anything, have their newlines escaped.
 */
import { deviceNumber } from "./device-number.js";

/** A file that inotify(7) or fanotify(7) watches. */
export interface WatchedFile {
  /** st_dev. */
  readonly dev: number;
  readonly ino: number;
  /** Its file handle, name_to_handle_at(2): absent where its file system has none. */
  readonly handle?: { readonly type: number; readonly bytes: Uint8Array };
}

const WATCH =
  /^(?:inotify wd:[0-9a-f]+|fanotify) ino:([0-9a-f]+) sdev:([0-9a-f]+) (?:mflags:([0-9a-f]+) )?.*?(?: fhandle-bytes:[0-9a-f]+ fhandle-type:([0-9a-f]+) f_handle:([0-9a-f]+))?$/gm;

/** The watch ends with its file, and keeps nothing (include/uapi/linux/fanotify.h, Linux 5.19). */
const FAN_MARK_EVICTABLE = 0x200;

/** The files on one device that watches keep. */
export function watchedFiles(info: string, dev: number): WatchedFile[] {
  const files: WatchedFile[] = [];
  for (const [, ino = "", device = "", flags = "0", type, bytes] of info.matchAll(WATCH)) {
    if ((Number.parseInt(flags, 16) & FAN_MARK_EVICTABLE) !== 0) continue;
    // The kernel's own form of a device number (include/linux/kdev_t.h).
    const number = Number.parseInt(device, 16);
    if (deviceNumber(number >>> 20, number & 0xfffff) !== dev) continue;
    const handle =
      type === undefined || bytes === undefined
        ? {}
        : { handle: { type: Number.parseInt(type, 16), bytes: new Uint8Array(Buffer.from(bytes, "hex")) } };
    files.push({ dev, ino: Number.parseInt(ino, 16), ...handle });
  }
  return files;
}

const REGISTERED = /^UserFiles:\t(\d+)\n((?: *\d+: .*\n)*)/m;

/** The files that are registered in an io_uring(7), by what the kernel calls them; undefined where they were not shown. */
export function registeredFiles(info: string): readonly string[] | undefined {
  const [, count, lines = ""] = REGISTERED.exec(info) ?? [];
  if (count === undefined) return undefined;
  const names = Array.from(lines.matchAll(/^ *\d+: (.*)$/gm), ([, name = ""]) => name).filter(
    (name) => name !== "<none>",
  );
  // While the ring is busy, nothing but their number is shown.
  return lines === "" && count !== "0" ? undefined : names;
}
