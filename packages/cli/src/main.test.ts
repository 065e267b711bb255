import { defineRenderer, NsGraphError } from "@ns-graph/graph";
import { describe, expect, test } from "vitest";
import { echo, isClosed, runMain, type World } from "../test/fake-system.js";

interface Echoed {
  readonly view: { readonly tree: string; readonly members: string; readonly subject?: unknown };
  readonly sources: readonly string[];
  readonly namespaces: readonly string[];
  readonly pids: readonly number[];
  readonly facts: readonly string[];
  readonly options: unknown;
  readonly surface: { readonly columns?: number };
}

const world: World = { plugins: { echo } };

async function echoed(line: string, more: World = {}): Promise<Echoed> {
  const { status, stdout, stderr } = await runMain(`--format echo ${line}`, { ...world, ...more });
  expect({ status, stderr: stderr.replace(/^.*--verbose.*\n/gm, "") }).toEqual({ status: 0, stderr: "" });
  return JSON.parse(stdout) as Echoed;
}

describe("the graph of this machine", () => {
  test("is drawn as text by default, and what could not be read is told on standard error", async () => {
    const { status, stdout, stderr, probes } = await runMain("");
    expect(status).toBe(0);
    expect(stdout).toContain("user:[4026531837]");
    expect(stderr).toBe(
      "ns-graph: 1 of 5 processes could not be read (EACCES): something forbids it even to root (--verbose lists it)\n",
    );
    expect(probes.map(isClosed)).toEqual([true]);
  });

  test.each(["json", "dot", "mermaid"])("is drawn as %s", async (format) => {
    const { status, stdout } = await runMain(`--format ${format}`);
    expect(status).toBe(0);
    expect(stdout).toContain("4026531837");
  });

  test("all is shown, and only the facts that the renderer draws are read", async () => {
    const { view, namespaces, pids, facts } = await echoed("");
    expect(view).toEqual({ tree: "owner", members: "fold" });
    expect(namespaces).toHaveLength(12);
    expect(pids).toEqual([1, 2, 7, 8, 9]);
    expect(facts).not.toContain("comm");
  });

  test("--facts reads everything", async () => {
    expect((await echoed("--facts")).facts).toEqual(expect.arrayContaining(["comm", "cgroup", "commandLine"]));
  });

  test("--names asks the engines about the containers that there are, and about no others", async () => {
    const id = "3f2a".padEnd(64, "0");
    const kernel = {
      processes: [
        { pid: 1, comm: "init" },
        { pid: 7, comm: "nginx", cgroup: `/docker/${id}` },
      ],
    };
    const named = await runMain("--names --format json", { kernel });
    expect(JSON.parse(named.stdout).containerNames).toEqual({ [id]: { name: "name of 3f2a" } });
    expect(JSON.parse((await runMain("--format json", { kernel })).stdout)).not.toHaveProperty("containerNames");
    expect(JSON.parse((await runMain("--names --format json")).stdout)).not.toHaveProperty("containerNames");
  });

  describe("what is called something is asked for by that", () => {
    const id = "3f2a".padEnd(64, "0");
    const kernel: World["kernel"] = {
      namespaces: { a: { type: "net" }, b: { type: "net" }, c: { type: "net" } },
      processes: [
        { pid: 1, comm: "init" },
        { pid: 7, ppid: 1, comm: "nginx", cgroup: `/docker/${id}`, in: { net: "a" } },
        { pid: 8, ppid: 7, comm: "nginx", cgroup: `/docker/${id}`, in: { net: "a" } },
        { pid: 9, ppid: 1, comm: "sshd", cgroup: "/system.slice/sshd.service" },
        { pid: 10, ppid: 1, comm: "init", cgroup: "/lxc.payload.42", in: { net: "b" } },
        { pid: 42, ppid: 1, comm: "sh", in: { net: "c" } },
      ],
      mounts: [{ path: "/run/netns/sshd.service", holds: "b" }],
    };
    const json = async (...args: string[]) => {
      const { status, stdout, stderr } = await runMain([...args, "--format", "json"], { kernel });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      return JSON.parse(stdout);
    };

    test("the engines are asked for names only if nothing else is called so", async () => {
      const byId = await json("show", "3f2a00000000");
      expect(byId.view.workload).toEqual({ name: "docker 3f2a00000000", pids: [7, 8] });
      expect(byId).not.toHaveProperty("containerNames");
      const byName = await json("show", "name of 3f2a");
      expect(byName.view.workload.name).toBe("docker name of 3f2a (3f2a00000000)");
      expect(byName.containerNames).toEqual({ [id]: { name: "name of 3f2a" } });
      expect((await json("show", "docker name of 3f2a")).view.workload).toEqual(byName.view.workload);
    });

    test.each([
      [["name of 3f2a"], [7, 8]],
      [
        ["9", "docker 3f2a00000000"],
        [7, 8, 9],
      ],
      [
        ["lxc 42", "42"],
        [10, 42],
      ],
      [
        ["/run/netns/sshd.service", "7"],
        [7, 10],
      ],
      [["service sshd.service"], [9]],
    ])("%j leaves the processes that are meant", async (words, pids) => {
      const drawn = await json(...words);
      expect(drawn.selection).toEqual({ pids });
      expect(drawn.processes.map(({ pid }: { readonly pid: number }) => pid)).toEqual(expect.arrayContaining(pids));
    });

    test("numbers alone are PIDs, and read no more than they did", async () => {
      const read = async (line: string) => {
        const { facts } = await echoed(line, { kernel });
        return facts;
      };
      expect((await json("42")).selection).toEqual({ pids: [42] });
      expect(await read("42")).toEqual(await read(""));
      expect(await read("42 3f2a")).toEqual(expect.arrayContaining(["comm", "cgroup"]));
    });

    test("--subtree takes what leads to a namespace", async () => {
      const { stdout, stderr, status } = await runMain(["--subtree", "name of 3f2a", "--format", "json"], { kernel });
      expect(status).toBe(0);
      expect(JSON.parse(stdout).selection).toEqual({ subtree: { pid: 7, type: "user" } });
      expect(stderr).toBe(
        "ns-graph: process 7, which leads name of 3f2a, is in the machine's user namespace, so what is below that is the machine\n          About it alone: ns-graph show 'name of 3f2a', or ns-graph 'name of 3f2a' --tree process\n",
      );
    });

    test.each([
      [["show", "42"], "42 is a process and a workload\n          Say which: /proc/42, 'lxc 42'.\n"],
      [
        ["show", "sshd.service"],
        "sshd.service is a namespace and a workload\n          Say which: /run/netns/sshd.service, 'service sshd.service'.\n",
      ],
      [["show", "sshd.servcie"], "sshd.servcie was seen\n"],
    ])("%j is refused with what can be typed", async (args, message) => {
      const { status, stderr } = await runMain(args, { kernel });
      expect(status).toBe(1);
      expect(stderr).toContain(message.replace(" was seen", ""));
    });

    test("what is nearly a command is one only if nothing is called so, and is told before all is looked at", async () => {
      const named: World["kernel"] = {
        namespaces: { a: { type: "net" }, b: { type: "net" } },
        processes: [
          { pid: 1, comm: "init" },
          { pid: 7, ppid: 1, comm: "init", cgroup: "/lxc.payload.shwo", in: { net: "a" } },
          { pid: 8, ppid: 1, comm: "sh", in: { net: "b" } },
        ],
        mounts: [{ path: "/run/netns/runn", holds: "b" }],
      };
      const { stdout: saved } = await runMain("--format json --facts", { kernel: named });
      for (const [word, pid] of [
        ["shwo", 7],
        ["runn", 8],
      ])
        for (const [args, world] of [
          [[], { kernel: named }],
          [["--from", "x"], { stdin: saved }],
        ] as const) {
          const { stdout } = await runMain([...args, `${word}`, "--format", "json"], world);
          expect(JSON.parse(stdout).selection).toEqual({ pids: [pid] });
        }
      const mistyped = await runMain("completoin bash", { kernel: named });
      expect(mistyped).toMatchObject({
        status: 2,
        stderr:
          'ns-graph: no command is called completoin, and nothing called so was seen. Did you mean "completion"?\n          If it is no command: ns-graph show completoin\n',
      });
      expect(mistyped.probes).toHaveLength(1);
      const { status, stderr } = await runMain("--from x hlep", { stdin: saved });
      expect(status).toBe(2);
      expect(stderr).toContain("Did you mean --help?\n          If it is no command: ns-graph --from FILE show hlep\n");
    });

    test("a document without processes does not say that nobody is in a namespace", async () => {
      const { stdout: saved } = await runMain("--format json --no-pids", { kernel });
      const { namespaces } = JSON.parse(saved);
      const { ino } = namespaces.find(
        ({ type, memberCount }: { readonly type: string; readonly memberCount: number }) =>
          type === "net" && memberCount > 0,
      );
      expect(await runMain(["--from", "x", `net:[${ino}]`], { stdin: saved })).toMatchObject({
        status: 1,
        stderr: `ns-graph: it is not known which processes are in net:[${ino}]\n          The document was saved without its processes.\n`,
      });
      for (const word of ["nginx.service", "4711"]) {
        const { stderr } = await runMain(["--from", "x", "show", word], { stdin: saved });
        expect(stderr).toMatch(
          / (?:called nginx\.service|with the number 4711) was seen\n {10}The document was saved without its processes\.\n$/,
        );
      }
      expect((await runMain(["--from", "x", "show", "net:[4711]"], { stdin: saved })).stderr).toBe(
        "ns-graph: no namespace is called net:[4711]\n",
      );
    });

    test("a document is asked as well, and says where names would be", async () => {
      const { stdout: saved } = await runMain("--format json --facts", { kernel });
      const read = (...args: string[]) => runMain(["--from", "x", ...args], { stdin: saved });
      expect((await read("show", "3f2a")).stdout).toContain("docker 3f2a00000000  2 processes, led by 7 nginx\n");
      expect((await read("show", "name of 3f2a")).stderr).toContain("one that is saved with --names does");
      const part = await runMain(["3f2a", "--format", "json"], { kernel });
      const outside = await runMain(["--from", "x", "lxc 42"], { stdin: part.stdout });
      expect(outside).toMatchObject({
        status: 1,
        stderr:
          "ns-graph: lxc 42 is not among what was selected when the document was saved\n          What it says of it: ns-graph --from FILE show 'lxc 42'\n",
      });
    });
  });

  test("--quick reads processes alone", async () => {
    const { sources, namespaces } = await echoed("--quick");
    expect(sources).toEqual(["process"]);
    expect(namespaces.filter((type) => type === "net")).toHaveLength(2);
  });

  test("--quick reads named processes alone", async () => {
    const { pids, namespaces } = await echoed("--quick 7");
    expect(pids).toEqual([7]);
    expect(namespaces).toHaveLength(8);
  });

  test.each([
    ["7", "user"],
    ["7 --pidns", "pid"],
  ])("--subtree %s of the machine's own namespace says so, and what was probably meant", async (line, type) => {
    const { status, stderr, stdout } = await runMain(`--subtree ${line}`);
    expect({ status, isEmpty: stdout === "" }).toEqual({ status: 0, isEmpty: false });
    expect(stderr).toContain(`process 7 is in the machine's ${type} namespace`);
    expect(stderr).toContain("ns-graph show 7, or ns-graph 7 --tree process\n");
    expect((await runMain("--subtree 8")).stderr).not.toContain("the machine's");
  });

  test("--quick with PIDs claims nothing of processes that it did not read, even once it was saved", async () => {
    const kernel: World["kernel"] = {
      namespaces: { a: { type: "net" } },
      processes: [{ pid: 1 }, { pid: 2, ppid: 0, comm: "kthreadd", kernelThread: true }, { pid: 7, in: { net: "a" } }],
    };
    const { stdout } = await runMain("--quick 7", { kernel });
    expect(stdout).toContain("Not searched: other processes, thread,");
    expect(stdout).toContain("1 process · 8 namespaces");
    expect(stdout).not.toMatch(/no process|kthreadd/);
    const { stdout: saved } = await runMain("--quick 7 --format json", { kernel });
    expect(JSON.parse(saved)).toMatchObject({ pids: [7], complete: false, processes: [{ pid: 7 }] });
    const read = (line: string) => runMain(`--from x ${line}`, { stdin: saved });
    expect((await read("")).stdout).toBe(stdout);
    expect((await read("--tree workload")).stdout).toMatch(/^7 .*○.* 1$/m);
    expect((await read("--tree workload")).stdout).not.toContain("●");
  });

  test("--quick does not tell of processes that were not named", async () => {
    const kernel = { processes: [{ pid: 1 }, { pid: 2, errno: "EACCES" }] };
    expect(await runMain("--quick --strict 1", { kernel })).toMatchObject({ status: 0, stderr: "" });
    expect(await runMain("--quick --strict 1 2", { kernel })).toMatchObject({ status: 3 });
    expect(await runMain("--quick --strict", { kernel })).toMatchObject({ status: 3 });
  });

  test.each([
    ["--show-comm", { members: "comm" }],
    ["--no-pids", { members: "none" }],
    ["--pids all", { members: "all" }],
    ["--pidns --all-pids", { members: "pids", tree: "parent" }],
    ["--tree workload", { tree: "workload" }],
  ])("%s is how it is shown", async (line, view) => {
    expect((await echoed(line)).view).toMatchObject(view);
  });

  test.each(["--show-comm", "--tree process"])("%s reads commands, whatever draws them", async (line) => {
    expect((await echoed(line)).facts).toContain("comm");
  });

  const all = ["cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"];
  test.each([
    ["7", [7], all],
    ["7 8", [7, 8], ["cgroup", "ipc", "mnt", "net", "net", "pid", "pid", "time", "user", "user", "uts"]],
    ["--subtree 8", [8], ["pid", "user"]],
    ["--pidns --subtree 8", [8], ["pid"]],
    ["--pidns", [1, 2, 7, 8], ["pid", "pid"]],
    ["--namespaces net", [1, 2, 7, 8], ["net", "net", "net", "(user)"]],
    ["--namespaces net 7", [7], ["net", "(user)"]],
    ["--subtree 8 -t user", [8], ["user"]],
    ["--processless", [], ["net", "(user)"]],
  ])("%s is what is shown", async (line, pids, namespaces) => {
    expect(await echoed(line)).toMatchObject({ pids, namespaces });
  });

  test("a subject is shown with all facts", async () => {
    const { view, facts } = await echoed("show 1");
    expect(view.subject).toEqual({ kind: "process", pid: 1 });
    expect(facts).toContain("commandLine");
  });

  test("a path that only this machine knows leads to its namespace, and a saved document knows it not", async () => {
    const { view } = await echoed("show /var/link");
    expect(view.subject).toMatchObject({ kind: "namespace" });
    const { stdout: document } = await runMain("--format json");
    expect(await runMain("show /var/link --from x", { stdin: document })).toMatchObject({ status: 1, stdout: "" });
  });

  test("options of the renderer reach it", async () => {
    expect((await echoed("--shout --title=Hello")).options).toEqual({ shout: true, title: "Hello" });
    expect((await echoed("")).options).toEqual({ shout: false, title: "" });
  });

  test("the renderer is told the terminal's width, but not for a file", async () => {
    expect((await echoed("", { columns: 99 })).surface.columns).toBe(99);
    const { files } = await runMain("--format echo -o x", { ...world, columns: 99 });
    expect(JSON.parse(files.get("x") ?? "").surface).toEqual({ color: false, unicode: true });
  });
});

describe("exit status and standard error", () => {
  test("--strict exits with 3 after it has drawn", async () => {
    const { status, stdout } = await runMain("--strict");
    expect(status).toBe(3);
    expect(stdout).toContain("user:[4026531837]");
  });

  test("--strict exits with 0 where everything could be read", async () => {
    const { status, stderr } = await runMain("--strict", { kernel: { processes: [{ pid: 1 }] } });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test("--verbose lists each problem", async () => {
    const { stderr } = await runMain("--verbose");
    expect(stderr).toBe("ns-graph: the namespaces of process 9 could not be read (EACCES)\n");
  });

  test("an option of an installed format is told as such", async () => {
    const broken = new NsGraphError("BAD_RENDERER", "broken");
    expect((await runMain("--shout", { plugins: { svg: echo } })).stderr).toBe(
      "ns-graph: --shout is an option of the format echo, and this would draw text\n          Add --format echo.\n",
    );
    expect((await runMain("--shout", { plugins: { svg: broken } })).stderr).toContain("there is no option --shout");
  });

  test("the wrong /proc is told before all else, with what helps", async () => {
    const kernel = { processes: [{ pid: 1 }], problems: [{ code: "PROC_FOREIGN", namespace: "4:4026532402" }] };
    const { stderr } = await runMain("", { kernel });
    expect(stderr).toMatch(
      /^ns-graph: \/proc shows another PID namespace \(pid:\[4026532402\]\) than the one this runs in \(pid:\[\d+\]\), so PIDs below are not those seen here\.\n {10}Mount a fresh one first: unshare --pid --fork --mount-proc …\n$/,
    );
  });

  test.each([
    ["--quik", 2, "ns-graph: there is no option --quik. Did you mean --quick?\n          See ns-graph --help.\n"],
    ["--format dott", 2, 'ns-graph: no format is called "dott". Did you mean "dot"?\n          Known: dot,'],
    ["--format svg", 2, "It comes with a package of its own: npm install -g @ns-graph/render-svg"],
    ["--rankdir LR", 2, "ns-graph: --rankdir is an option of the format dot, and this would draw text\n"],
    ["--detail full", 2, "ns-graph: --detail is an option of the formats dot and mermaid, and this would draw text\n"],
    ["--format dot --rankdir", 2, "ns-graph: --rankdir needs a value: --rankdir LR|TB|RL|BT\n"],
    ["show 7 --all-pids", 2, "ns-graph: show and --all-pids can't be combined: of a process it shows the PID at"],
    ["show nett:[5]", 2, "ns-graph: no type of namespace is called nett\n          The types are cgroup, ipc, mnt,"],
    ["show net:[x]", 2, "ns-graph: net:[x]: what follows net: is not an inode number\n"],
    ["-o x --subtree 1 1", 2, "ns-graph: PIDs and --subtree can't be combined"],
    ["4242", 1, "ns-graph: there is no process 4242\n"],
    ["--subtree 4242", 1, "ns-graph: there is no process 4242\n"],
    ["0", 2, 'ns-graph: PID: "0" is not a PID\n'],
    [
      "shwo 7",
      2,
      'ns-graph: no command is called shwo, and nothing called so was seen. Did you mean "show"?\n          If it is no command: ns-graph show shwo\n',
    ],
    [
      "rnu --pid -- sh",
      2,
      'ns-graph: no command is called rnu. Did you mean "run"?\n          ns-graph run [options] -- COMMAND',
    ],
    ["rnu -n sh", 2, 'ns-graph: no command is called rnu. Did you mean "run"?\n'],
    ["web -n", 2, "ns-graph: there is no option -n\n"],
    ["rnu --quik", 2, "ns-graph: there is no option --quik. Did you mean --quick?\n"],
    ["help", 2, "ns-graph: no command is called help, and nothing called so was seen. Did you mean --help?\n"],
    ["7 net:[5]", 1, "ns-graph: no namespace called net:[5] was seen\n"],
    ["7 4242", 1, "ns-graph: there is no process 4242\n"],
    [
      "blue 4242",
      1,
      "ns-graph: no process was seen in blue\n          To see everything about it: ns-graph show blue\n",
    ],
    ["--subtree blue", 2, "ns-graph: --subtree: net:["],
    ["show", 2, "ns-graph: show needs a subject\n"],
    ["show 7 8", 2, "ns-graph: show takes one subject, not 2\n"],
    ["show net:[5]", 1, "ns-graph: no namespace called net:[5] was seen\n"],
    ["show /x/", 1, "ns-graph: /x: no namespace is mounted there; nothing is there\n"],
    ["completion", 2, "ns-graph: completion takes the name of one shell\n"],
    ["completion bsh", 2, 'ns-graph: there is no completion for "bsh". Did you mean "bash"?\n'],
  ])("%s: %i", async (line, status, message) => {
    const outcome = await runMain(line);
    expect(outcome.stderr).toContain(message);
    expect({ status: outcome.status, stdout: outcome.stdout }).toEqual({ status, stdout: "" });
    expect([...outcome.files.values()].every((text) => text === undefined)).toBe(true);
    expect(outcome.probes.every(isClosed)).toBe(true);
  });

  test.each(["show 15", "15", "--subtree 15", "7 15", "15 blue"])("%s: whose thread that is", async (line) => {
    const { status, stderr } = await runMain(line, { threads: { 15: 7 } });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^ns-graph: 15 is a thread of 7, not a process\n +Name the process: 7\.$/m),
    });
  });

  test("a closed pipe is no failure, and nothing more is said", async () => {
    expect(await runMain("", { stdoutFails: "EPIPE" })).toMatchObject({ status: 0, stderr: "" });
    expect(await runMain("--help", { stdoutFails: "EPIPE" })).toMatchObject({ status: 0, stderr: "" });
  });

  test("a full disk is one", async () => {
    expect(await runMain("--help", { stdoutFails: "ENOSPC" })).toMatchObject({
      status: 1,
      stderr: "ns-graph: could not write to standard output: no space is left (ENOSPC)\n",
    });
  });

  test("a fault of the program itself is told as one, with its stack where that is asked for", async () => {
    const broken = defineRenderer({ ...echo, name: "broken" });
    const kernel = { processes: [{ pid: 1 }] };
    const failing: World = {
      kernel,
      plugins: {
        broken: {
          ...broken,
          needs: () => {
            throw new TypeError("x\u001b[2J");
          },
        },
      },
    };
    const { status, stderr } = await runMain("--format broken", failing);
    expect(status).toBe(1);
    expect(stderr).toBe(
      "ns-graph: this is a fault of ns-graph itself: x\\e[2J\n          --verbose shows where it happened. Please report it.\n",
    );
    const { stderr: verbose } = await runMain("--format broken --verbose", failing);
    expect(verbose).toMatch(/\n {4}at .*main\.test\.ts/);
    const { stderr: detailed } = await runMain("--format broken", { ...failing, env: { NS_GRAPH_DEBUG: "1" } });
    expect(detailed).toMatch(/\n {4}at .*main\.test\.ts/);
  });
});

describe("saved documents", () => {
  test("are drawn without a look at this machine, and written again as they are", async () => {
    const { stdout: document } = await runMain("--format json --facts");
    const outcome = await runMain("--from - --format json", { stdin: document });
    expect(outcome).toMatchObject({ status: 0, stdout: document, probes: [] });
  });

  test.each([
    "",
    "7",
    "--subtree 8",
    "--pidns",
    "--pidns --subtree 8 --all-pids",
    "--namespaces net,user",
    "--processless",
    "--tree process",
    "--tree workload",
    "--show-comm",
    "show 7",
    "show blue",
  ])("selections work as on the machine itself: %j", async (line) => {
    const { stdout: document } = await runMain("--format json --facts");
    for (const format of ["text", "json", "dot", "mermaid"]) {
      const live = await runMain(`--format ${format} --facts ${line}`);
      const saved = await runMain(`--from x --format ${format} ${line}`, { stdin: document });
      expect({ status: live.status, isEmpty: live.stdout === "" }).toEqual({ status: 0, isEmpty: false });
      expect(saved.stdout).toBe(live.stdout);
      expect(saved.stderr).toBe(live.stderr);
    }
  });

  test.each([
    ["", "ns-graph: saved.json"],
    ["{}", "ns-graph: saved.json"],
    ['{"format":"ns-graph","version":3}', "ns-graph: saved.json is a document of version 3"],
  ])("%j is refused by its name", async (stdin, message) => {
    const { status, stdout, stderr } = await runMain("--from saved.json", { stdin });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(message);
  });
});

describe("formats", () => {
  test("what is for no terminal is not sent to one", async () => {
    const plugins = { png: { ...echo, name: "png", extension: "png", binary: true } };
    const refused = await runMain("--format png", { plugins, columns: 80 });
    expect(refused).toMatchObject({ status: 2, stdout: "", probes: [] });
    expect(refused.stderr).toBe(
      "ns-graph: png is not for a terminal\n          Write it to a file: --output namespaces.png\n",
    );
    expect(await runMain("--format png", { plugins })).toMatchObject({ status: 0 });
    expect(await runMain("--format png -o x", { plugins, columns: 80 })).toMatchObject({ status: 0 });
  });

  test("a renderer that fails half-way leaves no file behind", async () => {
    const half = {
      ...echo,
      name: "half",
      *render() {
        yield "a";
        throw new Error("no");
      },
    };
    const { status, stderr, files } = await runMain("--format half -o x", { plugins: { half } });
    expect(status).toBe(1);
    expect(stderr).toContain('ns-graph: the renderer half (ns-graph-render-half) failed: it throws "no"\n');
    expect(files.get("x")).toBeUndefined();
  });

  test("--list-formats tells name, summary, origin and options, and what is wrong with one does not hide the others", async () => {
    const plugins = { echo, bad: new NsGraphError("BAD_RENDERER", "ns-graph-render-bad is not a renderer") };
    const { status, stdout, stderr } = await runMain("--list-formats", { plugins });
    expect(status).toBe(0);
    expect(stderr).toBe("ns-graph: ns-graph-render-bad is not a renderer\n");
    expect(stdout).toContain("text  trees for a terminal (built in)\n");
    expect(stdout).toContain("echo  what a renderer is given (ns-graph-render-echo)\n    --shout ");
    expect(stdout).toContain("--title TEXT  what stands above\n");
    expect(stdout).toContain("\nsvg  not installed: npm install -g @ns-graph/render-svg\n");
  });
});

describe("information", () => {
  test.each(["--version", "-V", "--version --quick"])("%s", async (line) => {
    expect(await runMain(line)).toMatchObject({ status: 0, stdout: "1.2.3\n", stderr: "" });
  });

  test.each([40, 80, 200])("--help fits into %i columns as far as words allow", async (columns) => {
    const { status, stdout } = await runMain("--help", { columns });
    expect(status).toBe(0);
    const tooLong = stdout
      .slice(0, stdout.indexOf("Examples:"))
      .split("\n")
      .filter((line) => line.length > Math.max(columns, 60));
    expect(tooLong).toEqual([]);
  });

  test.each([
    [
      "show --help",
      "Shows everything known about one namespace, process or workload",
      ["net:[INO]", "--quick"],
      ["--subtree", "--mount-proc"],
    ],
    ["--help show", "Shows everything known about one namespace", ["net:[INO]"], ["--subtree", "What to show"]],
    ["show net:[5] -h --format dot", "Shows everything", ["--rankdir"], ["--subtree"]],
    ["completion --help", "Prints a script with which a shell", ["source <(ns-graph completion bash)"], ["--quick"]],
    [
      "completion bash --help",
      "Prints a script with which a shell",
      ["ns-graph completion fish | source"],
      ["--quick"],
    ],
    ["--help run", "Starts a command in new namespaces", ["--mount-proc", "125"], ["--subtree"]],
    ["run --help", "Starts a command in new namespaces", ["--mount-proc", "125"], ["--subtree"]],
    ["7 --help", "Finds every Linux namespace", ["--subtree", "show"], ["--mount-proc  "]],
  ])("%s explains that command", async (line, begin, has, hasNot) => {
    const { status, stdout, stderr } = await runMain(line);
    expect({ status, stderr, begin: stdout.slice(0, begin.length) }).toEqual({ status: 0, stderr: "", begin });
    for (const text of has) expect(stdout).toContain(text);
    for (const text of hasNot) expect(stdout).not.toContain(text);
  });

  test("--list-formats with names lists those alone, and is wrong usage with others", async () => {
    const one = await runMain("--list-formats json", world);
    expect(one).toMatchObject({ status: 0, stderr: "" });
    expect(one.stdout).toMatch(/^json {2}.*\(built in\)\n/s);
    expect(one.stdout).not.toMatch(/^(text|dot|svg) /m);
    expect((await runMain("--list-formats dot echo", world)).stdout).toMatch(/^dot .*^echo /ms);
    const unknown = await runMain("--list-formats jsn", world);
    expect(unknown).toMatchObject({ status: 2, stdout: "" });
    expect(unknown.stderr).toContain('no format is called "jsn". Did you mean "json"?');
  });

  test("--help has the options of the chosen format", async () => {
    expect((await runMain("--help")).stdout).not.toContain("--rankdir");
    expect((await runMain("--help --format dot")).stdout).toContain("--rankdir LR|TB|RL|BT");
    expect((await runMain("--help -f echo", world)).stdout).toContain("--title TEXT");
  });
});
