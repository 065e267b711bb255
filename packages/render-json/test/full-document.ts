const USER = "4:4026531837";
const NET = "4:4026532281";

const membership = {
  cgroup: "4:4026531835",
  ipc: "4:4026531839",
  mnt: "4:4026531832",
  net: NET,
  pid: "4:4026531836",
  time: "4:4026531834",
  user: USER,
  uts: "4:4026531838",
};

const OTHER_TYPES = Object.keys(membership).filter((type) => type !== "pid");

const POD_CGROUP =
  "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podccf19bc6_503b_4dd0_b33d_e5717fe6613c.slice";
const CONTAINER = "vs1nsbnbrzoxlpdtuf6bkcolb";

/** The machine's namespaces in every type, but for these. */
function isolation(others: Readonly<Record<string, readonly [state: string, id: string]>> = {}) {
  return Object.fromEntries(
    Object.entries(membership).map(([type, id]) => {
      const [state, namespace] = others[type] ?? ["machine", id];
      return [type, { state, namespaces: [namespace], ...(state === "own" ? { certain: false } : {}) }];
    }),
  );
}

/** A document in which every member that the format has a name for occurs, as `JSON.parse` would give it. */
export const fullDocument = {
  format: "ns-graph",
  version: 1,
  tool: { name: "ns-graph", version: "0.1.0" },
  host: { hostname: "web1", kernel: "6.18.44", bootId: "0b2f6c1e", takenAt: "2026-11-22T03:00:00Z" },
  viewer: { pid: 4711, euid: 0, capabilities: ["CAP_SYS_ADMIN", "CAP_SYS_PTRACE"], namespaces: membership },
  sources: ["process", "thread", "for-children", "fd", "socket", "mount", "kernel"],
  complete: false,
  users: {
    names: { "0": "root", "1000": "anna" },
    groupNames: { "0": "root", "100": "users" },
    subuids: [{ owner: "anna", start: 100000, count: 65536 }],
    subgids: [{ owner: "1000", start: 200000, count: 65536 }],
  },
  containerNames: { [CONTAINER]: { name: "web", pod: { name: "cart", namespace: "shop" } } },
  view: { tree: "owner", members: "all", subject: { kind: "namespace", id: NET } },
  isPart: true,
  selection: {
    types: ["net", "user"],
    pids: [1, 2, 3, 4, 5],
    subtree: { pid: 1, type: "user" },
    pidHierarchy: true,
    processless: true,
  },
  answer: {
    why: "Of what could be seen, it is alive because of 1 process, 1 thread of its own, 10 open descriptors, 1 socket, 1 mount, 1 process that will start its children in it, 1 thing that was not seen and 1 holder of a kind unknown here; 3 mounts or lists of mounts could not be looked at, 1 of 8 processes could not be read, not all processes can be seen from here and the document has only a part of the machine, so that more may hold it.",
    enterWith: ["nsenter", "--net=/run/netns/blue"],
  },
  namespaces: [
    {
      id: NET,
      type: "net",
      ino: 4026532281,
      dev: 4,
      parent: { state: "none" },
      owner: { state: "known", id: USER },
      interfaces: [{ name: "eth0", state: "up", addresses: ["10.1.2.3/24"] }],
      unassignedAddresses: ["fe80::1/64"],
    },
    {
      id: USER,
      type: "user",
      ino: 4026531837,
      dev: 4,
      nsId: "18446744073709551615",
      initial: true,
      level: 0,
      parent: { state: "invisible" },
      owner: { state: "unknown" },
      ownerUid: 0,
      memberCount: 214,
      context: true,
      uidMap: [[0, 0, 4294967295]],
      gidMap: [[0, 100000, 65536]],
      setgroups: "allow",
      timeOffsets: { monotonic: ["-86400", 0], boottime: ["9223372036854775807", 999999999] },
      mountCount: 25,
      rootMount: "ext4 /dev/sda1 /",
      hostname: "web1",
      cgroupRoot: "/../other",
      initPid: 1,
      init: { state: "zombie", pid: 1 },
    },
  ],
  processes: [
    {
      pid: 1,
      ppid: 0,
      comm: "systemd",
      uid: 0,
      state: "S",
      pids: [1],
      cgroup: "/init.scope",
      commandLine: "/sbin/init",
      executable: { path: "/usr/bin/bwrap", borneOut: "unknown" },
      namespaces: membership,
    },
    { pid: 2, mainThreadExited: true, ending: true, kernelThread: true, pids: [2], namespaces: {} },
    {
      pid: 3,
      ppid: 1,
      comm: "nginx",
      cgroup: `${POD_CGROUP}/buildkit/${CONTAINER}`,
      namespaces: { ...membership, net: "4:4026532282", pid: "4:4026532283" },
    },
    {
      pid: 4,
      ppid: 1,
      comm: "firejail",
      cgroup: "/user.slice/user-1000.slice/user@1000.service/app.slice/app-gnome-code-4.scope",
      commandLine: "firejail --name=editor code",
      executable: { path: "/usr/bin/firejail", borneOut: "yes" },
      namespaces: { ...membership, mnt: "4:4026532284", net: "4:4026532282" },
    },
    {
      pid: 5,
      ppid: 1,
      comm: "ash",
      cgroup: "/lxc.payload.node/lxc/inner",
      namespaces: { ...membership, net: "4:4026532282" },
    },
    {
      pid: 6,
      ppid: 5,
      comm: "sh",
      cgroup: "/lxc.payload.node/lxc/inner",
      namespaces: { ...membership, net: "4:4026532285" },
    },
    { pid: 900, comm: "holder", namespaces: { user: USER }, context: true },
  ],
  workloads: [
    {
      kind: "machine",
      leader: 1,
      processCount: 2,
      isolation: isolation(),
    },
    {
      kind: "workload",
      workload: {
        kind: "container",
        engine: "buildkit",
        cgroup: `${POD_CGROUP}/buildkit/${CONTAINER}`,
        id: CONTAINER,
        name: "web",
        pod: {
          id: "ccf19bc6-503b-4dd0-b33d-e5717fe6613c",
          qos: "burstable",
          name: "cart",
          namespace: "shop",
        },
        borneOut: "yes",
      },
      leader: 3,
      processCount: 2,
      pids: [3, 8],
      isolation: isolation({ net: ["shared", "4:4026532282"], pid: ["own", "4:4026532283"] }),
      exposed: ["ipc", "mnt", "uts"],
    },
    {
      kind: "sandbox",
      engine: "firejail",
      borneOut: "yes",
      name: "editor",
      workload: {
        kind: "scope",
        engine: "systemd",
        cgroup: "/user.slice/user-1000.slice/user@1000.service/app.slice/app-gnome-code-4.scope",
        name: "code",
        unit: "app-gnome-code-4.scope",
        user: 1000,
        borneOut: "no",
      },
      leader: 4,
      processCount: 1,
      pids: [4],
      isolation: isolation({ mnt: ["own", "4:4026532284"], net: ["shared", "4:4026532282"] }),
    },
    {
      kind: "workload",
      workload: {
        kind: "container",
        engine: "lxc",
        cgroup: "/lxc.payload.node/lxc/inner",
        name: "inner",
        inside: { kind: "container", engine: "lxc", cgroup: "/lxc.payload.node", name: "node", borneOut: "yes" },
        borneOut: "no",
      },
      leader: 5,
      processCount: 2,
      pids: [5, 6],
      isolation: {
        ...isolation(),
        net: { state: "mixed", namespaces: ["4:4026532282", "4:4026532285"] },
      },
      exposed: ["ipc", "mnt", "pid", "uts"],
      parts: [
        { leader: 5, processCount: 1, pids: [5], isolation: isolation({ net: ["shared", "4:4026532282"] }) },
        { leader: 6, processCount: 1, pids: [6], isolation: isolation({ net: ["own", "4:4026532285"] }) },
      ],
    },
    { kind: "unreadable", leader: 2, processCount: 1, isolation: {} },
  ],
  pins: [
    { kind: "thread", namespace: NET, pid: 900, tid: 15 },
    { kind: "fd", namespace: NET, pid: 12, tid: 15, fd: 4, more: 9 },
    { kind: "socket", namespace: NET, pid: 12, tid: 15, fd: 5 },
    { kind: "mount", namespace: NET, path: "/run/netns/blue", mountNamespace: "4:4026531832", reachableFrom: 1 },
    { kind: "for-children", namespace: NET, pid: 12, tid: 15, begun: false },
    { kind: "unseen", namespace: NET },
    { kind: "bpf", namespace: NET, program: 7 },
  ],
  problems: [
    {
      code: "MOUNT_UNREADABLE",
      errno: "EACCES",
      pid: 12,
      tid: 15,
      fd: 4,
      namespace: NET,
      type: "net",
      path: "/run/netns/blue",
      what: "CAP_SYS_PTRACE",
      count: 3,
    },
    { code: "PROCESS_UNREADABLE", pid: 2 },
    { code: "SCOPE_PID" },
  ],
  blindSpots: [
    { of: "holders", what: "mounts", codes: ["MOUNT_UNREADABLE"], types: ["net"], count: 3 },
    { of: "members", what: "processes", codes: ["PROCESS_UNREADABLE"], types: OTHER_TYPES, initial: true, count: 1 },
    {
      of: "members",
      what: "processes",
      codes: ["PROCESS_UNREADABLE"],
      types: ["pid"],
      initial: true,
      level: 0,
      count: 1,
    },
    {
      of: "members",
      what: "unlisted",
      codes: ["SCOPE_PID"],
      types: Object.keys(membership),
      notBelow: "4:4026531836",
    },
    { of: "holders", what: "unlisted", codes: ["SCOPE_PID"], types: ["pid"] },
    { of: "members", what: "selection", codes: ["NOT_CARRIED"], types: Object.keys(membership) },
  ],
  otherNamespaces: [
    {
      id: "4:4026532283",
      type: "pid",
      ino: 4026532283,
      dev: 4,
      nsId: "12",
      initial: false,
      level: 1,
      parent: { state: "invisible" },
      owner: { state: "known", id: USER },
      initPid: 3,
    },
  ],
  otherProcesses: [
    {
      pid: 8,
      ppid: 3,
      comm: "worker",
      state: "S",
      pids: [8, 2],
      cgroup: `${POD_CGROUP}/buildkit/${CONTAINER}`,
      namespaces: { ...membership, net: "4:4026532282", pid: "4:4026532283" },
    },
  ],
  otherPins: [{ kind: "fd", namespace: "4:4026532283", pid: 900, fd: 3 }],
};
