import type { Evidence } from "../model/evidence.js";
import { obtain } from "../model/group-by.js";
import type { Process } from "../model/process.js";
import { CGROUP_RULES, type CgroupRule } from "./rules.js";
import { unescapeUnitName } from "./unescape-unit-name.js";
import { isUnit, type Pod, type Workload } from "./workload.js";

/** The kernel gives no longer path (PATH_MAX): what is longer was made up. */
const LONGEST_PATH = 4096;

/** Workloads inside one another that are described. */
const MOST_AROUND = 8;

/**
 * So many cgroups below one another are looked at. Every rule is tried on each, and whoever may make cgroups may nest them
 * by the thousand; nested clusters need about twenty. Deeper ones are a part of the last, as what it was left to arrange.
 */
const DEEPEST = 64;

/** The name of a cgroup within its path. */
interface Segment {
  readonly name: string;
  /** The name of the cgroup above it. */
  readonly parent: string;
  /** The path down to it. */
  readonly path: string;
  /** How many cgroups down from the root it is; undefined where the viewer does not see the root. */
  readonly depth: number | undefined;
}

interface Match {
  readonly rule: CgroupRule;
  readonly groups: Readonly<Record<string, string | undefined>>;
}

/** So many names of cgroups, of so many characters with the one above, are remembered with what they matched. */
const MOST_REMEMBERED = 4096;
const LONGEST_REMEMBERED = 128;

/** Farther down from the root no rule asks how far. */
const DEEPEST_RULE = Math.max(...CGROUP_RULES.map(({ depth = 0 }) => depth));

/** Thousands of processes have their cgroups in the same few, and each name is tried with every rule. */
const remembered = new Map<string, Match | undefined>();

function matchSegment({ name, parent, depth }: Segment): Match | undefined {
  const key = `${depth !== undefined && depth <= DEEPEST_RULE ? depth : ""}/${parent}/${name}`;
  const known = remembered.get(key);
  if (known !== undefined || remembered.has(key)) return known;
  const match = tryRules(name, parent, depth);
  if (key.length <= LONGEST_REMEMBERED) {
    if (remembered.size === MOST_REMEMBERED) remembered.clear();
    remembered.set(key, match);
  }
  return match;
}

function tryRules(name: string, parent: string, depth: number | undefined): Match | undefined {
  for (const rule of CGROUP_RULES) {
    if (rule.depth !== undefined && rule.depth !== depth) continue;
    const above = rule.parent === undefined ? undefined : rule.parent.exec(parent);
    if (above === null) continue;
    const match = rule.segment.exec(name);
    if (match !== null) return { rule, groups: { ...above?.groups, ...match.groups } };
  }
  return undefined;
}

function* segmentsOf(path: string): Generator<Segment, void, undefined> {
  let parent = "";
  const isFromRoot = !path.startsWith("/..");
  let depth = 0;
  for (let start = 0; start <= path.length && depth < DEEPEST; ) {
    const slash = path.indexOf("/", start);
    const end = slash < 0 ? path.length : slash;
    const name = path.slice(start, end);
    start = end + 1;
    if (name === "" || name === "..") continue;
    depth++;
    yield { name, parent, path: path.slice(0, end), depth: isFromRoot ? depth : undefined };
    parent = name;
  }
}

/** Services of the engines themselves, which name what is below them as root. */
const ENGINE_SERVICE = /^(?:containerd|cri-?o|docker|k3s(?:-agent)?|kubelet|podman|rke2-(?:agent|server))\.service$/;

function isUnitRule({ kind }: CgroupRule): boolean {
  return kind !== "pod" && kind !== "user" && isUnit(kind);
}

function isWorld(workload: Workload | undefined): workload is Workload {
  return workload !== undefined && !isUnit(workload.kind);
}

/** Reads a path from the root down. */
class PathReader {
  found: Workload | undefined;
  #pod: Pod | undefined;
  /** Whose service manager or session it is. Below that, and in containers, anybody may call a cgroup after a user. */
  #user: number | undefined;
  /** The unit of systemd that all of it is below. */
  #unit: string | undefined;
  /** How many workloads are inside one another. */
  #depth = 0;
  /** Whether root alone names what comes next. */
  #borneOut: Evidence;

  constructor(path: string) {
    this.#borneOut = path.startsWith("/..") ? "unknown" : "yes";
  }

  read(segment: Segment): void {
    const match = matchSegment(segment);
    if (match === undefined) this.#readUnmatched(segment);
    else if (match.rule.kind === "user") this.#readUser(match, segment);
    else if (match.rule.kind === "pod") this.#pod = this.#podOf(match);
    else if (!isUnitRule(match.rule)) this.#readWorld(match, segment);
    else if (this.found === undefined) this.#readUnit(match, segment);
  }

  /** systemd-logind's slice is root's; the service manager in it is the user's, and so is what that makes. */
  #readUser({ groups }: Match, { name }: Segment): void {
    if (this.found !== undefined || this.#borneOut === "no") return;
    this.#user = Number(groups.user);
    if (name.endsWith(".service")) this.#leaveToUser();
  }

  #leaveToUser(): void {
    if (this.#user !== 0) this.#borneOut = "no";
  }

  /** systemd puts no unit into another: what is below the first one only looks like a unit. */
  #readUnit(match: Match, segment: Segment): void {
    this.found = this.#describe(match, segment, undefined);
    this.#unit = this.found.unit;
    if (this.#user !== undefined) this.#leaveToUser();
    else if (this.#borneOut === "yes" && !ENGINE_SERVICE.test(segment.name)) this.#borneOut = "unknown";
  }

  /**
   * systemd-nspawn may be started by any service, or stay in any session: its containers are recognised by the cgroup that
   * it makes for them.
   */
  #readUnmatched({ name, parent, path }: Segment): void {
    const { found } = this;
    if (name !== "payload" || found === undefined || !isUnit(found.kind) || path !== `${found.cgroup}/payload`) return;
    const { name: _name, ...rest } = found;
    // A service has the name of its container; in a session it has none, and anybody may have made the cgroup.
    const told = parent.endsWith(".service")
      ? { name: parent.slice(0, -".service".length) }
      : { borneOut: this.#borneOut };
    this.found = { ...rest, kind: "container", engine: "nspawn", ...told };
    this.#enter();
  }

  #readWorld(match: Match, segment: Segment): void {
    const { found } = this;
    if (match.rule.isWithin && isWorld(found) && segment.path === `${found.cgroup}/${segment.name}`) {
      this.#borneOut = found.borneOut;
      this.#unit = found.unit;
      this.found = this.#describe(match, segment, found.inside);
    } else {
      // Deeper ones are a part of the last: leaving out the outermost would hide whose all of them are.
      if (this.#depth === MOST_AROUND) return;
      this.found = this.#describe(match, segment, isWorld(found) ? found : undefined);
    }
    this.#enter();
  }

  #enter(): void {
    this.#depth++;
    this.#borneOut = "no";
    this.#pod = undefined;
    this.#unit = undefined;
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
    const unit = this.#unit ?? (isUnit ? unescapeUnitName(segment.name) : undefined);
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
      borneOut: this.#borneOut,
    };
  }
}

/**
 * The workload that a cgroup path names; undefined where it names none. The path may be relative to the reader's
 * cgroup namespace, so that it begins with `/..`.
 *
 * A unit of systemd inside a container is a part of that container. A container inside another one is a workload of
 * its own. Where root is not the only one who may name cgroups, the names are those of whoever may: see `borneOut`.
 */
export function workloadOfCgroup(path: string): Workload | undefined {
  if (path.length > LONGEST_PATH) return undefined;
  const reader = new PathReader(path);
  // The kernel says so of the cgroup that a zombie was in.
  for (const segment of segmentsOf(path.replace(/ \(deleted\)$/, ""))) reader.read(segment);
  return reader.found;
}

/** A picture asks for the workload of one process several times. */
const known = new WeakMap<Process, Workload | undefined>();

/** The workload of a process, as its cgroup shows; undefined where that names none or was not read. */
export function workloadOf(process: Process): Workload | undefined {
  const { cgroup } = process;
  return cgroup === undefined ? undefined : obtain(known, process, () => workloadOfCgroup(cgroup));
}
