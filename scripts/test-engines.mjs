// Starts containers and sandboxes with the engines that are here, from a root file system of busybox, and compares what
// ns-graph says of each with what the engine says. It installs nothing and asks no registry, needs root, and ends what it starts.
//
//     npm run test:engines
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
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

async function waitFor(look, what) {
  for (const end = Date.now() + 10_000; Date.now() < end; await sleep(100)) {
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

function end(pid) {
  for (const one of treeOf(pid).reverse()) {
    try {
      process.kill(one, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}

/** The group of a process, as ns-graph has it. */
function groupOf(pid) {
  const { workloads } = JSON.parse(
    run(process.execPath, [join(root, "packages/cli/dist/bin.js"), "--format", "json"], { maxBuffer: 1 << 28 }),
  );
  return workloads.find(({ pids }) => pids?.includes(pid)) ?? {};
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

/** A container of Podman's, with the first of its runtimes that works here. */
function tryPodman({ folder, fileSystem, name }, expected, user) {
  find("podman", ...(user === undefined ? [] : ["setpriv", "newuidmap"]));
  const through =
    user === undefined ? [] : ["setpriv", `--reuid=${user.uid}`, `--regid=${user.uid}`, "--init-groups", "env"];
  const own = join(folder, "podman");
  mkdirSync(own);
  if (user !== undefined) run("chown", ["-R", `${user.uid}:${user.uid}`, folder]);
  const places = user === undefined ? [] : [`HOME=${folder}`, `XDG_RUNTIME_DIR=${own}`];
  const podman = (runtime, ...args) => {
    const common = ["--root", join(own, "root"), "--runroot", join(own, "run"), "--storage-driver", "vfs"];
    const managers = ["--cgroup-manager", "cgroupfs", "--events-backend", "file", "--runtime", runtime];
    const [program, ...rest] = [...through, ...places, "podman", ...common, ...managers, ...args];
    return run(program, rest, { cwd: folder });
  };
  const reasons = [];
  for (const runtime of ["crun", "runc"]) {
    const limits = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"];
    try {
      podman(
        runtime,
        "run",
        "--detach",
        "--name",
        name,
        "--network=none",
        ...limits,
        "--rootfs",
        fileSystem,
        "sleep",
        LIFE,
      );
    } catch (error) {
      reasons.push(`${runtime}: ${error.message}`);
      try {
        podman(runtime, "rm", "--force", name);
      } catch {
        // It was not made.
      }
      continue;
    }
    let monitor;
    try {
      const [id, pid, called] = podman(runtime, "inspect", "--format", "{{.Id}} {{.State.Pid}} {{.Name}}", name).split(
        " ",
      );
      monitor = Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
      const { workload } = groupOf(Number(pid));
      compare(workload, { kind: "container", engine: "podman", id, name: called, ...expected });
    } finally {
      podman(runtime, "rm", "--force", "--time", "0", name);
      if (monitor > 1) end(monitor);
    }
    return;
  }
  throw new Impossible(reasons.join("; "));
}

async function tryRootlessPodman(place) {
  find("useradd", "userdel", "podman");
  const login = `nsgraph${process.pid}`;
  run("useradd", ["--no-create-home", "--home-dir", place.folder, "--shell", "/bin/sh", login]);
  try {
    const uid = Number(run("id", ["-u", login]));
    tryPodman(place, { user: uid, borneOut: "no" }, { uid });
  } finally {
    const pause = readText(join(place.folder, "podman/libpod/tmp/pause.pid"));
    if (pause !== undefined) end(Number(pause));
    run("userdel", [login]);
  }
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
        : childrenOf(monitor).find((child) => readText(`/proc/${child}/comm`)?.startsWith("sleep"));
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
    const inside = await waitFor(() => treeOf(monitor)[2], "the sandbox");
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
    const inside = await waitFor(() => treeOf(monitor)[2], "what runs in it");
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

const tally = { passed: 0, failed: 0 };
const base = mkdtempSync(join(tmpdir(), "ns-graph-engines-"));
chmodSync(base, 0o755);
try {
  for (const [index, [engine, attempt]] of Object.entries(ENGINES).entries()) {
    const folder = join(base, `${index}`);
    try {
      if (process.getuid() !== 0) throw new Impossible("needs root");
      mkdirSync(folder);
      await attempt({ folder, fileSystem: makeRoot(join(folder, "root")), name: `ns-graph-${process.pid}-${index}` });
      tally.passed++;
      console.log(`✓ ${engine}`);
    } catch (error) {
      if (!(error instanceof Impossible)) tally.failed++;
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
console.log(`${tally.passed} passed, ${tally.failed} failed`);
if (tally.failed > 0) process.exitCode = 1;
