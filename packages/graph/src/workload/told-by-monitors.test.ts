import { expect, test } from "vitest";
import { apart, BORNE_OUT, graphOf, ID, table } from "../../test/workload-graph.js";
import type { ContainerNames } from "../model/container-names.js";
import { containerKey } from "./container-names.js";
import { containersIn, workloadIn } from "./name-containers.js";

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
