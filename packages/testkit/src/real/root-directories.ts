import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Actor, startActor } from "./actor.js";
import type { Keeper } from "./keeper.js";
import type { MountedNamespace } from "./mount-processless.js";
import { namespaceAt, namespaceOf, type RealNamespace } from "./real-namespace.js";
import { enterCommand } from "./start-container.js";

/** What a directory is that chroot(2) leads to; in each, the whole machine can be seen. */
export type RootDirectory = "mount point" | "folder";

/** UTS namespaces without processes, mounted inside and outside of a directory that is somebody's root. */
export interface MountedAroundRoot {
  /** The only process in the mount namespace. */
  readonly held: Actor;
  readonly pid: number;
  readonly mountNamespace: RealNamespace;
  /** The directory, from the root of the mount namespace on. */
  readonly root: string;
  /** Its path is from the root of the mount namespace on, too. */
  readonly inside: MountedNamespace;
  /** The path of the same mount, from the directory on. */
  readonly insidePath: string;
  readonly outside: MountedNamespace;
  /** The start of a command line that runs the rest of it there, with that directory as its root. */
  readonly enter: readonly string[];
}

const SCRIPT = `
  set -e
  folder=$1 kind=$2 inside=$3
  shift 3
  mount -t tmpfs tmpfs "$folder"
  mkdir "$folder/root"
  : >"$folder/outside"
  if [ "$kind" = "mount point" ]; then
    mount --rbind / "$folder/root"
  else
    for each in /*; do
      if [ -L "$each" ]; then cp -P "$each" "$folder/root/"
      elif [ -d "$each" ]; then mkdir "$folder/root$each"; mount --rbind "$each" "$folder/root$each"
      fi
    done
  fi
  for path in "$folder/root$inside" "$folder/outside"; do unshare --uts mount --bind /proc/self/ns/uts "$path"; done
  exec "$@"`;

/** Makes both mounts in a mount namespace of their own; its process is chrooted to the directory where that is wanted. */
export async function mountAroundRoot(
  keeper: Keeper,
  kind: RootDirectory,
  options: { readonly chrooted: boolean },
): Promise<MountedAroundRoot> {
  const folder = join(keeper.directory, "around");
  const insidePath = join(keeper.directory, "inside");
  mkdirSync(folder);
  writeFileSync(insidePath, "");
  const held = await startActor(keeper, {
    through: ["unshare", "--mount", "sh", "-c", SCRIPT, "sh", folder, kind, insidePath],
  });
  const { pid } = held;
  const mountNamespace = namespaceOf(pid, "mnt");
  const root = join(folder, "root");
  const mountedAt = (path: string): MountedNamespace => ({
    namespace: namespaceAt(`/proc/${pid}/root${path}`, "uts"),
    path,
    mountNamespace,
  });
  const inside = mountedAt(join(root, insidePath));
  const outside = mountedAt(join(folder, "outside"));
  if (options.chrooted) await held.chroot(root);
  return {
    held,
    pid,
    mountNamespace,
    root,
    inside,
    insidePath,
    outside,
    enter: [...enterCommand(pid, ["mnt"]), "chroot", root],
  };
}
