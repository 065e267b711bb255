// Starts containers and sandboxes with the engines that are here, from a root file system of busybox, and compares what
// ns-graph says of each with what the engine says. It installs nothing and asks no registry, needs root, and ends what it starts.
//
//     npm run test:engines
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build, root } from "./set-up.mjs";

/** Milliseconds that one program may take. */
const LIMIT = 60_000;
/** So long anything that is started here runs at most, in seconds, should all else fail. */
const LIFE = "300";

/** Why an engine can't be tried here. */
class Impossible extends Error {}

function run(program, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8", timeout: LIMIT, ...options });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args[0]}: ${stderr.trim().split("\n").at(-1)}`);
  return stdout.trim();
}

function find(...programs) {
  for (const program of programs)
    if (spawnSync("sh", ["-c", `command -v ${program}`]).status !== 0) throw new Impossible(`${program} is not here`);
}

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The signal that is to end all this. What was started is ended first: each attempt does so, however it comes to its end. */
let interruption;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => (interruption ??= signal));

async function waitFor(look, what) {
  for (const end = Date.now() + 10_000; Date.now() < end && interruption === undefined; await sleep(100)) {
    const found = look();
    if (found !== undefined) return found;
  }
  throw new Error(`${what} did not come`);
}

function childrenOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** A process and all below it. */
function treeOf(pid) {
  return [pid, ...childrenOf(pid).flatMap(treeOf)];
}

/** The process below another one that runs what a sandbox was started for. */
function sleeperBelow(pid) {
  return treeOf(pid)
    .slice(1)
    .find((one) => readText(`/proc/${one}/comm`) === "sleep\n");
}

function end(pid) {
  for (const one of treeOf(pid).reverse()) {
    try {
      process.kill(one, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}

/** What ns-graph says of this machine, started with these arguments through another program. */
function documentOf(args, through = []) {
  const command = [...through, process.execPath, join(root, "packages/cli/dist/bin.js"), "--format", "json", ...args];
  return JSON.parse(run(command[0], command.slice(1), { maxBuffer: 1 << 28 }));
}

/** The group of a process, as ns-graph has it. */
function groupOf(pid, options, through) {
  return documentOf(options ?? [], through).workloads.find(({ pids }) => pids?.includes(pid)) ?? {};
}

function compare(found, expected) {
  for (const [key, value] of Object.entries(expected))
    if (found?.[key] !== value)
      throw new Error(`${key}: the engine says ${JSON.stringify(value)}, ns-graph ${JSON.stringify(found?.[key])}`);
}

/** Starts a program in a session of its own. */
function start(program, args, options = {}) {
  const child = spawn(program, args, { detached: true, stdio: "ignore", ...options });
  child.on("error", ({ message }) => console.log(message));
  child.unref();
  return child.pid;
}

/** A root file system in which busybox is all. */
function makeRoot(folder) {
  find("busybox");
  for (const name of ["bin", "dev", "etc", "proc", "run", "sys", "tmp", "usr", "var"])
    mkdirSync(join(folder, name), { recursive: true });
  const busybox = run("sh", ["-c", "command -v busybox"]);
  copyFileSync(busybox, join(folder, "bin/busybox"));
  chmodSync(join(folder, "bin/busybox"), 0o755);
  // Debian has one that needs libraries and one that needs none.
  for (const [library] of spawnSync("ldd", [busybox], { encoding: "utf8" }).stdout.matchAll(/\/\S+/g)) {
    mkdirSync(dirname(join(folder, library)), { recursive: true });
    copyFileSync(library, join(folder, library));
    chmodSync(join(folder, library), 0o755);
  }
  for (const name of ["sh", "sleep"]) symlinkSync("busybox", join(folder, "bin", name));
  writeFileSync(join(folder, "etc/passwd"), "root:x:0:0:root:/:/bin/sh\n");
  writeFileSync(join(folder, "etc/os-release"), "NAME=busybox\n");
  return folder;
}

/** An image of Podman's that is made here, from no registry. */
const IMAGE = "localhost/ns-graph-engines:1";

/** Podman with its things in a folder, where `--names` looks for those of a user if one runs it. */
class Podman {
  constructor(folder, user) {
    this.folder = folder;
    this.user = user;
    this.runtime = undefined;
    this.sockets = join(folder, "sockets");
    mkdirSync(this.sockets);
    writeFileSync(
      join(folder, "containers.conf"),
      '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n',
    );
  }

  /** The command line that runs it. */
  command(...args) {
    const { folder, user, runtime } = this;
    const places = [`HOME=${folder}`, `XDG_RUNTIME_DIR=${join(folder, "run")}`];
    const through =
      user === undefined
        ? ["env"]
        : ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--init-groups", "env", ...places];
    const roots = user === undefined ? ["--root", join(folder, "storage"), "--runroot", join(folder, "run")] : [];
    const common = ["--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--events-backend", "file"];
    const settings = `CONTAINERS_CONF=${join(folder, "containers.conf")}`;
    return [...through, settings, "podman", ...roots, ...common, "--runtime", runtime, ...args];
  }

  run(...args) {
    const [program, ...rest] = this.command(...args);
    return run(program, rest, { cwd: this.folder });
  }

  /** Runs it where it does not matter whether it works. */
  try(...args) {
    try {
      return this.run(...args);
    } catch {
      return undefined;
    }
  }

  start(name, ...options) {
    this.run("run", "--detach", "--name", name, ...options, IMAGE, "sleep", LIFE);
  }

  /** What it says of a container. */
  inspect(name) {
    const format = "{{.Id}} {{.State.Pid}} {{.Name}} {{.ImageName}}";
    const [id, pid, called, image] = this.run("inspect", "--format", format, name).split(" ");
    return { id, pid: Number(pid), name: called, image };
  }

  /** What ns-graph says of a process with `--names`. */
  named(pid) {
    return groupOf(pid, ["--names"], this.through()).workload;
  }

  /** The processes that ns-graph shows for a word, without `--names`. */
  asked(word) {
    return documentOf(["show", word], this.through()).view.workload.pids;
  }

  /** What shows root's containers where the machine's would be, to the command alone. */
  through() {
    const { folder, user, sockets } = this;
    if (user !== undefined) return [];
    const place = "/var/lib/containers/storage";
    const binds = `mkdir -p ${place} /run/podman; mount --bind "$0" ${place}; mount --bind "$1" /run/podman; shift`;
    return ["unshare", "--mount", "sh", "-ec", `${binds}; exec "$@"`, join(folder, "storage"), sockets];
  }

  /** Removes a container, however far it came. */
  remove(name) {
    const pid = Number(this.try("inspect", "--format", "{{.State.Pid}}", name) ?? 0);
    const monitor = pid === 0 ? 0 : parentOf(pid);
    this.try("rm", "--force", "--time", "0", name);
    if (monitor > 1) end(monitor);
  }
}

/** Containers of Podman's, alone and in a pod, with the first of its runtimes that works here. */
async function tryPodman({ folder, fileSystem, name }, expected, user) {
  find("podman", "tar", ...(user === undefined ? ["unshare"] : ["setpriv", "newuidmap"]));
  const own = user === undefined ? join(folder, "podman") : folder;
  mkdirSync(join(own, "run"), { recursive: true, mode: 0o700 });
  const archive = join(own, "image.tar");
  run("tar", ["-C", fileSystem, "-cf", archive, "."]);
  const podman = new Podman(own, user);
  if (user !== undefined) run("chown", ["-R", `${user}:${user}`, folder]);
  const reasons = [];
  for (const runtime of ["crun", "runc"]) {
    podman.runtime = runtime;
    try {
      podman.run("import", archive, IMAGE);
      podman.start(name, "--network=none");
    } catch (error) {
      reasons.push(`${runtime}: ${error.message}`);
      podman.remove(name);
      continue;
    }
    try {
      checkNames(podman, name, expected);
      await tryPod(podman, name, expected);
    } finally {
      for (const called of [name, `${name}-again`]) podman.remove(called);
    }
    return;
  }
  throw new Impossible(reasons.join("; "));
}

/** Compares what is said of a container, and of the same when it was renamed. */
function checkNames(podman, name, expected) {
  const { pid, ...known } = podman.inspect(name);
  compare(groupOf(pid).workload, { kind: "container", engine: "podman", id: known.id, ...expected });
  compare(podman.named(pid), { ...known, startedAs: undefined, ...expected });
  podman.run("rename", name, `${name}-again`);
  const { pid: _, ...again } = podman.inspect(`${name}-again`);
  compare(podman.named(pid), { ...again, startedAs: name, ...expected });
  // Nothing is called as it was started: that means it still.
  for (const word of [again.name, name, again.id, again.id.slice(0, 12)])
    if (!podman.asked(word).includes(pid)) throw new Error(`show ${word} shows another one`);
}

/** What is said of a container in a pod; of root's also what the pod is called. */
async function tryPod(podman, name, expected) {
  const [pod, inside] = [`${name}-pod`, `${name}-inside`];
  const socket = join(podman.sockets, "podman.sock");
  const [program, ...args] = podman.command("system", "service", "--time", LIFE, `unix://${socket}`);
  const service = podman.user === undefined ? start(program, args, { cwd: podman.folder }) : undefined;
  try {
    podman.run(
      "pod",
      "create",
      "--name",
      pod,
      "--network=none",
      "--infra-image",
      IMAGE,
      "--infra-command",
      `sleep ${LIFE}`,
    );
    podman.start(inside, "--pod", pod);
    if (service !== undefined) await waitFor(() => existsSync(socket) || undefined, "Podman's socket");
    const { pid, ...known } = podman.inspect(inside);
    const workload = podman.named(pid);
    compare(workload, { ...known, ...expected });
    // Without cgroups of its own nobody but Podman knows which pod it is in.
    if (podman.user !== undefined && workload.pod === undefined) return;
    const id = podman.run("pod", "inspect", "--format", "{{.ID}}", pod);
    compare(workload.pod, { id, name: podman.user === undefined ? pod : undefined });
  } finally {
    podman.remove(inside);
    podman.try("pod", "rm", "--force", "--time", "0", pod);
    if (service !== undefined) end(service);
  }
}

function parentOf(pid) {
  return Number(/^PPid:\s*(\d+)$/m.exec(readText(`/proc/${pid}/status`) ?? "")?.[1] ?? 0);
}

async function tryRootlessPodman(place) {
  find("useradd", "userdel", "podman");
  const login = `nsgraph${process.pid}`;
  run("useradd", ["--no-create-home", "--home-dir", place.folder, "--shell", "/bin/sh", login]);
  const uid = Number(run("id", ["-u", login]));
  try {
    await tryPodman(place, { user: uid, borneOut: "no" }, uid);
  } finally {
    await removeUser(login, uid);
  }
}

/**
 * Removes a user that was made here, and what is left of that user's processes, such as Podman's pause process: userdel(8)
 * refuses while there is one, and Ctrl-C ends it too.
 */
async function removeUser(login, uid) {
  let failure;
  for (const patience = Date.now() + 10_000; Date.now() < patience; await sleep(50)) {
    const left = processesOf(uid);
    for (const pid of left) end(pid);
    if (left.length > 0) continue;
    try {
      run("userdel", [login]);
      return;
    } catch (error) {
      failure = error;
    }
  }
  throw failure ?? new Error(`processes of ${login} do not end`);
}

/** The processes of a user, as far as they can still hinder its removal. */
function processesOf(uid) {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => new RegExp(`^Uid:\\s.*\\b${uid}\\b`, "m").test(readText(`/proc/${pid}/status`) ?? ""));
}

function readText(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function tryDocker({ fileSystem, name }) {
  find("docker", "tar");
  const server = spawnSync("docker", ["version", "--format", "{{.Server.Version}}"], { timeout: 10_000 });
  if (server.status !== 0) throw new Impossible("no daemon answers");
  const image = run("sh", ["-c", 'tar -C "$1" -c . | docker import -', "sh", fileSystem]);
  try {
    const id = run("docker", ["run", "--detach", "--name", name, "--network=none", image, "sleep", LIFE]);
    const pid = Number(run("docker", ["inspect", "--format", "{{.State.Pid}}", id]));
    compare(groupOf(pid).workload, { kind: "container", engine: "docker", id });
  } finally {
    spawnSync("docker", ["rm", "--force", name], { timeout: LIMIT });
    spawnSync("docker", ["rmi", image], { timeout: LIMIT });
  }
}

async function tryLxc({ folder, fileSystem, name }) {
  find("lxc-start", "lxc-info");
  const home = join(folder, "lxc");
  mkdirSync(join(home, name), { recursive: true });
  const config = [`lxc.uts.name = ${name}`, `lxc.rootfs.path = dir:${fileSystem}`, "lxc.net.0.type = empty"];
  writeFileSync(join(home, name, "config"), `${[...config, `lxc.init.cmd = /bin/sleep ${LIFE}`].join("\n")}\n`);
  const monitor = start("lxc-start", ["-F", "-P", home, "-n", name, "-o", join(folder, "lxc.log"), "-l", "ERROR"]);
  try {
    const pid = await waitFor(
      () =>
        Number(
          /\d+/.exec(spawnSync("lxc-info", ["-P", home, "-n", name, "-pH"], { encoding: "utf8" }).stdout)?.[0] ?? 0,
        ) || undefined,
      "the container",
    ).catch(() => {
      throw new Impossible(readText(join(folder, "lxc.log"))?.trim().split("\n").at(-1) ?? "it does not start");
    });
    compare(groupOf(pid).workload, { kind: "container", engine: "lxc", name });
  } finally {
    end(monitor);
  }
}

async function tryNspawn({ fileSystem, name }) {
  find("systemd-nspawn");
  const isRegistered = spawnSync("machinectl", ["list"], { timeout: 10_000 }).status === 0;
  const how = isRegistered ? [] : ["--register=no", "--keep-unit"];
  const monitor = start("systemd-nspawn", [
    "--quiet",
    ...how,
    "-D",
    fileSystem,
    "--private-network",
    "-M",
    name,
    "/bin/sleep",
    LIFE,
  ]);
  try {
    const leader = () =>
      isRegistered
        ? spawnSync("machinectl", ["show", name, "--property=Leader", "--value"], { encoding: "utf8" }).stdout
        : sleeperBelow(monitor);
    const pid = await waitFor(() => Number(leader() ?? 0) || undefined, "the machine");
    compare(groupOf(pid).workload, { kind: "container", engine: "nspawn", name });
  } finally {
    end(monitor);
  }
}

async function tryBubblewrap() {
  find("bwrap");
  const monitor = start("bwrap", ["--bind", "/", "/", "--unshare-pid", "--unshare-net", "sleep", LIFE]);
  try {
    const inside = await waitFor(() => sleeperBelow(monitor), "the sandbox");
    compare(groupOf(inside), { kind: "sandbox", engine: "bubblewrap", borneOut: "yes" });
  } finally {
    end(monitor);
  }
}

async function tryFirejail({ name }) {
  find("firejail");
  const monitor = start("firejail", ["--noprofile", "--quiet", `--name=${name}`, "sleep", LIFE]);
  try {
    const listed = () =>
      /^\d+:[^:]*:([^:]+):/.exec(
        run("firejail", ["--list"])
          .split("\n")
          .find((line) => line.startsWith(`${monitor}:`)) ?? "",
      )?.[1];
    const called = await waitFor(listed, "its name");
    const inside = await waitFor(() => sleeperBelow(monitor), "what runs in it");
    compare(groupOf(inside), { kind: "sandbox", engine: "firejail", borneOut: "yes", name: called });
  } finally {
    end(monitor);
  }
}

const ENGINES = {
  podman: (place) => tryPodman(place, { borneOut: "yes" }),
  "podman of a user": tryRootlessPodman,
  docker: tryDocker,
  lxc: tryLxc,
  "systemd-nspawn": tryNspawn,
  bubblewrap: tryBubblewrap,
  firejail: tryFirejail,
};

build();

const tally = { passed: 0, failed: 0, skipped: 0 };
const base = mkdtempSync(join(tmpdir(), "ns-graph-engines-"));
chmodSync(base, 0o755);
try {
  for (const [index, [engine, attempt]] of Object.entries(ENGINES).entries()) {
    // A signal that came meanwhile is told of now.
    await sleep(0);
    if (interruption !== undefined) break;
    const folder = join(base, `${index}`);
    try {
      if (process.getuid() !== 0) throw new Impossible("needs root");
      mkdirSync(folder);
      await attempt({ folder, fileSystem: makeRoot(join(folder, "root")), name: `ns-graph-${process.pid}-${index}` });
      tally.passed++;
      console.log(`✓ ${engine}`);
    } catch (error) {
      tally[error instanceof Impossible ? "skipped" : "failed"]++;
      console.log(
        error instanceof Impossible ? `- ${engine}: skipped, ${error.message}` : `✗ ${engine}: ${error.message}`,
      );
    }
  }
} finally {
  // A runtime may have left a mount there, which has no place in a folder that is removed.
  for (const [, place] of readFileSync("/proc/self/mounts", "utf8").matchAll(/^\S+ (\S+) /gm))
    if (place.startsWith(`${base}/`)) spawnSync("umount", ["--lazy", place]);
  rmSync(base, { recursive: true, force: true, maxRetries: 3 });
}
const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : "";
console.log(`${tally.passed} passed, ${tally.failed} failed${skipped}`);
if (tally.failed > 0) process.exitCode = 1;
if (interruption !== undefined) {
  process.removeAllListeners(interruption);
  process.kill(process.pid, interruption);
}
