import {
  type Fact,
  type Finding,
  type Host,
  type Membership,
  NAMESPACE_TYPES,
  type NamespaceFacts,
  type NamespaceHandle,
  type NamespaceId,
  type NamespaceType,
  type Opened,
  type Pin,
  type Probe,
  ProbeUse,
  type Problem,
  type Process,
  type ProcessReading,
  type Sighting,
  type Source,
  type SurveyRequest,
  type Users,
  type Viewer,
} from "@ns-graph/graph";
import type { DescribedKernel, KernelNamespace } from "./described-kernel.js";
import { FakeHandle, type HandleKeeper } from "./fake-handle.js";
import type { FakeProcess, Fate, Key, Keys } from "./kernel-spec.js";

/** The facts that each word stands for, and the type that has them. */
const FACT_FIELDS: readonly { fact: Fact; type: NamespaceType; fields: readonly (keyof NamespaceFacts)[] }[] = [
  { fact: "maps", type: "user", fields: ["uidMap", "gidMap", "setgroups"] },
  { fact: "time-offsets", type: "time", fields: ["timeOffsets"] },
  { fact: "interfaces", type: "net", fields: ["interfaces"] },
  { fact: "mounts", type: "mnt", fields: ["mountCount", "rootMount"] },
  { fact: "hostname", type: "uts", fields: ["hostname"] },
  { fact: "cgroup-root", type: "cgroup", fields: ["cgroupRoot"] },
  { fact: "init", type: "pid", fields: ["initPid"] },
];

/** A probe on a fake kernel; it counts what it has open, and throws when it is used after it was closed. */
export class FakeProbe implements Probe, HandleKeeper, Disposable {
  readonly kernel: DescribedKernel;
  readonly types: readonly NamespaceType[];
  /** How often each namespace was opened through a process or a sighting. */
  readonly openings = new Map<NamespaceId, number>();
  /** How often each process was read. */
  readonly readings = new Map<number, number>();
  readonly #handles = new Map<Key, FakeHandle>();
  readonly #processes: Map<number, FakeProcess | "gone">;
  readonly #memberships = new Map<string, Membership>();
  readonly #missed = new Set<string>();
  readonly #use = new ProbeUse();

  constructor(kernel: DescribedKernel) {
    this.kernel = kernel;
    this.types = NAMESPACE_TYPES.filter((type) => kernel.generation.types.includes(type));
    this.#processes = new Map((kernel.spec.processes ?? []).map((process) => [process.pid, process]));
  }

  /** How many namespaces are open. */
  get openHandles(): number {
    return this.#handles.size;
  }

  use(): void {
    this.#use.check();
  }

  open(namespace: KernelNamespace): NamespaceHandle {
    this.use();
    let handle = this.#handles.get(namespace.key);
    if (handle === undefined) {
      handle = new FakeHandle(namespace, this);
      this.#handles.set(namespace.key, handle);
    }
    return handle;
  }

  miss(what: string): void {
    this.#missed.add(what);
  }

  host(): Host {
    this.use();
    return this.kernel.spec.host ?? { hostname: "fake", kernel: this.kernel.generation.release };
  }

  viewer(): { viewer: Viewer; problems: readonly Problem[] } {
    this.#use.begin();
    const { viewer = {}, problems = [] } = this.kernel.spec;
    const { pid = 1, euid = 0 } = viewer;
    return { viewer: { pid, euid, namespaces: this.#membership(viewer.in ?? {}) }, problems };
  }

  users(): Users {
    this.use();
    return this.kernel.spec.users ?? { names: { "0": "root" } };
  }

  pids(): Finding & { pids: readonly number[] } {
    this.use();
    const pids = new Set([...this.#processes.keys(), ...(this.kernel.spec.ghosts ?? [])]);
    return { pids: [...pids].sort((a, b) => a - b), sightings: [], problems: [] };
  }

  readProcess(pid: number, request: SurveyRequest): ProcessReading | undefined {
    this.use();
    this.readings.set(pid, (this.readings.get(pid) ?? 0) + 1);
    const process = this.#processes.get(pid);
    if (process === undefined || process === "gone") return undefined;
    this.#processes.set(pid, process.next ?? process);
    const problems = [...(process.problems ?? [])];
    const { errno } = process;
    if (typeof errno === "string") problems.push({ code: "PROCESS_UNREADABLE", pid, errno });
    else if (errno !== undefined) {
      for (const [type, name] of Object.entries(errno)) {
        problems.push({ code: "LINK_UNREADABLE", pid, type: type as NamespaceType, errno: name });
      }
    }
    return {
      process: describe(process, this.#membershipOf(process), request.facts),
      sightings: typeof errno === "string" ? [] : this.#sightings(process, request),
      problems,
    };
  }

  openMember(pid: number, type: NamespaceType, id: NamespaceId): Opened {
    this.use();
    this.openings.set(id, (this.openings.get(id) ?? 0) + 1);
    const process = this.#processes.get(pid);
    if (process === undefined || process === "gone") return { state: "gone" };
    const namespace = this.kernel.namespace(process.in?.[type] ?? type);
    const refused = typeof process.errno === "string" ? process.errno : process.errno?.[type];
    if (refused !== undefined)
      return failed({ code: "NAMESPACE_UNREADABLE", namespace: id, type, pid, errno: refused });
    return this.#open(namespace, id);
  }

  readMounts(id: NamespaceId, members: readonly number[]): Finding {
    this.use();
    const seen = members.some((pid) => {
      const process = this.#processes.get(pid);
      if (process === undefined || process === "gone" || process.chrooted === true) return false;
      return this.#membershipOf(process).mnt === id;
    });
    if (!seen && !this.kernel.generation.mountLists) {
      this.miss("listmount");
      const problem: Problem = { code: "MOUNTS_UNREADABLE", namespace: id, type: "mnt", errno: "ENOSYS" };
      return { sightings: [], problems: [problem] };
    }
    const mounts = (this.kernel.spec.mounts ?? []).filter((mount) => this.kernel.id(mount.in ?? "mnt") === id);
    const sightings = mounts.map(({ path, holds, fate }) =>
      this.#sighting(holds, fate, (namespace) => ({ kind: "mount", namespace, path, mountNamespace: id })),
    );
    return { sightings: sightings.filter((sighting) => sighting !== undefined), problems: [] };
  }

  readKernelLists(request: SurveyRequest): Finding {
    this.use();
    const { generation, spec } = this.kernel;
    const everything = (spec.viewer?.in?.pid ?? "pid") === "pid";
    const own = new Set(Object.values(this.#membership(spec.viewer?.in ?? {})));
    const list = (type?: NamespaceType): Finding => ({
      sightings: this.kernel
        .namespaces()
        .filter((namespace) => namespace.inactive !== true && (type === undefined || namespace.type === type))
        .filter((namespace) => everything || own.has(namespace.id))
        .map((namespace) => this.#sighting(namespace.key, "open"))
        .filter((sighting) => sighting !== undefined),
      problems: [],
    });
    if (request.sources.has("kernel") && generation.listns) return list();
    if (request.sources.has("kernel")) this.miss("listns");
    if (generation.mountLists) return list("mnt");
    this.miss("NS_MNT_GET_NEXT");
    return { sightings: [], problems: [] };
  }

  readFacts(
    id: NamespaceId,
    type: NamespaceType,
    members: readonly number[],
    facts: ReadonlySet<Fact>,
  ): { facts: NamespaceFacts; problems: readonly Problem[] } {
    this.use();
    const wanted = FACT_FIELDS.filter((entry) => entry.type === type && facts.has(entry.fact));
    if (wanted.length === 0) return { facts: {}, problems: [] };
    const isThere = members.some((pid) => {
      const process = this.#processes.get(pid);
      return process !== undefined && process !== "gone" && this.#membershipOf(process)[type] === id;
    });
    if (!isThere) {
      return {
        facts: {},
        problems: wanted.map(({ fact }) => ({ code: "FACT_UNAVAILABLE", what: fact, namespace: id, type })),
      };
    }
    const known =
      this.kernel.namespaces().find((namespace) => namespace.id === id && namespace.type === type)?.facts ?? {};
    const fields = new Set<string>(wanted.flatMap((entry) => entry.fields));
    return { facts: Object.fromEntries(Object.entries(known).filter(([name]) => fields.has(name))), problems: [] };
  }

  remarks(): readonly Problem[] {
    this.use();
    return [...this.#missed].map((what) => ({
      code: /^NS_GET_(USERNS|PARENT|OWNER_UID)$/.test(what) ? "IOCTLS_MISSING" : "INTERFACE_MISSING",
      what,
      errno: what.startsWith("NS_") ? "ENOTTY" : "ENOSYS",
    }));
  }

  close(): void {
    this.#handles.clear();
    this.#use.end();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #membership(keys: Keys, leftOut: (type: NamespaceType) => boolean = () => false): Membership {
    const entries = this.types
      .filter((type) => !leftOut(type))
      .map((type) => [type, this.kernel.namespace(keys[type] ?? type)?.id] as const)
      .filter(([, id]) => id !== undefined);
    const text = entries.join(" ");
    const known = this.#memberships.get(text);
    if (known !== undefined) return known;
    const membership: Membership = Object.freeze(Object.fromEntries(entries));
    this.#memberships.set(text, membership);
    return membership;
  }

  #membershipOf({ in: keys = {}, state, errno }: FakeProcess): Membership {
    return this.#membership(keys, (type) => {
      if (typeof errno === "string" || errno?.[type] !== undefined) return true;
      return state === "Z" && type !== "user" && type !== "pid";
    });
  }

  #sightings(process: FakeProcess, { sources }: SurveyRequest): Sighting[] {
    const holders = holdersOf(process).filter(({ source }) => sources.has(source));
    const lacksSockets = !this.kernel.generation.sockets;
    if (lacksSockets && holders.some(({ source }) => source === "socket")) this.miss("pidfd_getfd");
    return holders
      .filter(({ source }) => source !== "socket" || !lacksSockets)
      .map(({ holds, fate, pin }) => this.#sighting(holds, fate, pin))
      .filter((sighting) => sighting !== undefined);
  }

  #sighting(key: Key, fate: Fate = "open", pin?: (namespace: NamespaceId) => Pin): Sighting | undefined {
    const namespace = this.kernel.namespace(key);
    if (namespace === undefined) return undefined;
    const { id, type } = namespace;
    return {
      id,
      // A descriptor's link text may be anything, and an id in a kernel's list is only a number.
      ...(pin === undefined || pin(id).kind === "fd" ? {} : { type }),
      ...(pin === undefined ? {} : { pin: pin(id) }),
      open: () => {
        this.use();
        this.openings.set(id, (this.openings.get(id) ?? 0) + 1);
        return fate === "open" ? this.#open(namespace, id) : { state: fate };
      },
    };
  }

  #open(namespace: KernelNamespace | undefined, id: NamespaceId): Opened {
    if (namespace === undefined || namespace.id !== id) return { state: "changed" };
    const errno = namespace.errno?.open;
    if (errno !== undefined)
      return failed({ code: "NAMESPACE_UNREADABLE", namespace: id, type: namespace.type, errno });
    return { state: "open", handle: this.open(namespace) };
  }
}

function failed(problem: Problem): Opened {
  return { state: "failed", problem };
}

/** What is held, and what it leads to when it is opened. */
interface Held {
  readonly holds: Key;
  readonly fate?: Fate | undefined;
}

/** What a process holds a namespace by. */
interface Holder extends Held {
  readonly source: Source;
  readonly pin: (namespace: NamespaceId) => Pin;
}

/** What a process holds namespaces by besides its own links. */
function holdersOf({ pid, threads = [], fds = [], sockets = [], forChildren = [] }: FakeProcess): Holder[] {
  const holder = (kind: Source & Pin["kind"], { holds, fate }: Held, more: object): Holder => ({
    source: kind,
    holds,
    fate,
    pin: (namespace) => ({ kind, namespace, pid, ...more }) as Pin,
  });
  return [
    ...threads.flatMap(({ tid, in: keys, fate }) =>
      Object.values(keys).map((holds) => holder("thread", { holds, fate }, { tid })),
    ),
    ...fds.map((held) => holder("fd", held, { fd: held.fd })),
    ...sockets.map((held) => holder("socket", held, { fd: held.fd })),
    ...forChildren.map((held) => holder("for-children", held, held.tid === undefined ? {} : { tid: held.tid })),
  ];
}

/** The process as far as the facts were asked for. */
function describe(process: FakeProcess, namespaces: Membership, facts: ReadonlySet<Fact>): Process {
  const { pid, ppid, comm, uid, state, kernelThread, pids, cgroup, commandLine, executable } = process;
  return {
    pid,
    ...(facts.has("status") ? given({ ppid, comm, uid, state, kernelThread, pids, executable }) : {}),
    ...(facts.has("cgroup") ? given({ cgroup }) : {}),
    ...(facts.has("command-line") ? given({ commandLine }) : {}),
    namespaces,
  };
}

/** The fields that have a value. */
function given<T extends object>(fields: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: Exclude<T[Name], undefined>;
  };
}
