import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { quoteForShell } from "@ns-graph/graph";
import {
  asUser,
  type Held,
  type Keeper,
  makeKeeper,
  namespaceOf,
  requireNamespaces,
  requireProgram,
  run,
  SHELLS,
  waiting,
  waitingShell,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { describe, expect, test } from "vitest";
import { ask, askIn, FORMATS_FOR_PEOPLE, naming } from "./offered-command.js";

checkDescriptors();

const USER = 65534;

/** A mount namespace with a program of somebody else in the place of each that is run there, and what that saw. */
interface Trap {
  readonly held: Held;
  /** How often it ran, and as whom: the owner of what it wrote, as the machine sees it, and its user namespace. */
  sprung(): readonly { readonly uid: number; readonly gid: number; readonly user: string }[];
}

/**
 * A root directory of its own, with the machine's programs but for the shells and for what the placeholder might be taken
 * for. The program in their place is a script for a copy of sh(1), which writes who it is into a file of its own.
 */
async function setTrap(keeper: Keeper, through: readonly string[]): Promise<Trap> {
  const reports = join(keeper.directory, "reports");
  const root = join(keeper.directory, "root");
  for (const folder of [reports, root]) {
    mkdirSync(folder);
    chmodSync(folder, 0o777);
  }
  const script = `
    mount --make-rprivate /
    mount -t tmpfs tmpfs "$1"
    cd "$1"
    mkdir usr proc dev tmp reports old
    mount --rbind /usr usr
    mount --rbind /proc proc
    mount --rbind /dev dev
    mount --bind "$2" reports
    for name in bin sbin lib lib64; do ln -s "usr/$name" "$name"; done
    cp /bin/sh real
    printf '#!/real\\nreadlink /proc/self/ns/user >/reports/$$\\n' >trap
    chmod 755 trap
    for name in PROGRAM '<program>' program; do cp trap "$name"; done
    for shell in bash dash sh zsh fish; do
      [ ! -e "usr/bin/$shell" ] || mount --bind trap "$(readlink -f "usr/bin/$shell")"
    done
    mkdir names
    cp trap names/PROGRAM
    mount --bind names usr/local/bin
    pivot_root . old
    cd /
    exec /real -c 'echo ready; read -r line || :'`;
  const held = await keeper.start([...through, "sh", "-c", `set -e\n${script}`, "sh", root, reports]);
  return {
    held,
    sprung: () =>
      readdirSync(reports).map((name) => {
        const { uid, gid } = statSync(join(reports, name));
        return { uid, gid, user: readFileSync(join(reports, name), "utf8").trim() };
      }),
  };
}

/** Runs all that is offered for these subjects exactly as it stands, in each format. */
async function runAsOffered(subjects: readonly string[], through: readonly string[] = []): Promise<string[]> {
  const environment = { env: { SHELL: "/bin/bash" }, timeout: 20_000 };
  const notes: string[] = [];
  for (const subject of subjects) {
    const { enterWith, enterNote } = await ask(subject, { through });
    if (enterWith === undefined) throw new Error(`nothing is offered for ${subject}: ${enterNote}`);
    notes.push(enterNote ?? "");
    await run(enterWith, { ...environment, through });
    for (const format of FORMATS_FOR_PEOPLE) {
      const { command, text } = await askIn(format, subject, { through });
      // The same command, with the same words beside it.
      expect(command?.replaceAll(/\\\n\s*/g, ""), format).toBe(quoteForShell(enterWith));
      expect(text, format).toContain(enterNote ?? "");
      await run(["sh", "-c", command ?? ""], { ...environment, through });
    }
  }
  return notes;
}

function inode(held: Held, type: "mnt" | "user" | "net" | "uts"): string {
  return `${type}:[${held.namespace(type).ino}]`;
}

describe("what is offered, run as root as it stands,", () => {
  test("runs the programs of a user's own mount namespace as that user alone", async (context) => {
    requireNamespaces(context, "user", "mnt");
    await using keeper = await makeKeeper();
    const trap = await setTrap(keeper, [...asUser(USER), "unshare", "--user", "--map-root-user", "--mount"]);
    const notes = await runAsOffered([inode(trap.held, "mnt"), `${trap.held.pid}`]);
    // Twice in each format: it was entered, and what is run there is the user's.
    const sprung = trap.sprung();
    expect(sprung).toHaveLength(2 * (1 + FORMATS_FOR_PEOPLE.length));
    for (const { uid, gid, user } of sprung) {
      expect({ uid, gid, user }).toEqual({ uid: USER, gid: USER, user: inode(trap.held, "user") });
    }
    for (const note of notes)
      expect(note).toMatch(/^Programs inside are not to be trusted: they run without your rights/);
  });

  test("runs no program of a mount namespace that the machine's own user namespace owns", async (context) => {
    requireNamespaces(context, "mnt", "net");
    await using keeper = await makeKeeper();
    const trap = await setTrap(keeper, ["unshare", "--mount", "--net"]);
    const notes = await runAsOffered([inode(trap.held, "mnt"), `${trap.held.pid}`, inode(trap.held, "net")]);
    expect(trap.sprung()).toEqual([]);
    expect(notes).toEqual([
      expect.stringMatching(/^Programs inside are not to be trusted: .* runs as you\.$/),
      expect.stringMatching(/^Programs inside are not to be trusted: .* runs as you\.$/),
      "",
    ]);
    // The trap works: this is what such a command does that names no program.
    await run(["nsenter", "--target", `${trap.held.pid}`, "--mount"], { env: { SHELL: "/bin/bash" } });
    expect(trap.sprung()).toEqual([expect.objectContaining({ uid: 0, user: inode(trap.held, "user") })]);
  });

  test("runs no program of a mount namespace where root inside is root of the machine", async (context) => {
    requireNamespaces(context, "user", "mnt");
    await using keeper = await makeKeeper();
    const trap = await setTrap(keeper, ["unshare", "--user", "--map-root-user", "--mount"]);
    await runAsOffered([inode(trap.held, "mnt"), `${trap.held.pid}`]);
    expect(trap.sprung()).toEqual([]);
  });

  test("runs no program of one's own sandbox with one's own rights", async (context) => {
    requireNamespaces(context, "user", "mnt");
    await using keeper = await makeKeeper();
    const trap = await setTrap(keeper, [...asUser(USER), "unshare", "--user", "--map-root-user", "--mount"]);
    await runAsOffered([inode(trap.held, "mnt"), `${trap.held.pid}`], asUser(USER));
    expect(trap.sprung()).toEqual([]);
  });

  test.for([
    ["is mapped to themselves", ["--map-user=65534", "--map-group=65534"]],
    ["becomes root", ["--map-root-user"]],
  ] as const)("never stays root in a user namespace whose owner %s", async ([, options], context) => {
    requireNamespaces(context, "user");
    await using keeper = await makeKeeper();
    const held = await keeper.start([...asUser(USER), "unshare", "--user", ...options, ...waitingShell()]);
    for (const subject of [inode(held, "user"), `${held.pid}`]) {
      const { enterWith = [], enterNote } = await ask(subject);
      const { stdout, stderr } = await run(naming(enterWith, "readlink", "/proc/self/ns/user"), { timeout: 20_000 });
      expect(stdout.trim(), stderr).toBe(inode(held, "user"));
      expect(enterNote).toMatch(/^Whoever is in charge of that user namespace can take over/);
      const folder = mkdtempSync(join(keeper.directory, "made-"));
      chmodSync(folder, 0o777);
      await run(naming(enterWith, "touch", join(folder, "file")));
      expect(statSync(join(folder, "file"))).toMatchObject({ uid: USER, gid: USER });
    }
  });

  test("is nothing for a user namespace where there is nobody to become", async (context) => {
    requireNamespaces(context, "user");
    await using keeper = await makeKeeper();
    const held = await keeper.start([...asUser(USER), "unshare", "--user", ...waitingShell()]);
    const { enterWith, enterNote } = await ask(inode(held, "user"));
    expect(enterWith).toBeUndefined();
    expect(enterNote).toMatch(/^No command is offered: that user namespace maps no user or no group/);
    for (const format of FORMATS_FOR_PEOPLE) {
      const { command, text } = await askIn(format, inode(held, "user"));
      expect(command).toBeUndefined();
      expect(text).toContain(enterNote);
    }
  });
});

describe("what is offered enters", () => {
  test.for([
    ["root", [], ["unshare", "--mount", "--net", "--uts", "--ipc"]],
    [
      "root, as somebody else's",
      [],
      [...asUser(USER), "unshare", "--user", "--map-root-user", "--mount", "--net", "--pid", "--fork"],
    ],
    [
      "their user",
      asUser(USER),
      [...asUser(USER), "unshare", "--user", "--map-root-user", "--mount", "--net", "--uts"],
    ],
    [
      "their user, under another id",
      asUser(USER),
      [...asUser(USER), "unshare", "--user", "--map-current-user", "--mount", "--net"],
    ],
    ["root, where root is not mapped", [], ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--net"]],
    ["their user, where nobody is mapped", asUser(USER), [...asUser(USER), "unshare", "--user", "--net", "--uts"]],
    [
      "root, as another id in a sandbox",
      [],
      [...asUser(USER), "bwrap", "--unshare-all", "--dev-bind", "/", "/", "--uid", "1000", "--gid", "1000"],
    ],
    [
      "their user, as another id in a sandbox",
      asUser(USER),
      [...asUser(USER), "bwrap", "--unshare-all", "--dev-bind", "/", "/", "--uid", "1000", "--gid", "1000"],
    ],
  ] as const)("for %s: a process and each of its namespaces", async ([, through, makes], context) => {
    requireNamespaces(context, "user", "mnt", "net", "uts", "ipc", "pid");
    requireProgram(context, ...makes.filter((word) => word === "bwrap"));
    await using keeper = await makeKeeper();
    const held = await keeper.start([...makes, ...waitingShell()]);
    const types = (["mnt", "net", "uts", "ipc", "pid", "user"] as const).filter(
      (type) => held.namespace(type).id !== namespaceOf("self", type).id,
    );
    const links = types.map((type) => `/proc/self/ns/${type}`);
    const { enterWith: all = [] } = await ask(`${held.pid}`, { through });
    const { stdout, stderr } = await run(naming(all, "readlink", ...links), { through, timeout: 20_000 });
    expect(stdout.trim().split("\n"), `${all.join(" ")}\n${stderr}`).toEqual(
      types.map((type) => `${type}:[${held.namespace(type).ino}]`),
    );
    for (const type of types) {
      const name = `${type}:[${held.namespace(type).ino}]`;
      const { enterWith = [] } = await ask(name, { through });
      const entered = await run(naming(enterWith, "readlink", `/proc/self/ns/${type}`), { through, timeout: 20_000 });
      expect(entered.stdout.trim(), `${enterWith.join(" ")}\n${entered.stderr}`).toBe(name);
    }
  });

  test("for root of a user namespace that may not drop groups: what they made themselves", async (context) => {
    requireNamespaces(context, "user", "net");
    await using keeper = await makeKeeper();
    const viewer = await keeper.start([...asUser(USER), "unshare", "--user", "--map-root-user", ...waitingShell()]);
    const through = ["nsenter", "--target", `${viewer.pid}`, "--user"];
    const held = await keeper.start([...through, "unshare", "--user", "--map-root-user", "--net", ...waitingShell()]);
    const { enterWith = [] } = await ask(`${held.pid}`, { through });
    const links = ["/proc/self/ns/user", "/proc/self/ns/net"];
    const { stdout, stderr } = await run(naming(enterWith, "readlink", ...links), { through, timeout: 20_000 });
    expect(stdout.trim().split("\n"), `${enterWith.join(" ")}\n${stderr}`).toEqual([
      inode(held, "user"),
      inode(held, "net"),
    ]);
  });

  test("nothing for the owner of a user namespace that does not own all the rest, and root enters all of it", async (context) => {
    requireNamespaces(context, "user", "net", "uts");
    await using keeper = await makeKeeper();
    const nested = ["unshare", "--user", "--map-root-user", "--uts"];
    const ofOwner = await keeper.start([
      ...[...asUser(USER), "unshare", "--user", "--map-root-user", "--net"],
      ...[...nested, ...waitingShell()],
    ]);
    const ofRoot = await keeper.start(["unshare", "--net", ...asUser(USER), ...nested, ...waitingShell()]);
    for (const held of [ofOwner, ofRoot]) {
      const { enterWith, enterNote } = await ask(`${held.pid}`, { through: asUser(USER) });
      expect(enterWith).toBeUndefined();
      expect(enterNote).toMatch(/^No command is offered: its user namespace does not own all of its namespaces/);
      // Its own are entered one by one.
      const uts = await ask(inode(held, "uts"), { through: asUser(USER) });
      const one = await run([...(uts.enterWith ?? []), "readlink", "/proc/self/ns/uts"], { through: asUser(USER) });
      expect(one.stdout.trim(), one.stderr).toBe(inode(held, "uts"));
      const all = await ask(`${held.pid}`);
      const links = ["/proc/self/ns/user", "/proc/self/ns/net", "/proc/self/ns/uts"];
      const entered = await run([...(all.enterWith ?? []), "readlink", ...links], { timeout: 20_000 });
      expect(entered.stdout.trim().split("\n"), entered.stderr).toEqual([
        inode(held, "user"),
        inode(held, "net"),
        inode(held, "uts"),
      ]);
    }
  });

  test.for(SHELLS)(
    "$name: a namespace at a path that would do harm",
    async ({ command: [shell, ...options] }, context) => {
      requireNamespaces(context, "mnt", "net");
      requireProgram(context, shell);
      await using keeper = await makeKeeper();
      for (const [index, name] of HARMFUL_NAMES.entries()) {
        const folder = join(keeper.directory, `${index}`);
        const make = `mkdir "$1"; mount -t tmpfs tmpfs "$1"; cd "$1"; : >"$2"; unshare --net="$2" true; stat -c %i "$2"`;
        const held = await keeper.start(["unshare", "--mount", ...waiting(make, folder, name)]);
        const net = `net:[${held.lines[0]}]`;
        for (const format of FORMATS_FOR_PEOPLE) {
          const { command } = await askIn(format, net);
          const entered = await run([shell, ...options, "-c", `${command} readlink /proc/self/ns/net`], {
            cwd: keeper.directory,
            timeout: 20_000,
          });
          expect(entered.stdout.trim(), `${command}\n${entered.stderr}`).toBe(net);
        }
      }
      expect(readdirSync(keeper.directory)).not.toContain("pwned");
    },
  );
});

/** Names that run a command where they are quoted for another shell than they are given to, or are quoted twice. */
const HARMFUL_NAMES: readonly string[] = [
  "it's; touch pwned; '",
  "'; touch pwned; '",
  "back\\slash\\'; touch pwned; '\\",
  "\u001b[2J'; touch pwned; '",
  "\n$(touch pwned)`touch pwned`\n",
];
