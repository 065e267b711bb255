import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  asUser,
  expectNoLeak,
  type Held,
  type Keeper,
  makeKeeper,
  requireKernel,
  requireNamespaces,
  requireProgram,
  requireRoot,
  runCli,
  type Skippable,
  waiting,
} from "@ns-graph/testkit";
import { describe, expect, test } from "vitest";

/** A user that no machine has. */
const UID = 60_123;
const ID = "0123456789ab".padEnd(64, "f");
const SHORT = ID.slice(0, 12);

interface Group {
  readonly kind: string;
  readonly engine?: string;
  readonly borneOut?: string;
  readonly workload?: {
    readonly id?: string;
    readonly name?: string;
    readonly user?: number;
    readonly borneOut?: string;
  };
  readonly leader: number;
  readonly pids?: readonly number[];
}

interface Document {
  readonly containerNames?: Readonly<Record<string, unknown>>;
  readonly workloads: readonly Group[];
  readonly processes: readonly { readonly pid: number; readonly comm?: string; readonly executable?: unknown }[];
}

async function readDocument(...args: readonly string[]): Promise<Document> {
  const { stdout, exitCode } = await runCli(["--format", "json", ...args]);
  expect(exitCode).toBe(0);
  return JSON.parse(stdout);
}

function groupOf({ workloads }: Document, pid: number): Group | undefined {
  return workloads.find(({ pids }) => pids?.includes(pid));
}

/** What containers of an id, whoever has them, are called: others may run beside. */
function namesOf({ containerNames = {} }: Document, id: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(containerNames).filter(([key]) => key.includes(id)));
}

/** The hierarchy of cgroups whose paths are told, if folders can be made in it. */
function hierarchy(context: Skippable): string {
  requireRoot(context);
  const roots = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].filter((root) =>
    existsSync(join(root, "cgroup.controllers")),
  );
  for (const root of roots) {
    const probe = join(root, `ns-graph-test-${process.pid}`);
    try {
      mkdirSync(probe);
      rmdirSync(probe);
      return root;
    } catch {
      // Not writable here.
    }
  }
  context.skip("needs cgroup v2 mounted for writing");
  return "";
}

/** Folders of cgroups that did not exist, to be removed with all below them. */
class Cgroups implements Disposable {
  readonly root: string;
  readonly #made: string[] = [];

  constructor(root: string) {
    this.root = root;
  }

  make(path: string): string {
    let folder = this.root;
    for (const name of path.split("/")) {
      folder = join(folder, name);
      if (existsSync(folder)) continue;
      mkdirSync(folder);
      this.#made.push(folder);
    }
    return folder;
  }

  [Symbol.dispose](): void {
    for (const folder of this.#made.reverse()) removeAll(folder);
  }
}

function removeAll(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeAll(join(folder, entry.name));
  rmdirSync(folder);
}

/** Puts a process into a part that is left to a user, as systemd does, and runs a script as that user there. */
function startDelegated(keeper: Keeper, folder: string, script: string): Promise<Held> {
  const begin = `mkdir "$1/init.scope"
chown -R ${UID}:${UID} "$1"
echo "$$" > "$1/init.scope/cgroup.procs"
own="$1"; shift
exec ${asUser(UID).join(" ")} sh -c "$1" sh "$own"`;
  return keeper.start(["sh", "-ec", begin, "sh", folder, `set -e\n${script}\necho ready\nread -r line || :`]);
}

/** Shows /var/lib as Docker would have it, to the command alone. */
function withDocker(keeper: Keeper): readonly string[] {
  const config = join(keeper.directory, "config.v2.json");
  writeFileSync(config, JSON.stringify({ Name: "/payroll" }));
  const place = `/var/lib/docker/containers/${ID}`;
  const script = `mount -t tmpfs none /var/lib; mkdir -p ${place}; cp "$0" ${place}/config.v2.json; exec "$@"`;
  return ["unshare", "--mount", "sh", "-ec", script, config];
}

/** Shows an /etc with that user, whose Podman has written of a container, to the command alone. */
function withHome(keeper: Keeper, name: string): readonly string[] {
  const [etc, home] = [join(keeper.directory, "etc"), join(keeper.directory, "home")];
  const storage = join(home, ".local/share/containers/storage/overlay-containers");
  mkdirSync(etc);
  mkdirSync(storage, { recursive: true });
  writeFileSync(join(etc, "passwd"), `root:x:0:0::/root:/bin/sh\nanna:x:${UID}:${UID}::${home}:/bin/sh\n`);
  const metadata = JSON.stringify({ "image-name": "nginx:1.27" });
  writeFileSync(join(storage, "containers.json"), JSON.stringify([{ id: ID, names: [name], metadata }]));
  execFileSync("chown", ["-R", `${UID}:${UID}`, home]);
  return ["unshare", "--mount", "sh", "-ec", 'mount --bind "$0" /etc; exec "$@"', etc];
}

/** What the matrix of workloads has to say, a line each. */
async function readMatrix(...through: readonly string[]): Promise<readonly string[]> {
  const { stdout, exitCode } = await runCli(["--tree", "workload", "--pids", "all", "--names"], {
    through,
    env: { COLUMNS: "200" },
  });
  expect(exitCode).toBe(0);
  return stdout.split("\n");
}

describe("a user who was left a part of the cgroups, as systemd leaves it,", () => {
  const claims = [
    `app.slice/docker-${ID}.scope`,
    `app.slice/nerdctl-${ID}.scope`,
    `user@0.service/system.slice/docker-${ID}.scope`,
    `app.slice/kubepods-podccf19bc6_503b_4dd0_b33d_e5717fe6613c.slice/docker-${ID}.scope`,
    `${"lxc/a/".repeat(12)}docker/${ID}`,
  ];
  test.for(claims)("is not taken for root's container with %s", { timeout: 60_000 }, async (claim, context) => {
    requireProgram(context, "setpriv", "unshare");
    const root = hierarchy(context);
    await using keeper = await makeKeeper();
    using cgroups = new Cgroups(root);
    const own = cgroups.make(`user.slice/user-${UID}.slice/user@${UID}.service`);
    const real = cgroups.make(`system.slice/docker-${ID}.scope`);
    await expectNoLeak(async () => {
      const container = await keeper.start(waiting('echo "$$" > "$1/cgroup.procs"', real));
      const fake = await startDelegated(keeper, own, `mkdir -p "$1/${claim}"; echo "$$" > "$1/${claim}/cgroup.procs"`);
      try {
        expect(readFileSync(`/proc/${fake.pid}/cgroup`, "utf8")).toContain(`${claim}\n`);
        const through = withDocker(keeper);
        const document = JSON.parse((await runCli(["--names", "--format", "json"], { through })).stdout) as Document;
        expect(namesOf(document, ID)).toEqual({ [ID]: { name: "payroll" } });
        expect(groupOf(document, container.pid)).toMatchObject({
          pids: [container.pid],
          workload: { id: ID, name: "payroll", borneOut: "yes" },
        });
        const taken = groupOf(document, fake.pid);
        expect(taken).toMatchObject({ pids: [fake.pid], workload: { user: UID, borneOut: "no" } });
        expect(taken?.workload?.name).not.toBe("payroll");
        const lines = (await readMatrix(...through)).filter((line) => /payroll|uid 60123/.test(line));
        expect(lines).toHaveLength(2);
        expect(lines.filter((line) => line.includes("payroll"))).toEqual([
          expect.stringMatching(new RegExp(`^docker payroll \\(${SHORT}\\) .* 1$`)),
        ]);
      } finally {
        await fake.stop();
        await container.stop();
      }
    });
  });

  test("has names for root by what lies in the user's home, which name nothing of anybody else's", {
    timeout: 60_000,
  }, async (context) => {
    requireKernel(context, "5.6");
    requireProgram(context, "setpriv", "unshare");
    const root = hierarchy(context);
    await using keeper = await makeKeeper();
    using cgroups = new Cgroups(root);
    const own = cgroups.make(`user.slice/user-${UID}.slice/user@${UID}.service`);
    const others = cgroups.make(`user.slice/user-${UID + 1}.slice/user@${UID + 1}.service/libpod-${ID}.scope`);
    const roots = cgroups.make(`machine.slice/libpod-${ID}.scope`);
    const through = withHome(keeper, "shop");
    await expectNoLeak(async () => {
      const claim = `user.slice/libpod-${ID}.scope`;
      const annas = await startDelegated(keeper, own, `mkdir -p "$1/${claim}"; echo "$$" > "$1/${claim}/cgroup.procs"`);
      const another = await keeper.start(waiting('echo "$$" > "$1/cgroup.procs"', others));
      const real = await keeper.start(waiting('echo "$$" > "$1/cgroup.procs"', roots));
      try {
        const { stdout } = await runCli(["--names", "--format", "json"], { through });
        const document = JSON.parse(stdout) as Document;
        const name = { name: "shop", image: "nginx:1.27" };
        expect(groupOf(document, annas.pid)?.workload).toMatchObject({ ...name, user: UID, borneOut: "no" });
        for (const { pid } of [another, real]) expect(groupOf(document, pid)?.workload).not.toHaveProperty("name");
        const shown = (await readMatrix(...through)).filter((line) => line.includes("shop"));
        expect(shown).toEqual([expect.stringMatching(/^podman of \S.* shop \(.*\) .* 1 {2}nginx:1\.27$/)]);
        const { stdout: picture } = await runCli(["--tree", "workload", "--names", "--format", "dot"], { through });
        expect(picture).toContain("shop");
      } finally {
        await real.stop();
        await another.stop();
        await annas.stop();
      }
    });
  });

  test("can't leave it", { timeout: 60_000 }, async (context) => {
    requireProgram(context, "setpriv");
    const root = hierarchy(context);
    await using keeper = await makeKeeper();
    using cgroups = new Cgroups(root);
    const own = cgroups.make(`user.slice/user-${UID}.slice/user@${UID}.service`);
    const real = cgroups.make(`system.slice/docker-${ID}.scope`);
    await expectNoLeak(async () => {
      const moves = [`${real}/cgroup.procs`, `${root}/cgroup.procs`].map(
        (file) => `if echo "$$" > ${file}; then exit 1; fi 2>/dev/null`,
      );
      const fake = await startDelegated(keeper, own, moves.join("\n"));
      expect(readFileSync(`/proc/${fake.pid}/cgroup`, "utf8")).toContain(`user@${UID}.service/init.scope\n`);
      await fake.stop();
    });
  });
});

test("below a service that a user runs, a container has a name of the machine's only in folders of root's", {
  timeout: 60_000,
}, async (context) => {
  requireProgram(context, "setpriv", "unshare");
  const root = hierarchy(context);
  await using keeper = await makeKeeper();
  using cgroups = new Cgroups(root);
  const roots = cgroups.make("system.slice/ns-graph-test-a.service");
  const users = cgroups.make("system.slice/ns-graph-test-b.service");
  await expectNoLeak(async () => {
    const claim = `mkdir "$1/docker-${ID}.scope"; echo "$$" > "$1/docker-${ID}.scope/cgroup.procs"`;
    const real = await keeper.start(waiting(claim, roots));
    const fake = await startDelegated(keeper, users, claim);
    try {
      const { stdout } = await runCli(["--names", "--format", "json"], { through: withDocker(keeper) });
      const document = JSON.parse(stdout) as Document;
      expect(groupOf(document, real.pid)?.workload).toMatchObject({ name: "payroll", borneOut: "unknown" });
      expect(groupOf(document, fake.pid)?.workload).toMatchObject({ id: ID, borneOut: "unknown" });
      expect(groupOf(document, fake.pid)?.workload).not.toHaveProperty("name");
    } finally {
      await fake.stop();
      await real.stop();
    }
  });
});

/** Programs that call themselves something else, run by a user in a user and a mount namespace of their own. */
const PRETENDERS: Readonly<Record<string, (name: string) => string>> = {
  "by prctl(2)": (name) => `exec perl -e 'use utf8; $0 = "${name}"; $| = 1; print "ready\\n"; <STDIN>'`,
  "as a file of their own": (name) => `cp /bin/sh "$1/${name}"; exec "$1/${name}" -c 'echo ready; read -r line'`,
  "as a link to a program of the machine": (name) =>
    `ln -s "$(command -v perl)" "$1/${name}"; exec "$1/${name}" -e '$| = 1; print "ready\\n"; <STDIN>'`,
  "with a program of the machine mounted over a file": (name) =>
    `: > "$1/${name}"; mount --bind /usr/bin/perl "$1/${name}"; exec "$1/${name}" -e '$| = 1; print "ready\\n"; <STDIN>'`,
  "where programs of the machine would be": (name) =>
    `mount -t tmpfs none /usr/local/bin; cp /bin/sh "/usr/local/bin/${name}"; exec "/usr/local/bin/${name}" -c 'echo ready; read -r line'`,
  "over the machine's own": (name) =>
    `mount --bind /bin/sh "/usr/bin/${name}"; exec "/usr/bin/${name}" -c 'echo ready; read -r line'`,
};

describe.each(["bwrap", "firejail"])("a user's process that calls itself %s", (name) => {
  test.for(Object.keys(PRETENDERS))("%s", { timeout: 60_000 }, async (how, context) => {
    requireNamespaces(context, "user", "mnt");
    requireProgram(context, "setpriv", "perl");
    if (how === "over the machine's own" && !existsSync(`/usr/bin/${name}`)) context.skip(`needs /usr/bin/${name}`);
    await using keeper = await makeKeeper();
    const folder = join(keeper.directory, "own");
    mkdirSync(folder);
    execFileSync("chown", [`${UID}:${UID}`, folder]);
    const held = await keeper.start([
      ...asUser(UID),
      ...["unshare", "--user", "--map-root-user", "--mount"],
      ...["sh", "-ec", PRETENDERS[how]?.(name) ?? "", "sh", folder],
    ]);
    await expectNoLeak(async () => {
      const document = await readDocument();
      const group = groupOf(document, held.pid);
      expect(group).toMatchObject({ kind: "sandbox", borneOut: "no" });
      const text = (await readMatrix()).find((line) => line.includes(` ${held.pid} ${name} `));
      expect(text).toMatch(new RegExp(`^calls itself ${name} ${held.pid} ${name} `));
    });
  });
});

test("conmon is told by no name", { timeout: 60_000 }, async (context) => {
  requireNamespaces(context, "user", "mnt");
  requireProgram(context, "setpriv", "perl");
  await using keeper = await makeKeeper();
  const held = await keeper.start([
    ...asUser(UID),
    ...["unshare", "--user", "--map-root-user", "--mount", "sh", "-ec", PRETENDERS["by prctl(2)"]?.("conmon") ?? ""],
  ]);
  await expectNoLeak(async () => {
    expect(groupOf(await readDocument(), held.pid)?.kind).toBe("processes");
  });
});

describe("the real", () => {
  test.for([
    ["bubblewrap", "bwrap", "bwrap --unshare-user --unshare-pid --ro-bind / / sh -c 'echo ready; read -r line'"],
    ["firejail", "firejail", "firejail --noprofile --quiet sh -c 'echo ready; read -r line'"],
  ] as const)("%s is recognised", { timeout: 60_000 }, async ([engine, program, script], context) => {
    requireNamespaces(context, "user", "mnt", "pid");
    requireProgram(context, "setpriv", program);
    await using keeper = await makeKeeper();
    // Firejail wants a user with a name.
    const held = await keeper.start([
      ...["setpriv", "--reuid=1", "--regid=1", "--clear-groups"],
      ...["env", `HOME=${keeper.directory}`, "sh", "-ec", script],
    ]);
    await expectNoLeak(async () => {
      const document = await readDocument();
      const group = document.workloads.find(
        ({ pids }) => pids?.some((pid) => held.chain.includes(pid)) && pids.includes(held.pid),
      );
      expect(group).toMatchObject({ kind: "sandbox", engine, borneOut: "yes" });
      const called = new RegExp(`^${engine} (?:${held.pid} )?sh `);
      expect((await readMatrix()).some((line) => called.test(line))).toBe(true);
    });
  });

  test("a program that may not be looked at is not believed", { timeout: 60_000 }, async (context) => {
    requireNamespaces(context, "user", "mnt", "pid");
    requireRoot(context);
    requireProgram(context, "setpriv", "bwrap");
    await using keeper = await makeKeeper();
    const held = await keeper.start([
      ...asUser(UID),
      ...["sh", "-ec", "bwrap --unshare-user --unshare-pid --ro-bind / / sh -c 'echo ready; read -r line'"],
    ]);
    await expectNoLeak(async () => {
      const { stdout } = await runCli(["--format", "json"], { through: asUser(UID + 1) });
      const { processes } = JSON.parse(stdout) as Document;
      const seen = processes.filter(({ pid, comm }) => held.chain.includes(pid) && comm === "bwrap");
      expect(seen.length).toBeGreaterThan(0);
      for (const { executable } of seen) expect(executable).toEqual({ borneOut: "unknown" });
    });
  });
});

interface Shown {
  readonly containerNames?: Readonly<Record<string, unknown>>;
  readonly view: { readonly workload: { readonly name: string; readonly pids: readonly number[] } };
  readonly answer: {
    readonly leader: number;
    readonly enterWith?: readonly string[];
    readonly sharing: Readonly<
      Record<
        string,
        {
          readonly state: string;
          readonly namespaces: readonly { readonly others?: readonly { readonly leader: number }[] }[];
        }
      >
    >;
  };
}

describe("a container is asked for", () => {
  const OTHER = "fedcba987654".padEnd(64, "0");

  test("by the name that its engine gives it, by its id, and told from what a user calls the same", {
    timeout: 60_000,
  }, async (context) => {
    requireProgram(context, "setpriv", "unshare", "nsenter");
    requireNamespaces(context, "net", "uts");
    const root = hierarchy(context);
    await using keeper = await makeKeeper();
    using cgroups = new Cgroups(root);
    const own = cgroups.make(`user.slice/user-${UID}.slice/user@${UID}.service`);
    const [web, log] = [ID, OTHER].map((id) => cgroups.make(`system.slice/docker-${id}.scope`)) as [string, string];
    const move = 'echo "$$" > "$1/cgroup.procs"';
    await expectNoLeak(async () => {
      const held: Held[] = [];
      try {
        const container = await keeper.start(["unshare", "--net", "--uts", ...waiting(move, web)]);
        held.push(container);
        const net = `--net=/proc/${container.pid}/ns/net`;
        const beside = await keeper.start(["nsenter", net, "unshare", "--uts", ...waiting(move, log)]);
        held.push(beside);
        const through = withDocker(keeper);
        const show = async (word: string): Promise<Shown> => {
          const { stdout, stderr, exitCode } = await runCli(["show", word, "--format", "json"], { through });
          expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
          return JSON.parse(stdout) as Shown;
        };
        const named = await show("payroll");
        expect(named.view.workload).toMatchObject({ name: `docker payroll (${SHORT})`, pids: [container.pid] });
        expect(named.answer.leader).toBe(container.pid);
        expect(named.answer.sharing.uts).toMatchObject({ state: "own" });
        expect(named.answer.sharing.mnt).toMatchObject({ state: "machine" });
        expect(named.answer.sharing.net).toMatchObject({
          state: "shared",
          namespaces: [{ others: [{ name: "docker fedcba987654", leader: beside.pid, processCount: 1 }] }],
        });
        expect(named.answer.enterWith).toEqual(
          expect.arrayContaining(["nsenter", "--target", `${container.pid}`, "--net", "--uts"]),
        );
        const byId = await show(SHORT);
        expect(byId.containerNames).toBeUndefined();
        expect(byId.view.workload.pids).toEqual([container.pid]);

        held.push(
          await startDelegated(
            keeper,
            own,
            'mkdir -p "$1/lxc.payload.payroll"; echo "$$" > "$1/lxc.payload.payroll/cgroup.procs"',
          ),
        );
        const { exitCode, stderr } = await runCli(["show", "payroll"], { through });
        expect(exitCode).toBe(1);
        expect(stderr).toContain("payroll is more than one workload");
        expect(stderr).toContain(`'docker payroll (${SHORT})'`);
        expect(stderr).toContain(`'lxc of uid ${UID} payroll'`);
        expect((await show(`docker payroll (${SHORT})`)).view.workload.pids).toEqual([container.pid]);
        expect((await show(`lxc of uid ${UID} payroll`)).view.workload.pids).toEqual([held.at(-1)?.pid]);
      } finally {
        for (const one of held.reverse()) await one.stop();
      }
    });
  });
});
