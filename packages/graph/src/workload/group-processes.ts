import { addTo, obtain } from "../model/group-by.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { NamespaceId } from "../model/namespace-id.js";
import { NAMESPACE_TYPES } from "../model/namespace-type.js";
import type { Membership, Process } from "../model/process.js";
import { membershipKey } from "../model/process-sets.js";
import { type Told, toldByMonitors } from "./monitors.js";
import { runtimeContainers } from "./runtime-containers.js";
import type { Workload, WorkloadKind } from "./workload.js";
import { workloadOfCgroup } from "./workload-of.js";

/** Where a process is: in the machine's namespaces alone, apart from them in some, or nobody knows. */
export type Location = "machine" | "apart" | "unreadable";

/** Processes that belong together, while they are gathered. */
export interface Gathering {
  readonly location: Location;
  /** Where it is their cgroup, or a monitor, that brings them together. */
  readonly workload: Workload | undefined;
  /** By what namespaces they are in. */
  readonly parts: Map<Membership, Process[]>;
  /** The lowest PID. */
  first: number;
}

/** Of these kinds all processes belong together wherever they are; of the others only those that are apart from the machine. */
const ALWAYS_TOGETHER: ReadonlySet<WorkloadKind> = new Set(["container"]);
const TOGETHER_APART: ReadonlySet<WorkloadKind> = new Set(["vm", "app", "monitor", "service"]);

function belongsTogether({ kind }: Workload, location: Location): boolean {
  return ALWAYS_TOGETHER.has(kind) || (location === "apart" && TOGETHER_APART.has(kind));
}

/**
 * Brings processes together: by the workload that their cgroup or their monitor names, if it names one that has
 * namespaces of its own; else with the topmost of their ancestors that is apart from the machine too, unless that is PID 1; where parents are
 * not known, with those in the same namespaces.
 */
export function groupProcesses(graph: NamespaceGraph, machine: ReadonlySet<NamespaceId>): readonly Gathering[] {
  const grouper = new Grouper(graph, machine);
  for (const { namespaces, processes } of graph.processSets())
    for (const process of processes) if (!process.context) grouper.add(process, namespaces);
  return grouper.gatherings;
}

/** Where processes belong for their own sake. */
interface Judgement {
  readonly namespaces: Membership;
  readonly cgroup: string | undefined;
  readonly home: Gathering | undefined;
}

class Grouper {
  readonly gatherings: Gathering[] = [];
  readonly #graph: NamespaceGraph;
  readonly #machine: ReadonlySet<NamespaceId>;
  readonly #places = new Map<Membership, Location>();
  readonly #workloads = new Map<string, Workload | undefined>();
  readonly #byCgroup = new Map<string, Gathering>();
  readonly #told: Told;
  readonly #byMonitor = new Map<string, Gathering>();
  readonly #byPlace = new Map<Location, Gathering>();
  /** Of processes whose parents were not asked for: those in the same namespaces are taken to belong together. */
  readonly #bySet = new Map<Membership, Gathering>();
  /** The same, of memberships that say the same and are not one object. */
  readonly #bySetKey = new Map<string, Gathering>();
  readonly #homes = new Map<Process, Gathering>();
  /** What was found of the namespaces and the cgroup that were judged last. */
  #last: Judgement | undefined;

  constructor(graph: NamespaceGraph, machine: ReadonlySet<NamespaceId>) {
    this.#graph = graph;
    this.#machine = machine;
    this.#told = toldByMonitors(graph);
    for (const [cgroup, workload] of runtimeContainers(graph, machine)) this.#workloads.set(cgroup, workload);
  }

  add(process: Process, namespaces: Membership): void {
    addTo(this.#homeOf(process).parts, namespaces, process);
  }

  #homeOf(process: Process): Gathering {
    const home = this.#ownHome(process) ?? this.#homeAbove(process);
    if (process.pid < home.first) home.first = process.pid;
    return home;
  }

  /** Where a process belongs that does not belong anywhere for its own sake: with an ancestor, if that is apart too. */
  #homeAbove(process: Process): Gathering {
    if (process.ppid === undefined)
      return obtain(this.#bySet, process.namespaces, () =>
        obtain(this.#bySetKey, membershipKey(process.namespaces), () => this.#open("apart", undefined, process)),
      );
    const path = new Set([process]);
    let top = process;
    let home: Gathering | undefined;
    while (home === undefined) {
      const parent = this.#parentOf(top);
      if (parent === undefined || path.has(parent)) {
        home = this.#open("apart", undefined, top);
      } else {
        path.add(parent);
        top = parent;
        home = this.#ownHome(parent) ?? (parent.ppid === undefined ? this.#homeAbove(parent) : undefined);
      }
    }
    for (const step of path) this.#homes.set(step, home);
    return home;
  }

  /** The parent of a process, where the process belongs where that does. */
  #parentOf(process: Process): Process | undefined {
    const parent = process.ppid === undefined ? undefined : this.#graph.process(process.ppid);
    return parent !== undefined && this.#isFollowed(parent, process) ? parent : undefined;
  }

  /** Whether a process belongs where its parent does. All descend from PID 1, which says nothing, unless they are where that is. */
  #isFollowed(parent: Process, child: Process): boolean {
    if (this.#locationOf(parent) !== "apart") return false;
    return parent.pid !== 1 || NAMESPACE_TYPES.every((type) => parent.namespaces[type] === child.namespaces[type]);
  }

  /** Where a process belongs for its own sake; undefined where that depends on its ancestors. */
  #ownHome(process: Process): Gathering | undefined {
    const known = this.#homes.get(process);
    if (known !== undefined) return known;
    const told = this.#told.workloads.get(process);
    const location = told && this.#locationOf(process);
    if (told !== undefined && location === "apart")
      return obtain(this.#byMonitor, keyOf(told), () => this.#open(location, told, process));
    const { namespaces, cgroup } = process;
    // Nothing else counts, and those of one set come one after the other, mostly of one cgroup.
    let last = this.#last;
    if (last?.namespaces !== namespaces || last.cgroup !== cgroup) {
      last = { namespaces, cgroup, home: this.#judge(process) };
      this.#last = last;
    }
    return last.home;
  }

  #judge(process: Process): Gathering | undefined {
    const location = this.#locationOf(process);
    const workload = this.#workloadOf(process);
    const isAlone = workload !== undefined && !this.#told.shared.has(workload.cgroup);
    if (isAlone && belongsTogether(workload, location))
      return obtain(this.#byCgroup, workload.cgroup, () => this.#open(location, workload, process));
    return location === "apart"
      ? undefined
      : obtain(this.#byPlace, location, () => this.#open(location, undefined, process));
  }

  #open(location: Location, workload: Workload | undefined, { pid }: Process): Gathering {
    const gathering: Gathering = { location, workload, parts: new Map(), first: pid };
    this.gatherings.push(gathering);
    return gathering;
  }

  #locationOf({ namespaces }: Process): Location {
    return obtain(this.#places, namespaces, () => {
      const ids = Object.values(namespaces);
      if (ids.length === 0) return "unreadable";
      return ids.every((id) => this.#machine.has(id)) ? "machine" : "apart";
    });
  }

  #workloadOf({ cgroup }: Process): Workload | undefined {
    if (cgroup === undefined) return undefined;
    return obtain(this.#workloads, cgroup, () => {
      const workload = workloadOfCgroup(cgroup);
      return workload && (this.#told.named.get(workload.cgroup) ?? workload);
    });
  }
}

/** Several monitors may speak of one container: what was started in it later has one of its own. */
function keyOf({ kind, engine, id, name, user, cgroup }: Workload): string {
  return JSON.stringify([kind, engine, id ?? name, user, id === undefined ? cgroup : undefined]);
}
