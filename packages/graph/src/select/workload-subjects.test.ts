import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assembleGraph } from "../build/build-graph.js";
import type { ContainerNames } from "../model/container-names.js";
import { NsGraphError } from "../model/errors.js";
import { SOURCES } from "../model/host.js";
import { INVISIBLE_LINK, NO_LINK } from "../model/link.js";
import type { Namespace } from "../model/namespace.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { parseNamespaceId } from "../model/namespace-id.js";
import { NAMESPACE_TYPES, type NamespaceType } from "../model/namespace-type.js";
import type { Pin } from "../model/pin.js";
import type { Membership, Process } from "../model/process.js";
import type { Subject } from "../model/view.js";
import { groupName } from "../words/group-name.js";
import { printable } from "../words/printable.js";
import { nameContainers } from "../workload/name-containers.js";
import { livingParts, workloads } from "../workload/workloads.js";
import { reframe, selectSubject } from "./select.js";
import { mayMeanContainer, parseSubject } from "./subject.js";
import { type WorkloadSubject, workloadSubjects, workloadsAround } from "./workload-subjects.js";

const INITIAL: Membership = Object.freeze(
  Object.fromEntries(NAMESPACE_TYPES.map((type, i) => [type, `4:${4026531830 + i}`])),
);
const WEB = `3f2a91c04b7d${"0".repeat(52)}`;
const LOG = `91bd44ce0a12${"1".repeat(52)}`;
const ANNAS = `3f2b00000000${"2".repeat(52)}`;
const POD = "ccf19bc6_503b_4dd0_b33d_e5717fe6613c";
const ANNA = "/user.slice/user-1000.slice/user@1000.service";
const SERVICES = "/system.slice";

function apart(number: number, ...types: readonly NamespaceType[]): Membership {
  return {
    ...INITIAL,
    ...Object.fromEntries(types.map((type) => [type, `4:${number + NAMESPACE_TYPES.indexOf(type)}`])),
  };
}

const OWN = ["ipc", "mnt", "net", "pid", "uts"] as const;
const IN_WEB = apart(4026532100, ...OWN);
const IN_LOG: Membership = { ...apart(4026532200, ...OWN), net: IN_WEB.net ?? "" };

const PROCESSES: readonly Process[] = [
  { pid: 1, ppid: 0, comm: "systemd", cgroup: "/init.scope", namespaces: INITIAL },
  { pid: 10, ppid: 1, comm: "nginx", cgroup: `${SERVICES}/docker-${WEB}.scope`, namespaces: IN_WEB },
  { pid: 11, ppid: 10, comm: "nginx", cgroup: `${SERVICES}/docker-${WEB}.scope`, namespaces: IN_WEB },
  { pid: 20, ppid: 1, comm: "logd", cgroup: `${SERVICES}/docker-${LOG}.scope`, namespaces: IN_LOG },
  {
    pid: 30,
    ppid: 1,
    comm: "sh",
    cgroup: `${ANNA}/user.slice/libpod-${ANNAS}.scope`,
    namespaces: apart(4026532300, ...OWN),
  },
  { pid: 40, ppid: 1, comm: "nginx", cgroup: `${SERVICES}/nginx.service`, namespaces: INITIAL },
  { pid: 41, ppid: 40, comm: "nginx", cgroup: `${SERVICES}/nginx.service`, namespaces: apart(4026532400, "mnt") },
  { pid: 42, ppid: 1, comm: "nginx", cgroup: `${ANNA}/app.slice/nginx.service`, namespaces: INITIAL },
  { pid: 43, ppid: 1, comm: "nginx", cgroup: `${ANNA}/other.slice/nginx.service`, namespaces: INITIAL },
  { pid: 50, ppid: 1, comm: "app", cgroup: podCgroup("a"), namespaces: apart(4026532500, ...OWN) },
  {
    pid: 51,
    ppid: 1,
    comm: "log",
    cgroup: podCgroup("b"),
    namespaces: { ...apart(4026532500, ...OWN), mnt: "4:4026532599" },
  },
  { pid: 60, ppid: 1, comm: "init", cgroup: "/lxc.payload.web/init.scope", namespaces: apart(4026532600, ...OWN) },
  { pid: 70, ppid: 1, comm: "init", cgroup: "/lxc.payload.101/init.scope", namespaces: apart(4026532700, ...OWN) },
  { pid: 80, ppid: 1, comm: "bwrap", cgroup: `${ANNA}/session.scope`, namespaces: apart(4026532800, "mnt", "user") },
  {
    pid: 81,
    ppid: 80,
    comm: "sleep",
    commandLine: "sleep 60",
    cgroup: `${ANNA}/session.scope`,
    namespaces: apart(4026532800, "mnt", "user"),
  },
  { pid: 90, ppid: 1, comm: "conmon", cgroup: `/machine.slice/libpod-conmon-${LOG}.scope`, namespaces: INITIAL },
  { pid: 101, ppid: 1, comm: "kworker", namespaces: INITIAL },
];

function podCgroup(digit: string): string {
  return `/kubepods.slice/kubepods-pod${POD}.slice/cri-containerd-${digit.repeat(64)}.scope`;
}

function graphOf(processes: readonly Process[], pins: readonly Pin[] = []): NamespaceGraph {
  const namespaces = new Map<string, Namespace>();
  for (const { namespaces: membership } of processes) {
    for (const type of NAMESPACE_TYPES) {
      const id = membership[type];
      if (id === undefined) continue;
      const initial = id === INITIAL[type];
      const parsed = parseNamespaceId(id) ?? { dev: 4, ino: 1 };
      namespaces.set(id, { id, type, ...parsed, initial, parent: NO_LINK, owner: INVISIBLE_LINK });
    }
  }
  const frame = { host: {}, viewer: { namespaces: INITIAL }, sources: SOURCES, complete: true };
  return assembleGraph({ frame, namespaces: [...namespaces.values()], processes, pins, problems: [] });
}

const NAMES: ContainerNames = {
  [WEB]: { name: "web" },
  [LOG]: { name: "log" },
  [`${ANNA}/user.slice/libpod-${ANNAS}.scope`]: { name: "web" },
  ["a".repeat(64)]: { name: "app", pod: { name: "cart", namespace: "shop" } },
  ["b".repeat(64)]: { name: "sidecar", pod: { name: "cart", namespace: "shop" } },
};
const MOUNT: Pin = {
  kind: "mount",
  namespace: "4:4026532602",
  path: "/run/netns/log",
  mountNamespace: INITIAL.mnt ?? "",
};
const nameless = graphOf(PROCESSES);
const graph = nameContainers(nameless, NAMES);
const withNetwork = nameContainers(
  graphOf(PROCESSES, [{ ...MOUNT, namespace: apart(4026532600, "net").net ?? "" }]),
  NAMES,
);

function pidsOf(word: string, from = graph): readonly number[] {
  const subject = parseSubject(from, word);
  if (subject.kind !== "workload") throw new Error(`${word} is a ${subject.kind}`);
  return subject.pids;
}

function refusal(word: string, from = graph): { readonly message: string; readonly hint: string } {
  try {
    parseSubject(from, word);
  } catch (error) {
    if (error instanceof NsGraphError) return { message: error.message, hint: error.hint ?? "" };
    throw error;
  }
  throw new Error(`${word} was found`);
}

describe("a workload can be asked for", () => {
  test.each([
    ["docker web (3f2a91c04b7d)", [10, 11]],
    ["docker web", [10, 11]],
    ["docker 3f2a91c04b7d", [10, 11]],
    ["3f2a91c04b7d", [10, 11]],
    [WEB, [10, 11]],
    ["3f2a", [10, 11]],
    [" log ", [20]],
    ["podman of uid 1000 web", [30]],
    ["service nginx.service", [40, 41]],
    ["pod shop/cart", [50, 51]],
    ["shop/cart", [50, 51]],
    ["cart", [50, 51]],
    ["pod cart", [50, 51]],
    [`pod ${POD.replaceAll("_", "-")}`, [50, 51]],
    ["ccf19bc6", [50, 51]],
    ["ccf19bc6-503b", [50, 51]],
    ["pod shop/cart sidecar", [51]],
    ["sidecar", [51]],
    ["lxc web", [60]],
    ["lxc 101", [70]],
    ["calls itself bwrap sleep", [80, 81]],
    ["calls itself bwrap sleep 60", [80, 81]],
    ["podman monitor 91bd44ce0a12", [90]],
    ["the machine", [1, 40, 42, 43, 90, 101]],
  ])("%s", (word, pids) => {
    expect(pidsOf(word)).toEqual(pids);
  });

  test("by the name of a pod of Podman's, beside which drawings have the id", () => {
    const cgroup = `/machine.slice/machine-libpod_pod_${LOG}.slice/libpod-${WEB}.scope/container`;
    const named = nameContainers(graphOf([{ pid: 5, cgroup, namespaces: IN_WEB }]), {
      [WEB]: { name: "cart", pod: { name: "shop" } },
    });
    for (const word of ["pod shop (91bd44ce0a12)", "pod shop", "shop", "pod 91bd44ce0a12", "91bd44ce0a12", LOG])
      expect(parseSubject(named, word)).toEqual({ kind: "workload", name: "pod shop (91bd44ce0a12)", pids: [5] });
  });

  test("by its id, where the names of engines are not known; a name may be one of those then", () => {
    expect(pidsOf("docker 3f2a91c04b7d", nameless)).toEqual([10, 11]);
    expect(pidsOf("docker 3f2a91c04b7d nginx", nameless)).toEqual([10, 11]);
    expect(pidsOf("pod ccf19bc6", nameless)).toEqual([50, 51]);
    const { message, hint } = refusal("log", nameless);
    expect(message).toBe("no namespace and no workload called log was seen");
    expect(hint).toContain("It is not known what 5 containers are called.");
    expect(refusal("shop/none", nameless).message).toBe("nothing that was found is mounted at shop/none, or called so");
    for (const word of ["log", "sidecar"]) expect(mayMeanContainer(nameless, word)).toBe(true);
    // An id that begins so is not called so.
    for (const word of ["7", "3f2a"]) expect(mayMeanContainer(nameless, word)).toBe(true);
    for (const word of [WEB, "1", "/proc/1", "nginx.service", "lxc web"])
      expect(mayMeanContainer(nameless, word)).toBe(false);
  });

  test("what a container was started with yields to what its engine calls it by now", () => {
    const monitored = (pid: number, id: string, name: string): readonly Process[] => [
      {
        pid,
        ppid: 1,
        uid: 0,
        comm: "conmon",
        commandLine: `/usr/bin/conmon --api-version 1 -c ${id} -u ${id} -n ${name} --full-attach`,
        executable: { path: "/usr/bin/conmon", borneOut: "yes" },
        cgroup: "/machine.slice/libpod-conmon.scope",
        namespaces: INITIAL,
      },
      {
        pid: pid + 1,
        ppid: pid,
        cgroup: `/machine.slice/libpod-${id}.scope`,
        namespaces: apart(4026532100 + 100 * pid, ...OWN),
      },
    ];
    const started = graphOf([...monitored(2, WEB, "web"), ...monitored(4, LOG, "log")]);
    expect(pidsOf("web", started)).toEqual([3]);
    for (const word of ["web", "podman log"]) expect(mayMeanContainer(started, word)).toBe(true);
    for (const word of [WEB, "3f2a91c04b7d", "podman web (3f2a91c04b7d)"])
      expect(mayMeanContainer(started, word)).toBe(false);
    const swapped = nameContainers(started, { [WEB]: { name: "old" }, [LOG]: { name: "web" } });
    expect(pidsOf("web", swapped)).toEqual([5]);
    expect(pidsOf("podman web", swapped)).toEqual([5]);
    expect(pidsOf("old", swapped)).toEqual([3]);
    // Nothing else is called so.
    expect(pidsOf("log", swapped)).toEqual([5]);
    expect(parseSubject(swapped, "log")).toMatchObject({ name: "podman web, started as log (91bd44ce0a12)" });
  });

  test("what somebody calls their own thing may be what an engine calls a container", () => {
    const claimed = graphOf([{ ...(PROCESSES[4] as Process), cgroup: `${ANNA}/lxc.payload.log` }]);
    expect(pidsOf("log", claimed)).toEqual([30]);
    expect(parseSubject(claimed, "log")).toMatchObject({ name: "lxc of uid 1000 log" });
    expect(mayMeanContainer(claimed, "log")).toBe(true);
  });
});

describe("what anybody may have called so", () => {
  const docker: Process = { pid: 2, cgroup: `${SERVICES}/docker-${WEB}.scope`, namespaces: IN_WEB };
  const sure: Process = { pid: 6, cgroup: "/lxc.payload.web", namespaces: apart(4026532600, ...OWN) };

  test("is what a service was left to name, too", () => {
    const claimed = { ...sure, pid: 5, cgroup: `${SERVICES}/ci.service/lxc.payload.web` };
    expect(pidsOf("web", graphOf([claimed]))).toEqual([5]);
    expect(mayMeanContainer(graphOf([claimed]), "web")).toBe(true);
    expect(mayMeanContainer(graphOf([sure, claimed]), "web")).toBe(false);
    expect(choicesIn(refusal("web", graphOf([claimed, sure])).hint)).toEqual(["lxc web", "lxc (in ci.service) web"]);
  });

  test("is not a unit that the viewer sees no root above", () => {
    const unit = { pid: 5, cgroup: "/../system.slice/ci.service", namespaces: INITIAL };
    expect(mayMeanContainer(graphOf([unit]), "ci.service")).toBe(false);
  });

  test("takes no id from what the machine has", () => {
    const claimed = { pid: 5, cgroup: `${ANNA}/3f2a91c0.scope`, namespaces: INITIAL };
    const both = graphOf([claimed, docker]);
    expect(choicesIn(refusal("3f2a91c0", both).hint)).toEqual(["docker 3f2a91c04b7d", "scope of uid 1000 3f2a91c0"]);
    const hers = graphOf([claimed, { ...docker, cgroup: `${ANNA}/docker-${WEB}.scope` }]);
    expect(pidsOf("3f2a91c0", hers)).toEqual([5]);
  });

  test.each(["scope", "service"])("takes no number from a process or a namespace, as a %s", (suffix) => {
    const number = parseNamespaceId(INITIAL.net ?? "")?.ino;
    const from = graphOf([
      { pid: 4711, cgroup: "/init.scope", namespaces: INITIAL },
      { pid: 5, cgroup: `${ANNA}/app-4711.${suffix}`, namespaces: INITIAL },
      { pid: 6, cgroup: `${ANNA}/lxc.payload.4711`, namespaces: INITIAL },
      { pid: 7, cgroup: `${ANNA}/lxc.payload.${number}`, namespaces: INITIAL },
    ]);
    expect(parseSubject(from, "4711")).toEqual({ kind: "process", pid: 4711 });
    expect(parseSubject(from, `${number}`)).toEqual({ kind: "namespace", id: INITIAL.net });
    expect(pidsOf("lxc of uid 1000 4711", from)).toEqual([6]);
    expect(pidsOf(`lxc of uid 1000 ${number}`, from)).toEqual([7]);
  });

  test("takes no name from a namespace; a name in another mount namespace is such a name itself", () => {
    const claimed = { ...sure, pid: 5, cgroup: `${ANNA}/lxc.payload.log` };
    const here: Pin = { ...MOUNT, namespace: apart(4026532600, "net").net ?? "" };
    const elsewhere = { ...here, mountNamespace: claimed.namespaces.mnt ?? "" };
    expect(parseSubject(graphOf([claimed], [here]), "log")).toMatchObject({ kind: "namespace" });
    expect(mayMeanContainer(graphOf([claimed], [here]), "log")).toBe(false);
    expect(refusal("log", graphOf([claimed], [elsewhere])).message).toBe("log is a namespace and a workload");
    expect(mayMeanContainer(graphOf([claimed], [elsewhere]), "log")).toBe(true);
    expect(mayMeanContainer(graphOf([claimed], [elsewhere]), "/run/netns/log")).toBe(false);
  });
});

/** What is to be typed, as a shell takes it. */
function choicesIn(hint: string): readonly string[] {
  return hint
    .replace(/^Say which: |\.$/g, "")
    .split(", ")
    .map((choice) => choice.replace(/^'(.*)'$/, "$1"));
}

describe("what has several meanings is refused with words that have one each", () => {
  test.each([
    [
      "web",
      ["docker web (3f2a91c04b7d)", "podman of uid 1000 web (3f2b00000000)", "lxc web"],
      "more than one workload",
    ],
    ["3f2", [], ""],
    ["nginx.service", ["service nginx.service"], "more than one workload"],
    ["101", ["/proc/101", "lxc 101"], "a process and a workload"],
    ["log", ["/run/netns/log", "docker log (91bd44ce0a12)"], "a namespace and a workload"],
  ])("%s", (word, choices, what) => {
    const from = word === "log" ? withNetwork : graph;
    if (choices.length === 0) return expect(refusal(word, from).hint).not.toContain("Say which");
    const { message, hint } = refusal(word, from);
    expect(message).toBe(`${word} is ${what}`);
    expect(choicesIn(hint)).toEqual(expect.arrayContaining(choices));
    const meant = choicesIn(hint).map((choice) => JSON.stringify(parseSubject(from, choice)));
    expect(new Set(meant).size).toBe(meant.length);
  });

  test("two that are called exactly the same are told apart by who leads them", () => {
    expect(choicesIn(refusal("service of uid 1000 nginx.service").hint)).toEqual([
      "service of uid 1000 42 nginx.service",
      "service of uid 1000 43 nginx.service",
    ]);
    expect(pidsOf("service of uid 1000 43 nginx.service")).toEqual([43]);
  });

  test("none of the words means what somebody called like such a word", () => {
    const from = graphOf([
      { pid: 2, cgroup: `${SERVICES}/nginx.service`, namespaces: INITIAL },
      { pid: 3, cgroup: `${ANNA}/nginx.service`, namespaces: INITIAL },
      { pid: 4, cgroup: `${ANNA}/service nginx.service`, namespaces: INITIAL },
      { pid: 5, cgroup: `${ANNA}/2 nginx.service`, namespaces: INITIAL },
    ]);
    expect(choicesIn(refusal("nginx.service", from).hint)).toEqual([
      "2 nginx.service",
      "service of uid 1000 nginx.service",
    ]);
    expect(pidsOf("2 nginx.service", from)).toEqual([2]);
    expect(pidsOf("service of uid 1000 2 nginx.service", from)).toEqual([5]);
  });
});

describe("several that are drawn with a number can be asked for by it, and are called so", () => {
  const [one = "", another = ""] = ["a.slice", "b.slice"].map((slice) => `${ANNA}/${slice}`);
  test.each([
    ["lxc.payload.web", "lxc of uid 1000", "web"],
    ["app-flatpak-org.gnome.Maps-1.scope", "flatpak of uid 1000", "org.gnome.Maps"],
    ["web.service", "service of uid 1000", "web.service"],
  ])("%s", (cgroup, engine, name) => {
    const twins = graphOf([
      { pid: 1, namespaces: INITIAL },
      { pid: 12, cgroup: `${one}/${cgroup}`, namespaces: IN_WEB },
      { pid: 13, cgroup: `${one}/${cgroup}`, namespaces: IN_LOG },
      { pid: 14, cgroup: `${another}/${cgroup}`, namespaces: apart(4026532300, ...OWN) },
    ]);
    const [, ...titles] = workloads(twins).map((group) => groupName(twins, group));
    expect(titles).toEqual([`${engine} 12 ${name}`, `${engine} 14 ${name}`]);
    expect(parseSubject(twins, `${engine} 12 ${name}`)).toEqual({ kind: "workload", name: titles[0], pids: [12, 13] });
    expect(parseSubject(twins, `${engine} 14 ${name}`)).toEqual({ kind: "workload", name: titles[1], pids: [14] });
    for (const word of [`${engine} ${name}`, name]) expect(choicesIn(refusal(word, twins).hint)).toEqual(titles);
  });
});

test.each([
  ["user.slice/user-1000.slice/user@1000.service/app.slice/app-flatpak-org.gnome.Maps-1.scope", "org.gnome.Maps"],
  ["machine.slice/machine-qemu\\x2d3\\x2dweb.scope/libvirt/emulator", "web"],
  [`machine.slice/libpod-conmon-${LOG}.scope`, "podman monitor 91bd44ce0a12"],
])("what is partly in the machine's namespaces is one workload: %s", (cgroup, word) => {
  for (const inMachine of [12, 14]) {
    const partly = graphOf([
      { pid: 1, namespaces: INITIAL },
      ...[12, 13, 14].map((pid) => ({
        pid,
        cgroup: `/${cgroup}`,
        namespaces: pid === inMachine ? INITIAL : apart(4026532100 + 100 * (pid % 2), ...OWN),
      })),
    ]);
    const subject = parseSubject(partly, word);
    expect(subject).toMatchObject({ kind: "workload", pids: [12, 13, 14] });
    for (const process of partly.processes().slice(1))
      expect(workloadsAround(partly, process).map((around) => around.subject)).toEqual([subject]);
  }
});

describe("the nearest are named", () => {
  test.each([
    ["wbe", "'docker web (3f2a91c04b7d)'"],
    ["WEB", "'docker web (3f2a91c04b7d)'"],
    ["sidcar", "'pod shop/cart sidecar'"],
    ["nginx.servce", "'service nginx.service'"],
  ])("%s: %s", (word, name) => {
    expect(refusal(word).hint).toContain(name);
  });

  test("and not whoever looks, whose command line has the word", () => {
    const looking = { pid: 5, commandLine: "ns-graph show wbe", namespaces: apart(4026532900, "mnt") };
    const any = graphOf([...PROCESSES, looking]);
    expect(refusal("wbe", any).hint).toContain("'5 ns-graph show wbe'");
    const seen = reframe(any, { viewer: { ...any.viewer, pid: looking.pid } });
    expect(refusal("wbe", seen).hint).not.toContain("ns-graph");
  });

  test("and no hostile text as it is", () => {
    const hostile = graphOf([{ pid: 5, cgroup: "/lxc.payload.\u001b]0;evil", namespaces: apart(4026532900, ...OWN) }]);
    expect(refusal("evi", hostile).hint).toBe("Nearest: 'lxc \\\\e]0;evil'.".replace("\\\\", "\\"));
    expect(pidsOf("lxc \\e]0;evil", hostile)).toEqual([5]);
    expect(pidsOf("lxc \u001b]0;evil", hostile)).toEqual([5]);
  });
});

test("whatever a process is of can be asked for, and is what it is", () => {
  const segments = [
    "docker",
    WEB,
    LOG,
    "lxc.payload.web",
    "lxc.payload.a",
    "lxc.payload.3 a",
    "nginx.service",
    "service nginx.service",
    "2 nginx.service",
    "user.slice",
    "user-1000.slice",
    `docker-${WEB}.scope`,
    `libpod-${LOG}.scope`,
    "session-3.scope",
    "lxc.payload.7",
    "\u001b",
  ];
  const anyProcess = fc.record({
    cgroup: fc.array(fc.constantFrom(...segments), { maxLength: 4 }).map((path) => `/${path.join("/")}`),
    ppid: fc.nat(8),
    comm: fc.constantFrom("bwrap", "nginx", "7", "sh"),
    isApart: fc.boolean(),
    number: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(anyProcess, { minLength: 1, maxLength: 8 }), (some) => {
      const any = graphOf(
        some.map(({ cgroup, ppid, comm, isApart, number }, at) => ({
          pid: at + 1,
          ppid,
          comm,
          cgroup,
          namespaces: isApart ? apart(4026532100 + 100 * number, ...OWN) : INITIAL,
        })),
      );
      const isTaken = (name: string, own?: WorkloadSubject): boolean =>
        workloadSubjects(any).some((one) => one !== own && printable(one.numbered) === printable(name));
      for (const process of any.processes()) {
        for (const around of workloadsAround(any, process)) {
          const { subject, numbered } = around;
          expect(subject.pids).toContain(process.pid);
          expect(
            selectSubject(any, subject)
              .processes()
              .map(({ pid }) => pid),
          ).toEqual(subject.pids);
          // What is called like a word that means another one has the PID of its own leader.
          const name = isTaken(subject.name, around) ? numbered : subject.name;
          expect(meaningsOf(any, printable(name))).toContainEqual(subject);
        }
      }
      for (const group of workloads(any)) {
        if (group.kind === "machine" || group.kind === "unreadable" || livingParts(group).length === 0) continue;
        const own = workloadSubjects(any).find((one) => one.group === group);
        if (isTaken(groupName(any, group), own)) continue;
        const pids = group.processes.map(({ pid }) => pid);
        const meant = meaningsOf(any, groupName(any, group));
        expect(
          meant.some((subject) => subject.kind === "workload" && pids.every((pid) => subject.pids.includes(pid))),
        ).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

/** What a word means, each by the words that an error names for it. */
function meaningsOf(from: NamespaceGraph, word: string): readonly Subject[] {
  try {
    return [parseSubject(from, word)];
  } catch (error) {
    if (!(error instanceof NsGraphError)) throw error;
    expect(error.hint).toMatch(/^Say which: /);
    const meant = typed(error.hint ?? "").map((choice) => parseSubject(from, choice));
    expect(new Set(meant.map((subject) => JSON.stringify(subject))).size).toBe(meant.length);
    return meant;
  }
}

/** The words of a list as a shell takes them. */
function typed(hint: string): readonly string[] {
  const words: string[] = [];
  let rest = hint.slice("Say which: ".length, -1);
  while (rest !== "") {
    const [quoted = ""] = /^(?:'[^']*'|\\['\\]|[^', ])+/.exec(rest) ?? [];
    words.push(quoted.replace(/'([^']*)'|\\(['\\])/g, (_, inside, escaped) => inside ?? escaped));
    rest = rest.slice(quoted.length).replace(/^, /, "");
    if (quoted === "") throw new Error(`not a list of words: ${hint}`);
  }
  return words;
}

test("a process of which nothing is known but the PID is named by that", () => {
  for (const known of [{ comm: "" }, {}]) {
    const unnamed: Process = { pid: 4711, ppid: 1, ...known, namespaces: apart(4026539900, "net") };
    expect(parseSubject(graphOf([...PROCESSES, unnamed]), "4711")).toEqual({ kind: "process", pid: 4711 });
  }
});
