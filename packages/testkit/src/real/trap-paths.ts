import { mkdirSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { startActor } from "./actor.js";
import type { Held, Keeper } from "./keeper.js";
import { waiting } from "./keeper.js";
import type { Mounted } from "./mount-names.js";
import type { MountedNamespace } from "./mount-processless.js";
import { namespaceAt, namespaceOf } from "./real-namespace.js";
import { compareReleases } from "./requirement.js";
import { enterCommand } from "./start-container.js";
import { whileAway } from "./while-away.js";

/** What is mounted over the name of a namespace, so that opening that path opens something else. */
export type Cover = "device" | "fifo" | "file";

/** Bind-mounts a UTS namespace and covers the mount: with a FIFO, opening it without care waits for ever. */
export async function coverMount(keeper: Keeper, cover: Cover): Promise<Mounted> {
  const folder = join(keeper.directory, "covered");
  const make = { device: "mknod cover c 1 3", fifo: "mkfifo cover", file: ": >cover" }[cover];
  const script = `
    mkdir -p "$1"
    mount -t tmpfs tmpfs "$1"
    cd "$1"
    : >name
    unshare --uts=name true
    stat -L -c %i name
    ${make}
    mount --bind cover name`;
  const held = await keeper.start(["unshare", "--mount", ...waiting(script, folder)]);
  const { dev } = namespaceOf("self", "uts");
  const ino = Number(held.lines[0]);
  return {
    held,
    pid: held.pid,
    namespace: { id: `${dev}:${ino}`, type: "uts", dev, ino },
    owner: namespaceOf(held.pid, "user"),
    mountNamespace: namespaceOf(held.pid, "mnt"),
    paths: [join(folder, "name")],
    enter: enterCommand(held.pid, ["mnt"]),
  };
}

/**
 * Bind-mounts a UTS namespace in a mount namespace whose only process then goes to a folder with chroot(2): its
 * mountinfo shows neither a line for `/` nor that mount, and only listmount(2) tells of it.
 */
export async function mountOutOfRoot(keeper: Keeper): Promise<Mounted> {
  const folder = join(keeper.directory, "out-of-root");
  const jail = join(keeper.directory, "jail");
  mkdirSync(folder);
  mkdirSync(jail);
  const held = await startActor(keeper, { through: ["unshare", "--mount"] });
  const path = join(folder, "name");
  await held.touch(path);
  await whileAway(held, "uts", () => held.bindMount("/proc/thread-self/ns/uts", path));
  const namespace = namespaceAt(`/proc/${held.pid}/root${path}`, "uts");
  await held.chroot(jail);
  return {
    held,
    pid: held.pid,
    namespace,
    owner: namespaceOf(held.pid, "user"),
    mountNamespace: namespaceOf(held.pid, "mnt"),
    paths: [path],
    enter: enterCommand(held.pid, ["mnt"]),
  };
}

/** What lies in and around a file system whose daemon does not answer. */
export interface DeadFileSystem {
  readonly held: Held;
  /** A process with a descriptor of that file system. */
  readonly pid: number;
  /** A UTS namespace whose name can be reached. */
  readonly beside: MountedNamespace;
  /** One whose name lies in a folder that the file system covers: no way leads there without asking it. */
  readonly below: MountedNamespace;
}

/**
 * Mounts a file system in user space (FUSE) whose daemon never answers, in a mount namespace of its own, and opens its
 * root with O_PATH: whoever asks that descriptor or anything below it waits for ever.
 *
 * @param through what starts it
 */
export async function mountDeadFileSystem(keeper: Keeper, through: readonly string[] = []): Promise<DeadFileSystem> {
  const folder = join(keeper.directory, "dead");
  const script = `
    mkdir -p "$1"
    mount -t tmpfs tmpfs "$1"
    cd "$1"
    mkdir under
    : >beside
    : >under/below
    for name in beside under/below; do
      unshare --uts="$name" true
      stat -L -c %i "$name"
    done
    exec 3<>/dev/fuse
    mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 dead under
    exec "$2" -e 'fs.openSync("under", 0o10000000); console.log("ready"); process.stdin.resume()'`;
  const command = ["sh", "-c", `set -e\n${script}`, "sh", folder, process.execPath];
  const held = await keeper.start([...through, "unshare", "--mount", ...command]);
  const { dev } = namespaceOf("self", "uts");
  const mountNamespace = namespaceOf(held.pid, "mnt");
  const named = (line: number, name: string): MountedNamespace => {
    const ino = Number(held.lines[line]);
    return { namespace: { id: `${dev}:${ino}`, type: "uts", dev, ino }, path: join(folder, name), mountNamespace };
  };
  return {
    held,
    pid: held.pid,
    beside: named(0, "beside"),
    below: named(1, "under/below"),
  };
}

/** A mount namespace with another /proc. */
export interface OtherProc {
  readonly held: Held;
  readonly pid: number;
  /** The start of a command line that runs the rest of it there. */
  readonly enter: readonly string[];
}

/**
 * Mounts a /proc with options such as `hidepid=2` or `subset=pid`, for a mount namespace of its own. Before
 * Linux 5.8 such options would hold for every /proc of the PID namespace: then this throws.
 */
export async function mountProc(keeper: Keeper, options: string): Promise<OtherProc> {
  if (compareReleases(release(), "5.8") < 0) throw new Error(`options of /proc are not its own on ${release()}`);
  const held = await keeper.start(["unshare", "--mount", ...waiting(`mount -t proc -o "$1" proc /proc`, options)]);
  return { held, pid: held.pid, enter: enterCommand(held.pid, ["mnt"]) };
}

/** Makes files of /proc unreadable, by mounting /dev/null over them, for a mount namespace of its own. */
export async function blankProc(keeper: Keeper, files: readonly string[]): Promise<OtherProc> {
  const script = `for file in "$@"; do mount --bind /dev/null "/proc/$file"; done`;
  const held = await keeper.start(["unshare", "--mount", ...waiting(script, ...files)]);
  return { held, pid: held.pid, enter: enterCommand(held.pid, ["mnt"]) };
}
