import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Workload, workloadOf } from "@ns-graph/graph";
import {
  type Held,
  LOADING_USER,
  makeKeeper,
  openFolder,
  openFuseDevice,
  requireKernel,
  requireRoot,
  startLoad,
  waiting,
  whileExecuting,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ownAccess } from "../src/names/access.js";
import { findNames } from "../src/names/find-container-names.js";

checkDescriptors();

/** Users that no machine has. */
const ANNA = 60_201;
const EVE = 60_202;
const GROUP = 60_300;
const ID = "a".repeat(64);
const OTHER = "b".repeat(64);
const STORAGE = ".local/share/containers/storage";
const LIST = `${STORAGE}/overlay-containers/containers.json`;
const VOLATILE = `${STORAGE}/vfs-containers/volatile-containers.json`;

let root: string;

beforeEach((context) => {
  requireRoot(context);
  // RESOLVE_CACHED of openat2(2).
  requireKernel(context, "5.12");
  root = mkdtempSync(join(tmpdir(), "ns-graph-homes-"));
  chmodSync(root, 0o755);
  write("etc/passwd", [login("root", 0), login("anna", ANNA), login("eve", EVE)].join("\n"));
  write("etc/group", `anna:x:${ANNA}:\neve:x:${EVE}:\nstaff:x:${GROUP}:anna,eve\n`);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function login(name: string, uid: number, home = `/home/${name}`, gid = uid): string {
  return `${name}:x:${uid}:${gid}:A person:${home}:/bin/sh`;
}

/** Makes a folder, and those above it, for a user. */
function makeFolder(path: string, uid = 0): string {
  const folder = join(root, path);
  mkdirSync(folder, { recursive: true });
  for (let at = folder; uid !== 0 && at !== join(root, "home") && at !== root; at = dirname(at))
    chownSync(at, uid, uid);
  return folder;
}

function write(path: string, content: unknown, uid = 0): string {
  makeFolder(dirname(path), uid);
  const file = join(root, path);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  chownSync(file, uid, uid);
  return file;
}

/** What Podman writes of a container. */
function entry(id: string, name: string, image = "docker.io/library/nginx:1.27") {
  return { id, names: [name], image: "c".repeat(64), metadata: JSON.stringify({ "image-name": image, name }) };
}

const NAMED = { name: "web", image: "docker.io/library/nginx:1.27" };

/** The home of a user with one container in it. */
function writeHome(name: string, uid: number, called = "web"): string {
  return write(`home/${name}/${LIST}`, [entry(ID, called)], uid);
}

/** A container that a user's monitor alone tells of. */
function told(user: number): Workload {
  return { kind: "container", engine: "podman", cgroup: "/", id: ID, name: "db", user, borneOut: "no" };
}

function containerOf(uid: number, id = ID): Workload {
  const cgroup = `/user.slice/user-${uid}.slice/user@${uid}.service/user.slice/libpod-${id}.scope`;
  return workloadOf({ pid: 1, namespaces: {}, cgroup }) as Workload;
}

/** What root calls the containers of some users. */
function find(...containers: readonly Workload[]) {
  const access = ownAccess({ uids: new Set([0]), gids: new Set([0]) });
  return findNames(containers.length === 0 ? [containerOf(ANNA)] : containers, { root, access }, 5000);
}

async function expectNamed(name: Readonly<Record<string, string>> = NAMED): Promise<void> {
  expect(Object.values(await find())).toEqual([name]);
}

async function expectNothing(): Promise<void> {
  const start = performance.now();
  expect(await find()).toEqual({});
  expect(performance.now() - start).toBeLessThan(2000);
}

describe("root reads what a user's engine wrote below that user's home", () => {
  test("the name and the image", async () => {
    writeHome("anna", ANNA);
    await expectNamed();
  });

  test("what is in the user's runtime folder", async () => {
    makeFolder(`run/user/${ANNA}`);
    write(`run/user/${ANNA}/containers/overlay-containers/volatile-containers.json`, [entry(ID, "web")], ANNA);
    chownSync(join(root, "run"), 0, 0);
    chownSync(join(root, "run/user"), 0, 0);
    await expectNamed();
  });

  test("of rootless Docker", async () => {
    const config = { Name: "/web", Config: { Image: "nginx" } };
    write(`home/anna/.local/share/docker/containers/${ID}/config.v2.json`, config, ANNA);
    const cgroup = `/user.slice/user-${ANNA}.slice/user@${ANNA}.service/user.slice/docker-${ID}.scope`;
    const names = await find(workloadOf({ pid: 1, namespaces: {}, cgroup }) as Workload);
    expect(names).toEqual({ [cgroup]: { name: "web", image: "nginx" } });
  });

  test("each user's own, also where two have a container of the same id", async () => {
    writeHome("anna", ANNA, "of-anna");
    writeHome("eve", EVE, "of-eve");
    const names = await find(containerOf(ANNA), containerOf(EVE));
    expect(names[containerOf(ANNA).cgroup]?.name).toBe("of-anna");
    expect(names[containerOf(EVE).cgroup]?.name).toBe("of-eve");
  });

  test("of containers that a monitor alone tells of, by uid and id", async () => {
    writeHome("anna", ANNA);
    expect(await find(told(ANNA), told(EVE))).toEqual({ [`${ANNA}:${ID}`]: NAMED });
  });

  test("also where somebody runs monitors as very many subordinate uids", async () => {
    writeHome("anna", ANNA);
    const many = Array.from({ length: 1000 }, (_, i) => told(100_000 + i));
    expect(Object.values(await find(...many, containerOf(ANNA)))).toEqual([NAMED]);
  });

  test("not of users without a container, nor of those without a home", async () => {
    writeHome("eve", EVE);
    expect(await find(containerOf(ANNA))).toEqual({});
    write("etc/passwd", login("root", 0));
    expect(await find(containerOf(EVE))).toEqual({});
  });

  test("through links that root made on the way to the home", async () => {
    writeHome("anna", ANNA);
    renameSync(join(root, "home"), join(root, "var-home"));
    symlinkSync("var-home", join(root, "home"));
    await expectNamed();
    rmSync(join(root, "home"));
    symlinkSync(join(root, "var-home"), join(root, "home"));
    await expectNamed();
  });

  test("on another mount of a file system that answers by itself", async (context) => {
    requireKernel(context, "5.12");
    const local = makeFolder("home/anna/.local", ANNA);
    try {
      execFileSync("mount", ["-t", "tmpfs", "none", local], { stdio: "pipe" });
    } catch {
      context.skip("nothing can be mounted here");
    }
    try {
      chownSync(local, ANNA, ANNA);
      chmodSync(local, 0o700);
      writeHome("anna", ANNA);
      await expectNamed();
    } finally {
      execFileSync("umount", ["--lazy", local]);
    }
  });

  test("on a disk of which the kernel has at hand only what the user's own look-ups need", async (context) => {
    const image = join(root, "image");
    writeFileSync(image, "");
    truncateSync(image, 30 * 2 ** 20);
    const home = makeFolder("home");
    const mount = () => execFileSync("mount", ["-o", "loop", image, home], { stdio: "pipe" });
    try {
      execFileSync("mkfs.ext4", ["-q", image], { stdio: "pipe" });
      mount();
    } catch {
      context.skip("no image of a disk can be mounted here");
    }
    try {
      const file = writeHome("anna", ANNA);
      chmodSync(join(root, "home/anna"), 0o750);
      execFileSync("umount", [home]);
      mount();
      execFileSync("test", ["-e", file], { uid: ANNA, gid: ANNA });
      await expectNamed();
    } finally {
      execFileSync("umount", ["--lazy", home]);
    }
  });

  test("where the user's private group may write", async () => {
    const file = writeHome("anna", ANNA);
    chmodSync(file, 0o664);
    chmodSync(dirname(file), 0o775);
    await expectNamed();
  });
});

describe("nobody takes the time of others", () => {
  const docker = (id: string): Workload =>
    workloadOf({ pid: 1, namespaces: {}, cgroup: `/system.slice/docker-${id}.scope` }) as Workload;

  test("the machine's engines are asked before anything of a user is read", async () => {
    makeFolder(`home/anna/${dirname(LIST)}`, ANNA);
    const access = {
      readJson: () => undefined,
      findSocket: () => {
        write(`home/anna/${LIST}`, [entry(ID, "web")], ANNA);
        return undefined;
      },
    };
    const names = await findNames([docker(OTHER), containerOf(ANNA)], { root, access }, 5000);
    expect(Object.values(names)).toEqual([NAMED]);
  });

  test("each user has a part, however many containers another one has", async () => {
    makeFolder("home/eve/.local/share/docker/containers", EVE);
    write(`home/anna/.local/share/docker/containers/${ID}/config.v2.json`, { Name: "/web" }, ANNA);
    const many = Array.from({ length: 30_000 }, (_, i): Workload => {
      const id = i.toString(16).padStart(64, "0");
      return { kind: "container", engine: "docker", cgroup: "/", id, user: EVE, borneOut: "no" };
    });
    const access = ownAccess({ uids: new Set([0]), gids: new Set([0]) });
    const start = performance.now();
    const names = await findNames([...many, { ...told(ANNA), engine: "docker" }], { root, access }, 1500);
    expect(performance.now() - start).toBeLessThan(5000);
    expect(Object.values(names)).toEqual([{ name: "web" }]);
  });
});

describe("root believes nothing that somebody else may have written", () => {
  test.each<[string, (file: string) => void]>([
    ["a file that everybody can write", (file) => chmodSync(file, 0o666)],
    ["a folder that everybody can write", (file) => chmodSync(dirname(file), 0o777)],
    ["a home that everybody can write", () => chmodSync(join(root, "home/anna"), 0o777)],
    ["a file of somebody else's", (file) => chownSync(file, EVE, EVE)],
    ["a folder of somebody else's", (file) => chownSync(dirname(file), EVE, EVE)],
    ["a home of somebody else's", () => chownSync(join(root, "home/anna"), EVE, EVE)],
    [
      "a file that a group of several can write",
      (file) => {
        chownSync(file, ANNA, GROUP);
        chmodSync(file, 0o660);
      },
    ],
    [
      "a file that the user's group can write, which somebody else is in too",
      (file) => {
        write("etc/group", `anna:x:${ANNA}:eve\n`);
        chmodSync(file, 0o664);
      },
    ],
    [
      "a file that the user's group can write, which is called otherwise",
      (file) => {
        write("etc/group", `users:x:${ANNA}:\n`);
        chmodSync(file, 0o664);
      },
    ],
    [
      "a file that the user's group can write, of which only a name service knows",
      (file) => {
        write("etc/group", "");
        chmodSync(file, 0o664);
      },
    ],
    [
      "a file that the user's group can write, which is somebody else's first group too",
      (file) => {
        write("etc/passwd", [login("anna", ANNA), login("eve", EVE, "/home/eve", ANNA)].join("\n"));
        chmodSync(file, 0o664);
      },
    ],
  ])("%s", async (_what, spoil) => {
    const file = writeHome("anna", ANNA);
    await expectNamed();
    spoil(file);
    await expectNothing();
  });
});

describe("root follows no link of a user's", () => {
  test.each<[string, (file: string) => string]>([
    ["the file", (file) => file],
    ["its folder", (file) => dirname(file)],
    ["a folder above", () => join(root, "home/anna/.local")],
  ])("%s", async (_what, choose) => {
    const file = writeHome("anna", ANNA);
    const place = choose(file);
    const elsewhere = join(root, "home/anna/elsewhere");
    renameSync(place, elsewhere);
    for (const owner of [ANNA, 0]) {
      symlinkSync(elsewhere, place);
      execFileSync("chown", ["--no-dereference", `${owner}`, place]);
      await expectNothing();
      rmSync(place);
    }
    renameSync(elsewhere, place);
    await expectNamed();
  });

  test("a home that a user made a link of", async () => {
    writeHome("eve", EVE);
    makeFolder("home/eve/homes", EVE);
    symlinkSync(join(root, "home/eve"), join(root, "home/eve/homes/anna"));
    write("etc/passwd", login("anna", ANNA, "/home/eve/homes/anna"));
    await expectNothing();
  });

  test.each(["/home/eve/../anna", "home/anna", "", "/home/eve/homes/../../anna"])("nor the home %s", async (home) => {
    writeHome("anna", ANNA);
    write("etc/passwd", login("anna", ANNA, home));
    await expectNothing();
  });
});

describe("root reads no more than engines write, and waits for nothing", () => {
  test.each<[string, (file: string) => void]>([
    ["a FIFO", (file) => execFileSync("mkfifo", [file])],
    ["a folder", (file) => mkdirSync(file)],
    ["a device", (file) => execFileSync("mknod", [file, "c", "1", "5"])],
    [
      "a file of a terabyte",
      (file) => {
        writeFileSync(file, "[");
        truncateSync(file, 2 ** 40);
      },
    ],
    [
      "more than Podman writes",
      (file) => writeFileSync(file, JSON.stringify([entry(ID, "web")]) + " ".repeat(2 ** 22)),
    ],
    ["no JSON", (file) => writeFileSync(file, "<html>")],
    ["deep JSON", (file) => writeFileSync(file, "[".repeat(2 ** 20))],
    ["other types", (file) => writeFileSync(file, JSON.stringify([null, 7, { id: ID, names: "web" }, { id: 7 }]))],
  ])("%s", async (_what, plant) => {
    const file = writeHome("anna", ANNA);
    rmSync(file);
    plant(file);
    chownSync(file, ANNA, ANNA);
    await expectNothing();
  });

  test("not more from many files than from one", async () => {
    const blanks = " ".repeat(3 * 2 ** 17);
    write(`home/anna/${LIST}`, JSON.stringify([entry(OTHER, "db")]) + blanks, ANNA);
    write(`home/anna/${VOLATILE}`, JSON.stringify([entry(ID, "web")]) + blanks, ANNA);
    const both = [containerOf(ANNA), containerOf(ANNA, OTHER)];
    expect(Object.values(await find(...both)).map(({ name }) => name)).toEqual(["db"]);
  });

  test("an image and a name that are too long", async () => {
    write(`home/anna/${LIST}`, [entry(ID, "web", "i".repeat(5000)), entry(OTHER, "n".repeat(5000))], ANNA);
    const both = [containerOf(ANNA), containerOf(ANNA, OTHER)];
    expect(Object.values(await find(...both))).toEqual([{ name: "web" }]);
  });

  test("a file system whose daemon does not answer", { timeout: 60_000 }, async (context) => {
    requireKernel(context, "5.12");
    writeHome("anna", ANNA);
    await using keeper = await makeKeeper();
    const local = join(root, "home/anna/.local");
    await expectNamed();
    const options = "fd=3,rootmode=40000,user_id=0,group_id=0,allow_other";
    const script = `exec 3<>"$2"; mount -i -t fuse.mute -o ${options} mute "$1"`;
    let daemon: Held;
    try {
      daemon = await keeper.start(waiting(script, local, openFuseDevice(keeper)));
    } catch (error) {
      context.skip(`FUSE can't be mounted here: ${(error as Error).message}`);
      return;
    }
    try {
      await expectNothing();
    } finally {
      // Without a daemon it answers at once.
      await daemon.stop();
      execFileSync("umount", ["--lazy", local]);
    }
  });

  test("a folder whose lock its owner keeps, so that who looks up a new name waits, beyond SIGKILL", {
    timeout: 180_000,
  }, async (context) => {
    write("etc/passwd", login("load", LOADING_USER));
    const file = writeHome("load", LOADING_USER);
    await using keeper = await makeKeeper();
    const folder = openFolder(keeper, "load");
    const load = await startLoad(context, keeper, "fuse", [openFuseDevice(keeper), folder, "folder", 1, dirname(file)]);
    await whileExecuting(load, async () => {
      const start = performance.now();
      // Of the other one nothing is in the first file, so that more are looked for.
      const names = await find(containerOf(LOADING_USER), containerOf(LOADING_USER, OTHER));
      expect(performance.now() - start).toBeLessThan(2000);
      expect(Object.values(names)).toEqual([NAMED]);
    });
  });
});
