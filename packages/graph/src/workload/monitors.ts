import { obtain } from "../model/group-by.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { Process } from "../model/process.js";
import { runsProgram } from "./executable-evidence.js";
import { sandboxOf } from "./sandboxes.js";
import { isUnit, type Workload } from "./workload.js";
import { workloadOf } from "./workload-of.js";

/** How what an engine keeps beside a container says of which: by its command line. The container is its child. */
interface MonitorRule {
  /** The name of the process. */
  readonly comm: RegExp;
  /** The file names of the programs that bear it out. Without that, a name and a command line are anybody's. */
  readonly program: RegExp;
  /** What the command line of one of this engine's looks like; any by default. */
  readonly commandLine?: RegExp;
  readonly engine: string;
  /** Where the command line has the engine's id, and what people call it. */
  readonly id?: RegExp;
  readonly name?: RegExp;
  /** Whether what it starts is a virtual machine, for which it is kept apart together with that. */
  readonly isOfMachine?: true;
}

const CONMON = { comm: /^conmon$/, program: /^conmon$/, id: / -c ([0-9a-f]{64})(?: |$)/, name: / -n ([\w.-]+)(?: |$)/ };
const SHIM = { comm: /^containerd-shim/, program: /^containerd-shim/, id: / -id ([\w.-]+)(?: |$)/ };

const MONITOR_RULES: readonly MonitorRule[] = [
  // CRI-O's conmon says k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT, which is no name.
  { ...CONMON, engine: "cri-o", commandLine: / --exit-dir \S*\/crio\//, name: /^(?!)/ },
  { ...CONMON, engine: "podman" },
  { ...SHIM, engine: "docker", commandLine: / -namespace moby / },
  { ...SHIM, engine: "kata", program: /^containerd-shim-kata-v2$/, isOfMachine: true },
  { ...SHIM, engine: "containerd" },
  {
    engine: "nspawn",
    comm: /^systemd-nspawn$/,
    program: /^systemd-nspawn$/,
    name: / (?:-M ?|--machine[= ])([\w.-]+)(?: |$)/,
  },
  { engine: "lxc", comm: /^lxc-start$/, program: /^lxc-start$/, name: /^\[lxc monitor\] \S+ ([^ ]+)$/ },
];

/** Whether a process has a name by which monitors are recognised: its command line and its executable show more then. */
export function mayMonitor({ comm = "" }: Pick<Process, "comm">): boolean {
  return MONITOR_RULES.some((rule) => rule.comm.test(comm));
}

/** What a monitor says of the container beside it. */
export interface Saying {
  readonly of: Pick<Workload, "engine" | "id" | "name" | "user" | "borneOut">;
  /** What its child is. */
  readonly kind: "container" | "vm";
}

/**
 * What a process says of its child, if it is a program of the machine's that engines keep beside containers. Anybody may
 * start one with any command line: of whom it is one says for whom it speaks.
 */
export function sayingOf(process: Process): Saying | undefined {
  const { comm = "", commandLine = "", uid } = process;
  const rule = MONITOR_RULES.find(
    (one) =>
      one.comm.test(comm) &&
      (one.commandLine === undefined || one.commandLine.test(commandLine)) &&
      runsProgram(process, one.program) === "yes",
  );
  if (rule === undefined) return undefined;
  const id = rule.id?.exec(commandLine)?.[1];
  const name = rule.name?.exec(commandLine)?.[1];
  if (id === undefined && name === undefined) return undefined;
  const of = {
    engine: rule.engine,
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    ...(uid === undefined || uid === 0 ? {} : { user: uid }),
    borneOut: uid === undefined ? ("unknown" as const) : uid === 0 ? ("yes" as const) : ("no" as const),
  };
  return { of, kind: rule.isOfMachine ? "vm" : "container" };
}

/** Whether the command line of a process names a container or a sandbox, and its program bears that out. */
export function speaksTruly(process: Process): boolean {
  return sayingOf(process) !== undefined || sandboxOf(process, () => true)?.borneOut === "yes";
}

/** What monitors say, of a whole graph. */
export interface Told {
  /** The first processes of containers whose cgroups do not tell them apart from others, and what monitors them. */
  readonly workloads: ReadonlyMap<Process, Workload>;
  /** Containers whose cgroups do not say what their monitors do, by their cgroup. */
  readonly named: ReadonlyMap<string, Workload>;
  /** Cgroups that several containers may be in, so that only descent tells what is of which. */
  readonly shared: ReadonlySet<string>;
  /** Those whose command line says so. */
  readonly monitors: ReadonlySet<Process>;
}

const NOBODY: Told = { workloads: new Map(), named: new Map(), shared: new Set(), monitors: new Set() };
const known = new WeakMap<NamespaceGraph, Told>();

/** What monitors say of their children and of themselves. */
export function toldByMonitors({ whole }: NamespaceGraph): Told {
  return obtain(known, whole, () => listen(whole));
}

function listen(graph: NamespaceGraph): Told {
  const sayings = new Map<number, readonly [Process, Saying]>();
  for (const process of graph.processes()) {
    const saying = mayMonitor(process) ? sayingOf(process) : undefined;
    if (saying !== undefined) sayings.set(process.pid, [process, saying]);
  }
  return sayings.size === 0 ? NOBODY : tell(graph, sayings);
}

function tell(graph: NamespaceGraph, sayings: ReadonlyMap<number, readonly [Process, Saying]>): Told {
  const workloads = new Map<Process, Workload>();
  const named = new Map<string, Workload>();
  const shared = new Set<string>();
  for (const [monitor, { of }] of sayings.values()) {
    const own = workloadOf(monitor);
    if (isFree(own)) workloads.set(monitor, describe("monitor", monitor, of, own));
    else if (own !== undefined && isNameless(own, of)) workloads.set(monitor, { ...own, ...pick(of) });
  }
  for (const process of graph.processes()) {
    const told = sayings.get(process.ppid ?? 0);
    if (told === undefined || !isTold(process, ...told)) continue;
    const [, { of, kind }] = told;
    const own = workloadOf(process);
    if (isFree(own)) workloads.set(process, describe(kind, process, of, own));
    else if (own !== undefined && mayName(own, of)) {
      const known = { ...own, ...pick(of) };
      if (own.id !== undefined) named.set(own.cgroup, known);
      else {
        workloads.set(process, known);
        shared.add(own.cgroup);
      }
    }
  }
  return { workloads, named, shared, monitors: new Set([...sayings.values()].map(([monitor]) => monitor)) };
}

/** Whether a monitor speaks of its child. What it starts besides, to clean up say, is where it is itself. */
function isTold(child: Process, monitor: Process, { kind }: Saying): boolean {
  return kind === "vm" || child.namespaces !== monitor.namespaces;
}

/** Whether a cgroup leaves it to a monitor to say what is in it. */
function isFree(own: Workload | undefined): boolean {
  return own === undefined || isUnit(own.kind);
}

/** Whether a cgroup is that of a monitor of an engine, and does not say of what. */
function isNameless({ kind, engine, id, name }: Workload, of: Saying["of"]): boolean {
  return kind === "monitor" && engine === of.engine && id === undefined && name === undefined;
}

function pick({ id, name }: Saying["of"]): Pick<Workload, "id" | "name"> {
  return { ...(id === undefined ? {} : { id }), ...(name === undefined ? {} : { name }) };
}

/** Whether a monitor says more of a container than its cgroup does, nothing else, and for nobody else. */
function mayName(own: Workload, of: Saying["of"]): boolean {
  if (own.kind !== "container" || own.name !== undefined || own.engine !== of.engine) return false;
  if (own.pod !== undefined && own.engine !== "podman") return false;
  if (own.id !== undefined && (own.id !== of.id || of.name === undefined)) return false;
  return own.borneOut === "yes" ? of.borneOut === "yes" : own.inside === undefined && own.user === of.user;
}

function describe(
  kind: Workload["kind"],
  { cgroup = "" }: Process,
  of: Saying["of"],
  own: Workload | undefined,
): Workload {
  return { ...of, kind, cgroup, ...(own?.unit === undefined ? {} : { unit: own.unit }) };
}
