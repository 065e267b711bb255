import {
  buildGraph,
  INVISIBLE_LINK,
  isInitialInode,
  type Link,
  type Namespace,
  type NamespaceGraph,
  type NamespaceType,
  NO_LINK,
  type Observation,
  type Pin,
  UNKNOWN_LINK,
} from "@ns-graph/graph";

const id = (ino: number): string => `4:${ino}`;
const known = (ino: number): Link => ({ state: "known", id: id(ino) });
const USER = 4026531837;

function namespace(type: NamespaceType, ino: number, more: Partial<Namespace> = {}): Observation {
  const owner = known(USER);
  const parent = type === "user" ? owner : NO_LINK;
  const initial = isInitialInode(type, ino);
  return { kind: "namespace", namespace: { id: id(ino), type, dev: 4, ino, initial, parent, owner, ...more } };
}

function pin(one: Pin): Observation {
  return { kind: "pin", pin: one };
}

const MACHINE = {
  mnt: id(4026531832),
  net: id(4026531833),
  pid: id(4026531836),
  time: id(4026531834),
  user: id(USER),
  uts: id(4026531838),
} as const;

/** A machine with namespaces in every nook, some problems, and all that a user namespace may say of itself. */
export function hiddenHost(): NamespaceGraph {
  const observations: Observation[] = [
    {
      kind: "frame",
      frame: {
        host: { hostname: "web1", kernel: "6.18.44" },
        viewer: { pid: 900, euid: 0, namespaces: MACHINE },
        sources: ["process", "thread", "for-children", "fd", "socket", "mount"],
        users: {
          names: { 0: "root", 1000: "anna", 65534: "nobody" },
          subuids: [{ owner: "anna", start: 100000, count: 65536 }],
        },
      },
    },
    namespace("user", USER, { owner: INVISIBLE_LINK, parent: INVISIBLE_LINK, uidMap: [[0, 0, 4294967295]], level: 0 }),
    namespace("mnt", 4026531832),
    namespace("net", 4026531833),
    namespace("pid", 4026531836, { parent: INVISIBLE_LINK, level: 0 }),
    namespace("time", 4026531834),
    namespace("uts", 4026531838),
    namespace("mnt", 4026532311),
    // A network namespace with a name, open in another place too.
    namespace("net", 4026532281, {
      interfaces: [
        { name: "lo", state: "down", addresses: [] },
        { name: "eth0", state: "up", addresses: ["10.1.2.3/24", "fe80::1/64"] },
      ],
    }),
    pin({
      kind: "mount",
      namespace: id(4026532281),
      path: "/run/netns/blue",
      mountNamespace: id(4026531832),
      reachableFrom: 1,
    }),
    pin({
      kind: "mount",
      namespace: id(4026532281),
      path: "/run/netns/blue",
      mountNamespace: id(4026532311),
      reachableFrom: 812,
    }),
    pin({ kind: "fd", namespace: id(4026532281), pid: 1044, fd: 12 }),
    // Held by sockets, by a thread, for children, and by nobody knows what.
    namespace("net", 4026532290),
    pin({ kind: "socket", namespace: id(4026532290), pid: 1044, fd: 5 }),
    pin({ kind: "socket", namespace: id(4026532290), pid: 1044, fd: 6 }),
    namespace("uts", 4026532291),
    pin({ kind: "thread", namespace: id(4026532291), pid: 1044, tid: 1050 }),
    namespace("pid", 4026532292, { parent: known(4026531836), level: 1 }),
    pin({ kind: "for-children", namespace: id(4026532292), pid: 900 }),
    namespace("time", 4026532293, { timeOffsets: { monotonic: ["86400", 0], boottime: ["-3", 500] } }),
    pin({ kind: "for-children", namespace: id(4026532293), pid: 900, tid: 901 }),
    namespace("net", 4026532294),
    pin({ kind: "unseen", namespace: id(4026532294) }),
    // Many pins.
    namespace("net", 4026532295),
    ...Array.from({ length: 40 }, (_, fd) => pin({ kind: "fd", namespace: id(4026532295), pid: 1044, fd: fd + 100 })),
    // A path that no line could hold.
    namespace("uts", 4026532400),
    pin({
      kind: "mount",
      namespace: id(4026532400),
      path: `/srv/${"a very long name/".repeat(12)}it's \u001b[2J`,
      mountNamespace: id(4026531832),
      reachableFrom: 1,
    }),
    // User namespaces that hold one another up.
    namespace("user", 4026532600, {
      ownerUid: 1000,
      level: 1,
      uidMap: [
        [0, 1000, 1],
        [1, 100000, 65536],
      ],
      gidMap: [[0, 1000, 1]],
      setgroups: "deny",
    }),
    namespace("user", 4026532601, {
      ownerUid: 65534,
      level: 2,
      parent: known(4026532600),
      owner: known(4026532600),
      uidMap: [],
      gidMap: [],
    }),
    namespace("net", 4026532602, { owner: known(4026532601) }),
    namespace("uts", 4026532603, { owner: INVISIBLE_LINK }),
    namespace("uts", 4026532604, { owner: UNKNOWN_LINK }),
    { kind: "problem", problem: { code: "PROCESS_UNREADABLE", errno: "EACCES", pid: 87 } },
    { kind: "problem", problem: { code: "PROCESS_UNREADABLE", errno: "EACCES", pid: 1 } },
  ];
  const process = (pid: number, comm: string, namespaces: object = MACHINE, more: object = {}): void => {
    observations.push({
      kind: "process",
      process: { pid, ppid: pid === 1 ? 0 : 1, comm, state: "S", pids: [pid], namespaces, ...more },
    });
  };
  process(1, "systemd", {});
  process(87, "secretd", {});
  process(812, "containerd-shim", { ...MACHINE, mnt: id(4026532311) });
  process(900, "bash");
  process(1044, "dockerd");
  process(2000, "anna's", { ...MACHINE, user: id(4026532601), net: id(4026532602) }, { uid: 1000 });
  process(2001, "sh", { pid: MACHINE.pid, user: id(4026532601) }, { state: "Z" });
  process(2002, "seen", { ...MACHINE, uts: id(4026532603) });
  process(2003, "lost", { ...MACHINE, uts: id(4026532604) });
  return buildGraph(observations);
}
