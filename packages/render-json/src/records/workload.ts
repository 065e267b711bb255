import {
  type Evidence,
  isolationOf,
  livingParts,
  NAMESPACE_TYPES,
  type NamespaceType,
  type NamespaceUse,
  type Pod,
  type TypeUse,
  tenantOf,
  type Workload,
  type WorkloadGroup,
  type WorkloadPart,
} from "@ns-graph/graph";
import { type Codec, described, later, named, type Read } from "../codec/codec.js";
import { listOf } from "../codec/lists.js";
import { objectOf, optional, recordOf, required } from "../codec/record.js";
import { text, texts, truth } from "../codec/scalars.js";
import { byType, evidence, MAX_ITEMS, namespaceId, natural, pid } from "./basics.js";

const pod = recordOf<Pod>({
  id: required(text, "The uid of a pod of Kubernetes, the id of one of Podman."),
  qos: optional(texts("guaranteed", "burstable", "besteffort"), "Quality of service of Kubernetes."),
  name: optional(text, "Its name, where names were asked for. Hostile text."),
  namespace: optional(text, "The namespace of Kubernetes it is in. Hostile text."),
});

/** What a document says of a workload; those of older versions do not say whether it is borne out. */
type StatedWorkload = Omit<Workload, "borneOut" | "inside"> & {
  readonly borneOut?: Evidence;
  readonly inside?: StatedWorkload;
};

const workload: Codec<StatedWorkload> = named(
  "workload",
  recordOf<StatedWorkload>({
    kind: required(
      texts("container", "vm", "app", "monitor", "service", "session", "scope"),
      "What it is. More kinds may come without a new version of the format.",
    ),
    engine: required(texts("docker", "podman", "kubernetes", "lxc", "nspawn", "systemd"), "Who made it."),
    cgroup: required(
      text,
      "The path of its cgroup, relative to the viewer's cgroup namespace. Where only a monitor tells of it, that which it was started in; empty where that was not read. Hostile text.",
    ),
    id: optional(text, "The engine's own id."),
    name: optional(text, "What people call it. Hostile text."),
    startedAs: optional(
      text,
      "The name that its monitor was started with, where names were asked for and its engine calls it otherwise by now. Hostile text.",
    ),
    image: optional(text, "The image that it was made from, where names were asked for. Hostile text."),
    pod: optional(pod, "The pod it belongs to."),
    unit: optional(text, "The unit of systemd that it is, or was started by. Hostile text."),
    user: optional(
      natural,
      "The uid whose service manager or session it is in, or whose monitor tells of it, as the machine has it.",
    ),
    inside: optional(
      later(() => workload),
      "The workload around it.",
    ),
    borneOut: optional(
      evidence,
      "Whether nobody but root can have given its cgroup that name, or have started the monitor that tells of it. no: a user, or what is in a container, was left to arrange it. unknown: a service was, or the path is not seen from the root down.",
    ),
  }),
  "What processes belong to in the eyes of whoever started them, as far as a cgroup path or a monitor tells.",
);

const use = named(
  "typeUse",
  objectOf({
    state: required(
      texts("own", "shared", "machine", "mixed"),
      "own: no other group is in these namespaces. shared: another one is, and has the same id here. machine: they are the machine's. mixed: its processes differ in that, and its parts tell who is where.",
    ),
    namespaces: required(listOf(namespaceId, MAX_ITEMS), "The namespaces, that of most processes first."),
    certain: optional(
      truth,
      "false where own is only what could be seen, because others may be in it who could not be read. Absent where there is no doubt.",
    ),
  }),
  "What a group, or a part of one, uses of one type.",
);

type StatedUse = Read<typeof use>;
type StatedIsolation = Readonly<Partial<Record<NamespaceType, StatedUse>>>;

const isolation = named(
  "groupIsolation",
  recordOf<StatedIsolation>(byType(use)),
  "How they are isolated, by type. A type is absent where that is not known.",
);

const leader = required(pid, "The process that stands for them.");
const processCount = required(natural, "How many they are.");
const pids = listOf(described(pid, "A process."), MAX_ITEMS);

const part = named(
  "workloadPart",
  objectOf({
    leader,
    processCount,
    pids: required(pids, "Their PIDs."),
    isolation: required(isolation),
  }),
  "Processes of a group that are in the same namespaces, which others of it are not in.",
);

type StatedPart = Read<typeof part>;

export const workloadGroup = named(
  "workloadGroup",
  objectOf({
    kind: required(
      texts("machine", "workload", "sandbox", "processes", "unreadable"),
      "machine: in the machine's namespaces and nothing else. workload: of one workload, as their cgroup or their monitor tells. sandbox: descendants of one process that is apart and says that it is of a known program. processes: descendants of one process that is apart. unreadable: none of their namespaces could be read. More kinds may come without a new version of the format.",
    ),
    engine: optional(texts<string>("bubblewrap", "chromium", "firefox"), "Who made a sandbox, as its leader says."),
    borneOut: optional(evidence, "Of a sandbox: whether the leader's executable bears its engine out."),
    name: optional(text, "What a sandbox is called, as its leader's command line says. Hostile text."),
    tenant: optional(pid, "Of a sandbox: the process that stands for what runs in it, where that is not its leader."),
    serves: optional(
      text,
      "Whom a sandbox serves, as its leader's command line says: a PID, a path or a command. Hostile text.",
    ),
    workload: optional(workload, "The workload. Of a sandbox and of other processes: the one they were started in."),
    leader,
    processCount,
    pids: optional(pids, "Their PIDs. Absent for machine and unreadable: those are the processes in no other group."),
    isolation: required(isolation),
    exposed: optional(
      listOf(text, NAMESPACE_TYPES.length),
      "The types in which they use the machine's namespace although workloads of their kind mostly have their own.",
    ),
    parts: optional(
      listOf(part, MAX_ITEMS),
      "Where its processes differ in a namespace: those that are in the same ones, two or more parts. That which goes by the group's name comes first, then the largest. Zombies that belong to none of them are in pids alone.",
    ),
  }),
  "Processes that belong together.",
);

/** What a document says of a group of processes; it follows from the rest. */
export type StatedGroup = Read<typeof workloadGroup>;

/** What is said of some groups of processes. */
export function* stateGroups(groups: Iterable<WorkloadGroup>): Generator<StatedGroup, void, undefined> {
  for (const group of groups) {
    const { kind, workload, engine, borneOut, name, serves, processes, leader, isolation, exposed } = group;
    const parts = livingParts(group);
    const tenant = tenantOf(group);
    yield {
      kind,
      ...(engine !== undefined && { engine }),
      ...(borneOut !== undefined && { borneOut }),
      ...(name !== undefined && { name }),
      ...(tenant !== leader && { tenant: tenant.pid }),
      ...(serves !== undefined && { serves }),
      ...(workload !== undefined && { workload }),
      leader: leader.pid,
      processCount: processes.length,
      // All that are in no other group need no list.
      ...(kind !== "machine" && kind !== "unreadable" && { pids: processes.map(({ pid }) => pid) }),
      isolation: statedIsolation((type) => statedUse(isolation[type])),
      ...(exposed.length > 0 && { exposed }),
      ...(parts.length > 1 && { parts: parts.map(statedPart) }),
    };
  }
}

function statedPart({ leader, processes, uses }: WorkloadPart): StatedPart {
  return {
    leader: leader.pid,
    processCount: processes.length,
    pids: processes.map(({ pid }) => pid),
    isolation: statedIsolation((type) => {
      const use = uses[type];
      return use && statedUse({ state: isolationOf(use), uses: [use] });
    }),
  };
}

function statedIsolation(useOf: (type: NamespaceType) => StatedUse | undefined): StatedIsolation {
  const stated: { [Type in NamespaceType]?: StatedUse } = {};
  for (const type of NAMESPACE_TYPES) {
    const use = useOf(type);
    if (use !== undefined) stated[type] = use;
  }
  return stated;
}

/** What is not known is not stated, and what is certain needs no word. */
function statedUse({ state, uses }: TypeUse): StatedUse | undefined {
  if (state === "unknown") return undefined;
  const isCertain = state !== "own" || uses.every(({ certain }: NamespaceUse) => certain);
  return {
    state,
    namespaces: uses.map(({ namespace }) => namespace),
    ...(isCertain ? {} : { certain: false }),
  };
}
