import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Actor, startActor } from "./actor.js";
import type { Keeper } from "./keeper.js";
import { waiting } from "./keeper.js";
import { namespaceAt, namespaceOf, type RealNamespace } from "./real-namespace.js";

/** A namespace without processes that one bind mount holds. */
export interface MountedNamespace {
  readonly namespace: RealNamespace;
  /** The mount point. */
  readonly path: string;
  /** The mount namespace that the mount is in. */
  readonly mountNamespace: RealNamespace;
}

/** User, PID and mount namespaces that bind mounts alone hold. */
export interface MountedWithoutProcesses {
  readonly held: Actor;
  /** The process that is in the mount namespace where the mounts are. */
  readonly pid: number;
  /** A user namespace that `ownerUid` made, in the caller's. */
  readonly user: MountedNamespace & { readonly parent: RealNamespace; readonly ownerUid: number };
  /** A PID namespace whose processes have ended; `user` owns it. */
  readonly pidNamespace: MountedNamespace & { readonly parent: RealNamespace };
  /** A mount namespace that no process is in; `user` owns it. */
  readonly mnt: MountedNamespace;
  /** A UTS namespace that is bind-mounted in that mount namespace alone; `user` owns it. */
  readonly inner: MountedNamespace;
}

function onOneCpu(): string[] {
  const allowed = /^Cpus_allowed_list:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
  return ["taskset", "--cpu-list", allowed];
}

/** Bind-mounts a user, a PID and a mount namespace, ends the processes in them, and leaves the mounts. */
export async function mountWithoutProcesses(keeper: Keeper, ownerUid = 65534): Promise<MountedWithoutProcesses> {
  const folder = join(keeper.directory, "processless");
  mkdirSync(folder, { mode: 0o777 });
  // A mount namespace can be mounted only in one that is older, and Linux 6.18 tells their age by numbers that it gives
  // out per CPU: so this is started first, and both on one CPU.
  const held = await startActor(keeper, { through: [...onOneCpu(), "unshare", "--mount"] });
  await held.mount("tmpfs", folder, "mode=777");
  const at = `/proc/${held.pid}/root${folder}`;
  const script = `mount -t tmpfs tmpfs "$1"; : >"$1/inner"; unshare --uts mount --bind /proc/self/ns/uts "$1/inner"`;
  const identity = ["setpriv", `--reuid=${ownerUid}`, `--regid=${ownerUid}`, "--clear-groups"];
  const inside = await keeper.start([
    ...onOneCpu(),
    ...identity,
    ...["unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork"],
    ...waiting(script, folder),
  ]);
  const mounts = {} as Record<"user" | "pid" | "mnt", MountedNamespace>;
  const mountNamespace = namespaceOf(held.pid, "mnt");
  for (const type of ["user", "pid", "mnt"] as const) {
    const path = join(folder, type);
    await held.touch(path);
    await held.bindMount(`/proc/${inside.pid}/ns/${type}`, path);
    mounts[type] = { namespace: namespaceAt(join(at, type), type), path, mountNamespace };
  }
  const inner = {
    namespace: namespaceAt(`/proc/${inside.pid}/root${folder}/inner`, "uts"),
    path: join(folder, "inner"),
    mountNamespace: mounts.mnt.namespace,
  };
  await inside.stop();
  return {
    held,
    pid: held.pid,
    user: { ...mounts.user, parent: namespaceOf(held.pid, "user"), ownerUid },
    pidNamespace: { ...mounts.pid, parent: namespaceOf(held.pid, "pid") },
    mnt: mounts.mnt,
    inner,
  };
}
