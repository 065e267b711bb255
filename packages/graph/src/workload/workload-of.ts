import type { Process } from "../process.js";
import { CGROUP_RULES, type CgroupRule } from "./rules.js";
import { unescapeUnitName } from "./unescape-unit-name.js";
import type { Pod, Workload } from "./workload.js";

/** The kernel gives no longer path (PATH_MAX): what is longer was made up. */
const LONGEST_PATH = 4096;

/** So many workloads inside one another are told; beyond them, the outermost are left out. */
const MOST_AROUND = 8;

/** The name of a cgroup within its path. */
interface Segment {
  readonly name: string;
  /** The name of the cgroup above it. */
  readonly parent: string;
  /** The path down to it. */
  readonly path: string;
}

interface Match {
  readonly rule: CgroupRule;
  readonly groups: Readonly<Record<string, string | undefined>>;
}

function matchSegment({ name, parent }: Segment): Match | undefined {
  for (const rule of CGROUP_RULES) {
    const above = rule.parent === undefined ? undefined : rule.parent.exec(parent);
    if (above === null) continue;
    const match = rule.segment.exec(name);
    if (match !== null) return { rule, groups: { ...above?.groups, ...match.groups } };
  }
  return undefined;
}

function* segmentsOf(path: string): Generator<Segment, void, undefined> {
  let parent = "";
  for (let start = 0; start <= path.length; ) {
    const slash = path.indexOf("/", start);
    const end = slash < 0 ? path.length : slash;
    const name = path.slice(start, end);
    start = end + 1;
    if (name === "" || name === "..") continue;
    yield { name, parent, path: path.slice(0, end) };
    parent = name;
  }
}

const UNIT_KINDS: ReadonlySet<CgroupRule["kind"]> = new Set(["service", "session", "scope"]);

function isWorld(workload: Workload | undefined): workload is Workload {
  return workload !== undefined && !UNIT_KINDS.has(workload.kind);
}

/** Reads a path from the root down. */
class PathReader {
  found: Workload | undefined;
  #pod: Pod | undefined;
  #user: number | undefined;
  /** The nearest service. */
  #unit: string | undefined;
  /** How many workloads are inside one another. */
  #depth = 0;

  read(segment: Segment): void {
    const match = matchSegment(segment);
    if (match === undefined) this.#readUnmatched(segment);
    else if (match.rule.kind === "user") this.#user = Number(match.groups.user);
    else if (match.rule.kind === "pod") this.#pod = this.#podOf(match);
    else if (!UNIT_KINDS.has(match.rule.kind)) this.#readWorld(match, segment);
    else if (!isWorld(this.found)) {
      this.found = this.#describe(match, segment, undefined);
      if (match.rule.kind === "service") this.#unit = this.found.unit;
    }
  }

  /** systemd-nspawn may be started by any service: its containers are told by the cgroup that it makes for them. */
  #readUnmatched({ name, parent }: Segment): void {
    if (name !== "payload" || this.found?.kind !== "service" || !parent.endsWith(".service")) return;
    this.found = { ...this.found, kind: "container", engine: "nspawn", name: parent.slice(0, -".service".length) };
  }

  #readWorld(match: Match, segment: Segment): void {
    const around = match.rule.isWithin ? this.found?.inside : this.found;
    this.found = this.#describe(match, segment, isWorld(around) ? this.#enclose(around) : undefined);
    this.#pod = undefined;
    this.#user = undefined;
    this.#unit = undefined;
  }

  #enclose(around: Workload): Workload {
    this.#depth++;
    if (this.#depth <= MOST_AROUND) return around;
    this.#depth = 1;
    const { inside: _, ...nearest } = around;
    return nearest;
  }

  #podOf({ rule, groups: { pod, qos } }: Match): Pod | undefined {
    if (pod === undefined) return this.#pod;
    // Pods without a class of their own stand above those of the others.
    const quality = qos ?? (rule.engine === "podman" ? undefined : "guaranteed");
    return { id: pod.replaceAll("_", "-"), ...(quality === undefined ? {} : { qos: quality }) };
  }

  #describe(match: Match, segment: Segment, inside: Workload | undefined): Workload {
    const { kind, engine } = match.rule;
    const { id, name } = match.groups;
    const isUnit = engine === "systemd" || segment.name.endsWith(".service");
    const unit = isUnit ? unescapeUnitName(segment.name) : this.#unit;
    const pod = this.#podOf(match);
    return {
      kind: kind as Workload["kind"],
      // In the cgroup of a pod an id alone stands for a container of whatever engine the kubelet uses.
      engine: engine === "container" && pod !== undefined ? "kubernetes" : engine,
      cgroup: segment.path,
      ...(id === undefined ? {} : { id }),
      ...(name === undefined ? {} : { name: unescapeUnitName(name) }),
      ...(pod === undefined ? {} : { pod }),
      ...(unit === undefined ? {} : { unit }),
      ...(this.#user === undefined ? {} : { user: this.#user }),
      ...(inside === undefined ? {} : { inside }),
    };
  }
}

/**
 * The workload that a cgroup path names; undefined where it names none. The path may be relative to the reader's
 * cgroup namespace, so that it begins with `/..`.
 *
 * A unit of systemd inside a container is a part of that container. A container inside another one is a workload of
 * its own.
 */
export function workloadOfCgroup(path: string): Workload | undefined {
  if (path.length > LONGEST_PATH) return undefined;
  const reader = new PathReader();
  // The kernel says so of the cgroup that a zombie was in.
  for (const segment of segmentsOf(path.replace(/ \(deleted\)$/, ""))) reader.read(segment);
  return reader.found;
}

/** The workload of a process, as its cgroup tells; undefined where that names none or was not read. */
export function workloadOf(process: Process): Workload | undefined {
  return process.cgroup === undefined ? undefined : workloadOfCgroup(process.cgroup);
}
