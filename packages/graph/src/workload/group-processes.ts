import type { NamespaceGraph } from "../namespace-graph.js";
import type { NamespaceId } from "../namespace-id.js";
import { NAMESPACE_TYPES } from "../namespace-type.js";
import type { Membership, Process } from "../process.js";
import type { Workload, WorkloadKind } from "./workload.js";
import { workloadOfCgroup } from "./workload-of.js";

/** Where a process is: in the machine's namespaces alone, apart from them in some, or nobody knows. */
export type Place = "machine" | "apart" | "unreadable";

/** Processes that belong together, while they are gathered. */
export interface Gathering {
  readonly place: Place;
  /** Where it is their cgroup that brings them together. */
  readonly workload: Workload | undefined;
  /** By what namespaces they are in. */
  readonly parts: Map<Membership, Process[]>;
  /** The lowest PID. */
  first: number;
}

/** Of these kinds all processes belong together wherever they are; of the others only those that are apart from the machine. */
const ALWAYS_TOGETHER: ReadonlySet<WorkloadKind> = new Set(["container"]);
const TOGETHER_APART: ReadonlySet<WorkloadKind> = new Set(["vm", "app", "monitor", "service"]);

function belongsTogether({ kind }: Workload, place: Place): boolean {
  return ALWAYS_TOGETHER.has(kind) || (place === "apart" && TOGETHER_APART.has(kind));
}

/**
 * Brings processes together: by the workload that their cgroup names, if it names one that has namespaces of its own;
 * else with the topmost of their ancestors that is apart from the machine too, unless that is PID 1; where parents are
 * not known, with those in the same namespaces.
 */
export function groupProcesses(graph: NamespaceGraph, machine: ReadonlySet<NamespaceId>): readonly Gathering[] {
  const grouper = new Grouper(graph, machine);
  for (const { namespaces, processes } of graph.processSets())
    for (const process of processes) if (!process.context) grouper.add(process, namespaces);
  return grouper.gatherings;
}

class Grouper {
  readonly gatherings: Gathering[] = [];
  readonly #graph: NamespaceGraph;
  readonly #machine: ReadonlySet<NamespaceId>;
  readonly #places = new Map<Membership, Place>();
  readonly #workloads = new Map<string, Workload | undefined>();
  readonly #byCgroup = new Map<string, Gathering>();
  readonly #byPlace = new Map<Place, Gathering>();
  /** Of processes whose parents were not asked for: those in the same namespaces are taken to belong together. */
  readonly #bySet = new Map<Membership, Gathering>();
  readonly #homes = new Map<Process, Gathering>();

  constructor(graph: NamespaceGraph, machine: ReadonlySet<NamespaceId>) {
    this.#graph = graph;
    this.#machine = machine;
  }

  add(process: Process, namespaces: Membership): void {
    const { parts } = this.#homeOf(process);
    const part = parts.get(namespaces);
    if (part === undefined) parts.set(namespaces, [process]);
    else part.push(process);
  }

  #homeOf(process: Process): Gathering {
    const path = new Set<Process>();
    let at = process;
    let home = this.#ownHome(at);
    while (home === undefined) {
      path.add(at);
      if (at.ppid === undefined) {
        home = obtain(this.#bySet, at.namespaces, () => this.#open("apart", undefined, at));
        break;
      }
      const parent = this.#graph.process(at.ppid);
      if (parent === undefined || !this.#isFollowed(parent, at) || path.has(parent)) {
        home = this.#open("apart", undefined, at);
      } else {
        at = parent;
        home = this.#ownHome(at);
      }
    }
    for (const step of path) this.#homes.set(step, home);
    home.first = Math.min(home.first, process.pid);
    return home;
  }

  /** Whether a process belongs where its parent does. All descend from PID 1, which says nothing, unless they are where that is. */
  #isFollowed(parent: Process, child: Process): boolean {
    if (this.#placeOf(parent) !== "apart") return false;
    return parent.pid !== 1 || NAMESPACE_TYPES.every((type) => parent.namespaces[type] === child.namespaces[type]);
  }

  /** Where a process belongs for its own sake; undefined where that depends on its ancestors. */
  #ownHome(process: Process): Gathering | undefined {
    const known = this.#homes.get(process);
    if (known !== undefined) return known;
    const place = this.#placeOf(process);
    const workload = this.#workloadOf(process);
    if (workload !== undefined && belongsTogether(workload, place))
      return obtain(this.#byCgroup, workload.cgroup, () => this.#open(place, workload, process));
    return place === "apart" ? undefined : obtain(this.#byPlace, place, () => this.#open(place, undefined, process));
  }

  #open(place: Place, workload: Workload | undefined, { pid }: Process): Gathering {
    const gathering: Gathering = { place, workload, parts: new Map(), first: pid };
    this.gatherings.push(gathering);
    return gathering;
  }

  #placeOf({ namespaces }: Process): Place {
    return obtain(this.#places, namespaces, () => {
      const ids = Object.values(namespaces);
      if (ids.length === 0) return "unreadable";
      return ids.every((id) => this.#machine.has(id)) ? "machine" : "apart";
    });
  }

  #workloadOf({ cgroup }: Process): Workload | undefined {
    return cgroup === undefined ? undefined : obtain(this.#workloads, cgroup, () => workloadOfCgroup(cgroup));
  }
}

function obtain<Key, Value>(values: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = values.get(key);
  if (known !== undefined || values.has(key)) return known as Value;
  const value = make();
  values.set(key, value);
  return value;
}
