import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assembleGraph } from "../build/build-graph.js";
import type { ContainerNames } from "../model/container-names.js";
import { INVISIBLE_LINK, NO_LINK } from "../model/link.js";
import type { Namespace } from "../model/namespace.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { parseNamespaceId } from "../model/namespace-id.js";
import { NAMESPACE_TYPES, type NamespaceType } from "../model/namespace-type.js";
import { isZombie, type Membership, type Process } from "../model/process.js";
import { selectTypes } from "../select/select.js";
import { describeWorkload } from "../words/describe-workload.js";
import { groupTitle } from "../words/group-title.js";
import { containerKey } from "./container-names.js";
import { leadingProcess } from "./leading-process.js";
import { machineNamespaces } from "./machine-namespaces.js";
import { containersIn, workloadIn } from "./name-containers.js";
import { livingParts, type WorkloadGroup, workloads } from "./workloads.js";

const INITIAL: Membership = Object.freeze(
  Object.fromEntries(NAMESPACE_TYPES.map((type, i) => [type, `4:${4026531830 + i}`])),
);
const ID = (digit: string) => digit.repeat(64);

let next = 4026532177;
/** The machine's namespaces but for new ones of some types. */
function apart(...types: readonly NamespaceType[]): Membership {
  return { ...INITIAL, ...Object.fromEntries(types.map((type) => [type, `4:${next++}`])) };
}

function graphOf(
  processes: readonly (Partial<Process> & { readonly pid: number })[],
  {
    initial = true,
    names,
    viewer = {},
  }: { readonly initial?: boolean | undefined; readonly names?: ContainerNames; readonly viewer?: Membership } = {},
): NamespaceGraph {
  const namespaces = new Map<string, Namespace>();
  const complete = processes.map((process): Process => ({ ppid: 1, namespaces: INITIAL, ...process }));
  for (const { namespaces: membership } of complete) {
    for (const type of NAMESPACE_TYPES) {
      const id = membership[type];
      if (id === undefined) continue;
      const isInitial = id === INITIAL[type] ? initial : initial === undefined ? undefined : false;
      namespaces.set(id, {
        id,
        type,
        ...(parseNamespaceId(id) ?? { dev: 4, ino: 1 }),
        ...(isInitial === undefined ? {} : { initial: isInitial }),
        parent: NO_LINK,
        owner: INVISIBLE_LINK,
      });
    }
  }
  return assembleGraph({
    frame: {
      host: {},
      viewer: { namespaces: viewer },
      sources: [],
      ...(names === undefined ? {} : { containerNames: names }),
    },
    namespaces: [...namespaces.values()],
    processes: complete,
    pins: [],
    problems: [],
  });
}

function states({ isolation }: WorkloadGroup): string {
  return NAMESPACE_TYPES.map((type) => isolation[type].state.charAt(0)).join("");
}

function table(graph: NamespaceGraph): string[] {
  return workloads(graph).map((group) => {
    const { engine, name } = groupTitle(graph, group);
    return `${engine} ${name}`.trim().concat(` ${states(group)} ${group.processes.map(({ pid }) => pid).join()}`);
  });
}

test("processes in the machine's namespaces are the machine, whatever service they are of", () => {
  const graph = graphOf([
    { pid: 1, ppid: 0, cgroup: "/init.scope" },
    { pid: 20, cgroup: "/system.slice/cron.service" },
    { pid: 30, cgroup: "/user.slice/user-1000.slice/session-3.scope" },
  ]);
  expect(table(graph)).toEqual(["the machine mmmmmmmm 1,20,30"]);
});

test("a container is one group, also where it unshares more, and what it shares with the machine is exposed", () => {
  const cgroup = `/system.slice/docker-${ID("3")}.scope`;
  const inside = apart("cgroup", "ipc", "mnt", "pid", "uts");
  const graph = graphOf([
    { pid: 1, ppid: 0 },
    { pid: 50, cgroup, namespaces: inside },
    {
      pid: 51,
      ppid: 50,
      cgroup: `${cgroup}/system.slice/x.service`,
      namespaces: { ...inside, mnt: apart("mnt").mnt ?? "" },
    },
  ]);
  expect(table(graph)).toEqual(["the machine mmmmmmmm 1", "docker 333333333333 ooomommo 50,51"]);
  const [, container] = workloads(graph);
  expect(container?.exposed).toEqual(["net"]);
  expect(container?.parts.map(({ processes }) => processes.map(({ pid }) => pid))).toEqual([[50], [51]]);
  expect(container?.isolation.mnt.uses).toHaveLength(2);
});

test("what some processes of a group have of their own and others have not is mixed, and remarkable where they should", () => {
  const cgroup = `/system.slice/docker-${ID("3")}.scope`;
  const inside = apart("cgroup", "ipc", "mnt", "net", "pid", "uts");
  const graph = graphOf([
    { pid: 1, ppid: 0 },
    { pid: 50, cgroup, namespaces: inside },
    { pid: 51, ppid: 50, cgroup, namespaces: { ...inside, pid: INITIAL.pid ?? "" } },
  ]);
  const [, container] = workloads(graph);
  expect(container?.isolation.pid).toMatchObject({ state: "mixed", uses: [{ isMachine: false }, { isMachine: true }] });
  expect(container?.isolation.mnt.state).toBe("own");
  expect(container?.exposed).toEqual(["pid"]);
});

test("a container that is in all of the machine's namespaces is a group of its own", () => {
  const graph = graphOf([{ pid: 1 }, { pid: 2, cgroup: `/docker/${ID("a")}` }]);
  expect(table(graph)).toEqual(["the machine mmmmmmmm 1", "docker aaaaaaaaaaaa mmmmmmmm 2"]);
  expect(workloads(graph)[1]?.exposed).toEqual(["ipc", "mnt", "net", "pid", "uts"]);
});

test("the containers of a pod share what they share with each other", () => {
  const pod = apart("ipc", "net", "uts");
  const slice = "/kubepods.slice/kubepods-podccf19bc6_503b_4dd0_b33d_e5717fe6613c.slice/cri-containerd-";
  const container = (pid: number, digit: string) => ({
    pid,
    cgroup: `${slice}${ID(digit)}.scope`,
    namespaces: { ...pod, mnt: `4:${next++}`, pid: `4:${next++}` },
  });
  const graph = graphOf([{ pid: 1 }, container(10, "a"), container(11, "b"), { pid: 12, namespaces: apart("net") }], {
    names: { [ID("b")]: { name: "app", pod: { name: "cart", namespace: "shop" } } },
  });
  expect(table(graph)).toEqual([
    "the machine mmmmmmmm 1",
    "pod ccf19bc6 aaaaaaaaaaaa msosomms 10",
    "pod shop/cart app msosomms 11",
    "12 mmmommmm 12",
  ]);
  const groups = workloads(graph);
  const use = groups[1]?.isolation.net.uses[0];
  expect(use?.groups).toEqual([groups[1], groups[2]]);
  expect(groups[2]?.isolation.net.uses[0]).toBe(use);
});

test("what has no workload goes with its topmost ancestor that is apart", () => {
  const outer = apart("user", "mnt");
  const graph = graphOf([
    { pid: 1 },
    { pid: 40, comm: "bash" },
    { pid: 41, ppid: 40, comm: "unshare", commandLine: "unshare -Urm sh", namespaces: outer },
    { pid: 42, ppid: 41, comm: "sh", namespaces: { ...outer, net: `4:${next++}` } },
    { pid: 43, ppid: 40, comm: "sh", namespaces: outer },
  ]);
  expect(table(graph)).toEqual(["the machine mmmmmmmm 1,40", "41 unshare -Urm sh mmsmmmsm 41,42", "43 sh mmsmmmsm 43"]);
});

test("what PID 1 started belongs to it only where it is in the same namespaces", () => {
  const around = apart("uts");
  const graph = graphOf([
    { pid: 1, ppid: 0, comm: "init", namespaces: around },
    { pid: 2, comm: "same", namespaces: around },
    { pid: 3, comm: "other", namespaces: { ...around, net: `4:${next++}` } },
    { pid: 4, ppid: 2, comm: "below", namespaces: { ...around, mnt: `4:${next++}` } },
    { pid: 5, ppid: 0 },
  ]);
  expect(table(graph)).toEqual(["the machine mmmmmmmm 5", "1 init mmmmmmms 1,2,4", "3 other mmmommms 3"]);
});

test("where parents were not asked for, processes go with those in the same namespaces", () => {
  const [one, other] = [apart("net"), apart("net")];
  const full = graphOf([
    { pid: 1 },
    { pid: 4, namespaces: one },
    { pid: 5, namespaces: other },
    { pid: 6, namespaces: one },
  ]);
  const graph = assembleGraph({
    frame: full.frame,
    namespaces: full.namespaces(),
    processes: full.processes().map(({ pid, namespaces }) => ({ pid, namespaces })),
    pins: [],
    problems: [],
  });
  expect(table(graph)).toEqual(["the machine mmmmmmmm 1", "4 mmmommmm 4,6", "5 mmmommmm 5"]);
});

test("a service that is apart is told by its unit, whatever else it does in the machine's namespaces", () => {
  const cgroup = "/system.slice/nginx.service";
  const graph = graphOf([{ pid: 1 }, { pid: 7, cgroup, namespaces: apart("mnt") }, { pid: 8, cgroup }]);
  expect(table(graph)).toEqual(["the machine mmmmmmmm 1,8", "service nginx.service mmommmmm 7"]);
  expect(workloads(graph)[1]?.exposed).toEqual([]);
});

test("sandboxes are told by who leads them", () => {
  const zygote = apart("user", "pid", "net");
  const graph = graphOf([
    { pid: 1 },
    { pid: 5, comm: "chromium" },
    { pid: 6, ppid: 5, comm: "chromium", namespaces: zygote },
    { pid: 7, ppid: 6, comm: "chromium", namespaces: { ...zygote, user: `4:${next++}` } },
    { pid: 8, comm: "Discord", commandLine: "/opt/Discord --type=zygote --x", namespaces: apart("user") },
    { pid: 9, comm: "bwrap", namespaces: apart("mnt", "user") },
    { pid: 10, comm: "Isolated Web Co", namespaces: apart("user", "net") },
    { pid: 11, comm: "chromium", namespaces: apart("uts") },
  ]);
  expect(workloads(graph).map(({ kind, engine = kind }) => engine)).toEqual([
    "machine",
    "chromium",
    "chromium",
    "bubblewrap",
    "firefox",
    "processes",
  ]);
});

const BORNE_OUT = (path: string) => ({ path, borneOut: "yes" as const });

test("rootless Podman without cgroups is told by its monitor, and whose it is", () => {
  const outer = apart("user", "mnt");
  const inside = { ...apart("ipc", "mnt", "net", "pid", "uts"), user: outer.user ?? "" };
  const commandLine = (id: string, name: string) =>
    `/usr/bin/conmon --api-version 1 -c ${id} -u x -n ${name} --full-attach`;
  const conmon = {
    comm: "conmon",
    uid: 1000,
    cgroup: "/",
    namespaces: outer,
    executable: BORNE_OUT("/usr/bin/conmon"),
  };
  const graph = graphOf([
    { pid: 1, cgroup: "/" },
    { pid: 50, ...conmon, commandLine: commandLine(ID("a"), "web") },
    { pid: 51, ppid: 50, comm: "sh", cgroup: "/", uid: 1000, namespaces: inside },
    { pid: 52, ppid: 51, comm: "sleep", cgroup: "/", uid: 1000, namespaces: inside },
    // Starting a process in it later makes one more monitor.
    { pid: 53, ...conmon, commandLine: commandLine(ID("a"), "web") },
    { pid: 54, ppid: 53, comm: "sh", cgroup: "/", uid: 1000, namespaces: inside },
    // What it starts besides.
    { pid: 55, ppid: 50, comm: "podman", cgroup: "/", uid: 1000, namespaces: outer },
    // Another user's, with the same id.
    { pid: 60, ...conmon, uid: 1001, commandLine: commandLine(ID("a"), "web") },
    { pid: 61, ppid: 60, comm: "sh", cgroup: "/", uid: 1001, namespaces: apart("mnt", "pid", "user") },
    // One that is no program of the machine's.
    { pid: 70, ...conmon, executable: { borneOut: "no" as const }, commandLine: "conmon -c x" },
  ]);
  expect(table(graph)).toEqual([
    "the machine mmmmmmmm 1",
    "podman monitor of uid 1000 web (aaaaaaaaaaaa) mmsmmmsm 50,53,55",
    "podman of uid 1000 web (aaaaaaaaaaaa) moooomso 51,52,54",
    "podman monitor of uid 1001 web (aaaaaaaaaaaa) mmsmmmsm 60",
    "podman of uid 1001 web (aaaaaaaaaaaa) mmomomom 61",
    "70 conmon -c x mmsmmmsm 70",
  ]);
  const inIt = graph.process(51);
  expect(inIt && workloadIn(graph, inIt)).toMatchObject({ kind: "container", name: "web", user: 1000, borneOut: "no" });
});

/** Conmon as some users run it, each with a container of the same id, in the cgroup that all share. */
function toldOf(...uids: readonly number[]) {
  return uids.flatMap((uid, index) => [
    {
      pid: 100 + 2 * index,
      comm: "conmon",
      uid,
      cgroup: "/",
      executable: BORNE_OUT("/usr/bin/conmon"),
      commandLine: `/usr/bin/conmon -c ${ID("a")} -n web`,
    },
    {
      pid: 101 + 2 * index,
      ppid: 100 + 2 * index,
      comm: "sh",
      cgroup: "/",
      uid,
      namespaces: apart("mnt", "pid", "user"),
    },
  ]);
}

test("what only a monitor tells of is named by its user and id, and says so where it was started as something else", () => {
  const processes = [{ pid: 1, cgroup: "/" }, ...toldOf(1000, 1001, 1002)];
  const names: ContainerNames = {
    [ID("a")]: { name: "of-root" },
    "/": { name: "of-nobody" },
    [`1000:${ID("a")}`]: { name: "web", image: "nginx:1.27" },
    [`1001:${ID("a")}`]: { name: "shop" },
  };
  const graph = graphOf(processes, { names });
  expect(table(graph).filter((row) => !row.includes("monitor"))).toEqual([
    "the machine mmmmmmmm 1,100,102,104",
    "podman of uid 1000 web (aaaaaaaaaaaa) mmomomom 101",
    "podman of uid 1001 shop, started as web (aaaaaaaaaaaa) mmomomom 103",
    "podman of uid 1002 web (aaaaaaaaaaaa) mmomomom 105",
  ]);
  const workloadOfPid = (pid: number) => {
    const process = graph.process(pid);
    return process && workloadIn(graph, process);
  };
  expect(workloadOfPid(101)).toMatchObject({ name: "web", image: "nginx:1.27" });
  expect(workloadOfPid(101)).not.toHaveProperty("startedAs");
  expect(workloadOfPid(103)).toMatchObject({ name: "shop", startedAs: "web", user: 1001 });
  expect(workloadOfPid(105)).not.toHaveProperty("startedAs");
});

test("the containers that can be named are those of cgroups, each once, and those that monitors tell of", () => {
  const docker = `/system.slice/docker-${ID("b")}.scope`;
  const graph = graphOf([
    { pid: 1, cgroup: "/" },
    { pid: 10, cgroup: docker },
    { pid: 11, cgroup: `${docker}/init.scope` },
    ...toldOf(1000, 0),
  ]);
  expect(containersIn(graph).map(containerKey).sort()).toEqual([`1000:${ID("a")}`, ID("a"), ID("b")].sort());
});

test("a cgroup that holds an id in its name, but is none of a container's, says nothing of a container with that id", () => {
  const cgroup = `/work-${ID("a")}-of-many`;
  const [conmon, child] = toldOf(1000);
  const graph = graphOf([
    { pid: 1, cgroup: "/" },
    { ...conmon, pid: 100, cgroup },
    { ...child, pid: 101, cgroup },
  ]);
  expect(containersIn(graph).map(containerKey)).toContain(`1000:${ID("a")}`);
  expect(containersIn(graph).map(containerKey)).not.toContain(cgroup);
});

test("a pod of Podman's has its name beside its id", () => {
  const cgroup = `/machine.slice/machine-libpod_pod_${ID("c")}.slice/libpod-${ID("b")}.scope`;
  const names: ContainerNames = { [ID("b")]: { name: "web", pod: { name: "shop" } } };
  const graph = graphOf(
    [
      { pid: 1, cgroup: "/" },
      { pid: 10, cgroup, namespaces: apart("mnt") },
    ],
    { names },
  );
  expect(table(graph)[1]).toContain("podman web (bbbbbbbbbbbb) in pod shop (cccccccccccc) ");
});

test("a monitor of root's names what its cgroup does not, and only that", () => {
  const shim = (id: string) => ({
    ...{ comm: "containerd-shim", uid: 0, executable: BORNE_OUT("/usr/bin/containerd-shim-runc-v2") },
    commandLine: `/usr/bin/containerd-shim-runc-v2 -namespace my.ns -id ${id} -address /run/x.sock`,
  });
  const conmon = { comm: "conmon", uid: 0, executable: BORNE_OUT("/usr/bin/conmon") };
  const cgroup = `/libpod_parent/libpod-${ID("b")}`;
  const graph = graphOf([
    { pid: 1, cgroup: "/" },
    { pid: 20, ...shim("web_2") },
    { pid: 21, ppid: 20, comm: "sleep", cgroup: "/my.ns/web_2", namespaces: apart("mnt", "pid") },
    { pid: 30, ...conmon, cgroup: "/libpod_parent/conmon", commandLine: `conmon -c ${ID("b")} -n db --x` },
    { pid: 31, ppid: 30, comm: "sleep", cgroup, namespaces: apart("mnt", "pid") },
    { pid: 40, ...conmon, commandLine: `conmon -c ${ID("c")} -n other --x` },
    { pid: 41, ppid: 40, comm: "sleep", cgroup: `/docker/${ID("c")}`, namespaces: apart("mnt", "pid") },
  ]);
  expect(table(graph).slice(1)).toEqual([
    "containerd web_2 mmomommm 21",
    "podman db (bbbbbbbbbbbb) mmomommm 31",
    "docker cccccccccccc mmomommm 41",
  ]);
});

test("two containers of systemd-nspawn in one cgroup are two", () => {
  const monitor = (pid: number, name: string) => ({
    ...{ pid, comm: "systemd-nspawn", uid: 0, cgroup: "/supervisor" },
    ...{
      executable: BORNE_OUT("/usr/bin/systemd-nspawn"),
      commandLine: `systemd-nspawn --keep-unit -D /srv -M ${name}`,
    },
  });
  const [one, two] = [apart("mnt", "pid"), apart("mnt", "pid")];
  const graph = graphOf([
    { pid: 1, cgroup: "/" },
    monitor(10, "a"),
    { pid: 11, ppid: 10, comm: "systemd", cgroup: "/payload", namespaces: one },
    { pid: 12, ppid: 11, comm: "sshd", cgroup: "/payload/system.slice/ssh.service", namespaces: one },
    monitor(20, "b"),
    { pid: 21, ppid: 20, comm: "sleep", cgroup: "/payload", namespaces: two },
  ]);
  expect(table(graph)).toEqual(["the machine mmmmmmmm 1,10,20", "nspawn a mmomommm 11,12", "nspawn b mmomommm 21"]);
});

test("what a runtime was started with by hand is a container where its cgroup is that of one PID namespace", () => {
  const inside = apart("mnt", "pid");
  const other = apart("mnt", "pid");
  const graph = graphOf([
    { pid: 1, pids: [1], cgroup: "/" },
    { pid: 20, pids: [20, 1], comm: "sleep", cgroup: "/myrunc", namespaces: inside },
    { pid: 21, ppid: 20, pids: [21, 2], comm: "sleep", cgroup: "/myrunc", namespaces: inside },
    // An init in a cgroup that others are in too.
    { pid: 30, pids: [30], comm: "unshare", cgroup: "/mine" },
    { pid: 31, ppid: 30, pids: [31, 1], comm: "sh", cgroup: "/mine", namespaces: other },
    { pid: 40, pids: [40, 1], comm: "sh", cgroup: "/", namespaces: apart("mnt", "pid") },
  ]);
  expect(table(graph)).toEqual([
    "the machine mmmmmmmm 1,30",
    "container myrunc mmomommm 20,21",
    "31 sh mmomommm 31",
    "40 sh mmomommm 40",
  ]);
});

test("a sandbox says what runs in it, with its PID where another one would be called the same", () => {
  const bwrap = { comm: "bwrap", executable: BORNE_OUT("/usr/bin/bwrap") };
  const [one, two, three] = [apart("mnt"), apart("mnt"), apart("mnt")];
  const host = (pid: number, name: string) => ({
    ...{ pid, uid: 0, comm: "bash", executable: BORNE_OUT("/usr/bin/bash"), namespaces: apart("net") },
    commandLine: `bash --norc --noediting -is mininet:${name}`,
  });
  const processes = [
    { pid: 1 },
    { pid: 10, ...bwrap, namespaces: one },
    { pid: 11, ppid: 10, comm: "vim", commandLine: "vim notes", namespaces: one },
    { pid: 20, ...bwrap, namespaces: two },
    { pid: 21, ppid: 20, comm: "sleep", namespaces: two },
    { pid: 30, ...bwrap, namespaces: three },
    { pid: 31, ppid: 30, comm: "sleep", namespaces: three },
    host(40, "h1"),
    host(41, "h2"),
    host(42, "h2"),
    {
      ...{ pid: 50, comm: "slirp4netns", executable: BORNE_OUT("/usr/bin/slirp4netns"), namespaces: apart("mnt") },
      commandLine: "slirp4netns --configure 31 tap0",
    },
  ];
  const titles = (graph: NamespaceGraph) =>
    workloads(graph).map((group) => Object.values(groupTitle(graph, group)).join(" "));
  expect(titles(graphOf(processes, { viewer: INITIAL }))).toEqual([
    "the machine ",
    "bubblewrap vim notes",
    "bubblewrap 21 sleep",
    "bubblewrap 31 sleep",
    "mininet h1",
    "mininet 41 h2",
    "mininet 42 h2",
    "slirp4netns for 31 sleep",
  ]);
  // It is a number in its own PID namespace.
  expect(titles(graphOf(processes, { viewer: apart("pid") })).at(-1)).toBe("slirp4netns for 31");
});

test("what could not be read is said to be that, unless its cgroup tells more", () => {
  const graph = graphOf([
    { pid: 1, namespaces: {} },
    { pid: 2, cgroup: `/docker/${ID("c")}`, namespaces: {} },
    { pid: 3, cgroup: "/system.slice/nginx.service", namespaces: {} },
  ]);
  expect(table(graph)).toEqual(["docker cccccccccccc uuuuuuuu 2", "could not be read uuuuuuuu 1,3"]);
});

test("a zombie is where it can belong to", () => {
  const inside = apart("pid", "user", "net");
  const zombie = (namespaces: Membership): Membership => ({
    pid: namespaces.pid ?? "",
    user: namespaces.user ?? "",
  });
  const graph = graphOf([
    { pid: 1 },
    { pid: 2, namespaces: inside },
    { pid: 3, ppid: 2, state: "Z", namespaces: zombie(inside) },
    { pid: 4, state: "Z", namespaces: zombie(INITIAL) },
  ]);
  expect(table(graph)).toEqual(["the machine mmmmmmmm 1,4", "2 mmmoomom 2,3"]);
  expect(workloads(graph)[1]?.parts).toHaveLength(1);
});

test("zombies isolate nobody, and nobody shares with them", () => {
  const cgroup = `/docker/${ID("e")}`;
  const inside = apart("pid", "user", "net");
  const left = (namespaces: Membership): Membership => ({ pid: namespaces.pid ?? "", user: namespaces.user ?? "" });
  const graph = graphOf([
    { pid: 1 },
    { pid: 2, cgroup, namespaces: inside },
    { pid: 3, ppid: 2, cgroup, state: "Z", namespaces: left(apart("pid", "user")) },
    { pid: 4, state: "Z", namespaces: left(inside) },
    { pid: 5, state: "X", namespaces: left(apart("pid")) },
  ]);
  expect(table(graph)).toEqual([
    "the machine mmmmmmmm 1",
    "docker eeeeeeeeeeee mmmoomom 2,3",
    "4 uuuuuuuu 4",
    "5 uuuuuuuu 5",
  ]);
  const [, container, zombie] = workloads(graph);
  expect(container && livingParts(container).map(({ leader }) => leader.pid)).toEqual([2]);
  expect(zombie && livingParts(zombie)).toEqual([]);
});

test("what has nothing but a zombie's namespaces is one where nobody looked, whatever was selected", () => {
  const { pid = "", user = "" } = apart("pid", "user");
  const graph = graphOf([{ pid: 1 }, { pid: 2, namespaces: { pid, user } }]);
  for (const one of [graph, selectTypes(graph, ["pid", "user"])])
    expect(table(one)).toEqual(["the machine mmmmmmmm 1", "2 uuuuuuuu 2"]);
});

test("who lives is in no part that has ended, whatever was read of it", () => {
  const cgroup = `/docker/${ID("9")}`;
  const { pid = "", user = "" } = apart("pid", "user");
  const ended = { pid: 2, cgroup, namespaces: { pid, user } };
  const partsOf = (...others: readonly (Partial<Process> & { readonly pid: number })[]) => {
    const [, group] = workloads(graphOf([{ pid: 1 }, ended, ...others]));
    const pids = (processes: readonly Process[]) => processes.map((process) => process.pid);
    return group?.parts.map((part) => [part.ended ? "ended" : "lives", pids(part.processes)]);
  };
  const unread = { pid: 3, cgroup, namespaces: {} };
  expect(partsOf({ ...unread, state: "S" })).toEqual([
    ["ended", [2]],
    ["lives", [3]],
  ]);
  expect(partsOf({ ...unread, state: "Z" })).toEqual([["ended", [2, 3]]]);
  expect(partsOf({ ...ended, pid: 3, state: "Z" })).toEqual([["ended", [2, 3]]]);
});

test("the part that goes by the group's name comes first: of a workload the largest, else the leader's", () => {
  const cgroup = `/docker/${ID("f")}`;
  const [inside, monitored] = [apart("net", "pid"), apart("mnt", "net", "pid")];
  const graph = graphOf([
    { pid: 1 },
    { pid: 10, cgroup, namespaces: inside },
    { pid: 11, ppid: 10, cgroup, namespaces: { ...inside, mnt: `4:${next}` } },
    { pid: 12, ppid: 10, cgroup, namespaces: { ...inside, mnt: `4:${next++}` } },
    { pid: 20, comm: "conmon", namespaces: apart("mnt") },
    { pid: 21, ppid: 20, namespaces: monitored },
    { pid: 22, ppid: 21, namespaces: monitored },
  ]);
  const leaders = workloads(graph).map((group) => livingParts(group).map(({ leader }) => leader.pid));
  expect(leaders).toEqual([[1], [11, 10], [20, 21]]);
});

describe("where it is not known what is initial", () => {
  test("PID 1 stands for the machine", () => {
    const graph = graphOf([{ pid: 1 }, { pid: 2 }, { pid: 3, namespaces: apart("net") }], { initial: undefined });
    expect(table(graph)).toEqual(["the machine mmmmmmmm 1,2", "3 mmmommmm 3"]);
    expect(machineNamespaces(graph).mayBeInitial).toBe(true);
  });

  test("most processes do if PID 1 can't be read", () => {
    const graph = graphOf([{ pid: 1, namespaces: {} }, { pid: 2 }, { pid: 3 }, { pid: 4, namespaces: apart("net") }], {
      initial: undefined,
    });
    expect(table(graph)).toEqual(["the machine mmmmmmmm 2,3", "4 mmmommmm 4", "could not be read uuuuuuuu 1"]);
  });

  test("what is known not to be initial is not called the machine", () => {
    const graph = graphOf([{ pid: 1 }, { pid: 2, namespaces: apart("net") }], { initial: false });
    expect(table(graph)).toEqual(["as PID 1 mmmmmmmm 1", "2 mmmommmm 2"]);
    expect(machineNamespaces(graph).mayBeInitial).toBe(false);
  });
});

describe("the leading process", () => {
  const process = (fields: Partial<Process> & { readonly pid: number }): Process => ({ namespaces: {}, ...fields });

  test("is the topmost, not the one with the lowest PID", () => {
    const processes = [process({ pid: 3, ppid: 900 }), process({ pid: 900, ppid: 1 })];
    expect(leadingProcess(processes)?.pid).toBe(900);
  });

  test("is the one that is 1 inside, alive and no kernel thread", () => {
    expect(
      leadingProcess([process({ pid: 3, ppid: 1, pids: [3, 7] }), process({ pid: 8, ppid: 1, pids: [8, 1] })])?.pid,
    ).toBe(8);
    const parent = process({ pid: 3, ppid: 1, pids: [3] });
    expect(leadingProcess([parent, process({ pid: 8, ppid: 3, pids: [8, 1] })])).toBe(parent);
    expect(leadingProcess([process({ pid: 3, state: "Z" }), process({ pid: 8 })])?.pid).toBe(8);
    expect(leadingProcess([process({ pid: 3, kernelThread: true }), process({ pid: 8 })])?.pid).toBe(8);
  });

  test("of none there is none, and of two that are each other's parents one is found", () => {
    expect(leadingProcess([])).toBeUndefined();
    expect(leadingProcess([process({ pid: 5, ppid: 6 }), process({ pid: 6, ppid: 5 })])?.pid).toBe(5);
  });
});

test("names of containers do not come from what every object has", () => {
  const graph = graphOf([{ pid: 1 }, { pid: 2, cgroup: `/docker/${ID("d")}` }], { names: {} });
  const [, group] = workloads(graph);
  expect(group?.workload && describeWorkload(group.workload)).toBe("docker dddddddddddd");
});

describe("any graph", () => {
  const id = fc.integer({ min: 1, max: 12 }).map((ino) => `4:${ino}`);
  const cgroup = fc.constantFrom(
    undefined,
    "/",
    `/docker/${ID("1")}`,
    `/docker/${ID("2")}/x.service`,
    "/system.slice/a.service",
    "/lxc/b",
    "/../user.slice/user-1.slice/session-1.scope",
  );
  const graphs = fc
    .record({
      processes: fc.uniqueArray(
        fc.record(
          {
            pid: fc.integer({ min: 1, max: 30 }),
            ppid: fc.integer({ min: 0, max: 30 }),
            state: fc.constantFrom("S", "Z"),
            comm: fc.constantFrom("bwrap", "sh", "chrome"),
            cgroup,
            // Ids of one type only, as in a graph; the type is part of the number.
            namespaces: fc
              .dictionary(fc.constantFrom(...NAMESPACE_TYPES), id)
              .map((some) =>
                Object.fromEntries(
                  Object.entries(some).map(([type, one]) => [
                    type,
                    one.replace(":", `:${NAMESPACE_TYPES.indexOf(type as NamespaceType) + 1}0`),
                  ]),
                ),
              ),
          },
          { requiredKeys: ["pid", "namespaces"] },
        ),
        { selector: ({ pid }) => pid, maxLength: 30 },
      ),
      initial: fc.constantFrom(true, false, undefined),
    })
    .map(({ processes, initial }) => ({
      graph: graphOf(
        processes.map(({ cgroup: path, ...rest }) => ({ ...rest, ...(path === undefined ? {} : { cgroup: path }) })),
        { initial },
      ),
    }));

  test("has each process in one part of one group", () => {
    fc.assert(
      fc.property(graphs, ({ graph }) => {
        const groups = workloads(graph);
        const pids = groups.flatMap(({ processes }) => processes.map(({ pid }) => pid)).sort((a, b) => a - b);
        expect(pids).toEqual(graph.processes().map(({ pid }) => pid));
        for (const { processes, parts, leader } of groups) {
          expect(parts.flatMap((part) => part.processes).sort((a, b) => a.pid - b.pid)).toEqual(processes);
          expect(processes).toContain(leader);
          expect(parts.filter((part) => part.leader === leader)).toHaveLength(1);
        }
      }),
    );
  });

  test("says own, shared and machine's of what is that", () => {
    fc.assert(
      fc.property(graphs, ({ graph }) => {
        const { ids } = machineNamespaces(graph);
        const groups = workloads(graph);
        const isLeft = (type: string) => type === "pid" || type === "user";
        const hasMore = graph.namespaces().some(({ type }) => !isLeft(type));
        const hasEnded = (process: Process) => {
          const types = Object.keys(process.namespaces);
          return (
            isZombie(process) || (process.state === undefined && hasMore && types.length > 0 && types.every(isLeft))
          );
        };
        const groupOf = new Map(groups.flatMap((group) => group.processes.map(({ pid }) => [pid, group] as const)));
        const usersOf = (one: string) =>
          new Set(graph.members(one).flatMap((member) => (hasEnded(member) ? [] : groupOf.get(member.pid))));
        for (const { isolation, processes } of groups) {
          const living = processes.filter((process) => !hasEnded(process));
          for (const type of NAMESPACE_TYPES) {
            const { state, uses } = isolation[type];
            const used = new Set(living.flatMap(({ namespaces }) => namespaces[type] ?? []));
            expect(new Set(uses.map(({ namespace }) => namespace))).toEqual(used);
            expect(state === "unknown").toBe(used.size === 0);
            const stateOf = (one: string) => (ids.has(one) ? "machine" : usersOf(one).size > 1 ? "shared" : "own");
            const states = new Set([...used].map(stateOf));
            if (used.size > 0) expect(state).toBe(states.size > 1 ? "mixed" : [...states][0]);
          }
        }
      }),
    );
  });
});

test("where parents are not known, those in the same namespaces belong together, however that was told", () => {
  const [inside, outside] = [apart("net", "mnt"), apart("net")];
  const frame = { host: {}, viewer: { namespaces: {} }, sources: [] };
  const groupsOf = (...memberships: readonly Membership[]) => {
    const processes = memberships.map((namespaces, i): Process => ({ pid: i + 2, namespaces }));
    const namespaces = graphOf(processes).namespaces();
    const graph = assembleGraph({ frame, namespaces, processes, pins: [], problems: [] });
    return workloads(graph).map((group) => group.processes.map(({ pid }) => pid));
  };
  expect(groupsOf(inside, outside, INITIAL, inside)).toEqual([[4], [2, 5], [3]]);
  expect(groupsOf(inside, outside, INITIAL, { ...inside })).toEqual([[4], [2, 5], [3]]);
});

test("a machine of many workloads takes time in proportion", () => {
  const processes = Array.from({ length: 20_000 }, (_, i) => ({
    pid: i + 2,
    // A chain of ancestors as long as can be.
    ppid: i + 1,
    cgroup: i % 2 === 0 ? `/docker/${i.toString(16).padStart(64, "0")}` : "/",
    namespaces: i % 2 === 0 ? apart("net", "mnt") : { ...INITIAL, uts: "4:77" },
  }));
  const graph = graphOf(processes);
  graph.processSets();
  const start = performance.now();
  const groups = workloads(graph);
  expect(performance.now() - start).toBeLessThan(10_000);
  expect(groups).toHaveLength(10_000);
}, 30_000);

test("groups that would be called the same are told apart by their PIDs", () => {
  const slice = "/user.slice/user-1000.slice/user@1000.service";
  const graph = graphOf([
    { pid: 1 },
    { pid: 10, cgroup: `${slice}/app.slice/web.service`, namespaces: apart("net") },
    { pid: 20, cgroup: `${slice}/background.slice/web.service`, namespaces: apart("net") },
    { pid: 30, cgroup: `${slice}/app.slice/log.service`, namespaces: apart("net") },
    { pid: 40, comm: "bash", namespaces: apart("net") },
    { pid: 50, comm: "bash", namespaces: apart("net") },
  ]);
  expect(table(graph)).toEqual([
    "the machine mmmmmmmm 1",
    "service of uid 1000 10 web.service mmmommmm 10",
    "service of uid 1000 20 web.service mmmommmm 20",
    "service of uid 1000 log.service mmmommmm 30",
    "40 bash mmmommmm 40",
    "50 bash mmmommmm 50",
  ]);
});
