import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Child, startChild } from "./child.js";

/** Where Debian's releases have it: first that of QEMU itself, then its successor in Rust. */
const VIRTIOFSD = ["/usr/lib/qemu/virtiofsd", "/usr/libexec/virtiofsd"];
const START_LIMIT = 10_000;
/** The mount point of what is served, in the folder of a guest. */
export const SERVED = "root";

export function findVirtiofsd(): string | undefined {
  return VIRTIOFSD.find((path) => existsSync(path));
}

/** The mount points below / that lead to a path. */
function mountPointsAbove(path: string): string[] {
  const points: string[] = [];
  for (let at = path; at !== "/"; at = dirname(at))
    if (statSync(at).dev !== statSync(dirname(at)).dev) points.unshift(at);
  return points;
}

/**
 * Serves the host's file system to a guest over a socket, read-only.
 *
 * What is served is a bind mount of / in a mount namespace of its own, so that it can be read-only whatever the guest
 * does, and goes with the server. File systems mounted below / are left out, but for those that `visible` paths are on.
 */
export async function shareRoot(folder: string, socket: string, visible: readonly string[]): Promise<Child> {
  const program = findVirtiofsd();
  if (program === undefined) throw new Error("virtiofsd is missing");
  const view = join(folder, SERVED);
  mkdirSync(view);
  const points = [...new Set(visible.flatMap(mountPointsAbove))];
  const script = `
    set -e
    view=$1 program=$2 socket=$3
    shift 3
    bind() { mount --bind "$1" "$view$1"; mount -o remount,bind,ro "$view$1"; }
    bind /
    for point; do bind "$point"; done
    # Every look-up is answered from the guest's own cache: the files do not change while it runs.
    exec "$program" --socket-path="$socket" -o "source=$view,cache=always"`;
  const child = startChild(
    ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", view, program, socket, ...points],
    folder,
    "virtiofsd",
  );
  for (const limit = Date.now() + START_LIMIT; !existsSync(socket); await sleep(10)) {
    if (child.ended || Date.now() > limit) {
      await child.stop();
      throw new Error(`virtiofsd did not start:\n${child.output()}`);
    }
  }
  return child;
}
