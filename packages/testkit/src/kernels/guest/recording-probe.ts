import { readFileSync, readlinkSync } from "node:fs";
import {
  type FileOf,
  type Finding,
  type ForChildrenPin,
  type Membership,
  type NamespaceHandle,
  type NamespaceId,
  type Opened,
  type Pin,
  type Probe,
  type Problem,
  parseNamespaceId,
  type Sighting,
} from "@ns-graph/graph";
import { INTERFACES, type Interface } from "../guest-report.js";

/** By which interface the probe comes upon what each kind of pin holds; undefined where that depends on how it was looked for. */
const BY_PIN: { readonly [Kind in Pin["kind"]]: (pin: Extract<Pin, { kind: Kind }>) => Interface | undefined } = {
  thread: () => "task",
  fd: () => "fd",
  socket: () => "SIOCGSKNS",
  file: ({ of }) => BY_FILE[of as FileOf],
  "for-children": wayToChildren,
  mount: () => undefined,
  unseen: () => undefined,
  other: () => undefined,
};

const BY_FILE: Readonly<Record<FileOf, Interface>> = {
  tun: "SIOCGSKNS",
  inotify: "fdinfo",
  fanotify: "fdinfo",
  io_uring: "fdinfo",
  "mount-tree": "statmount",
};

/** A probe that passes everything on, and notes by which interface each namespace was come upon. */
export class RecordingProbe implements Probe {
  readonly #probe: Probe;
  readonly #ways = new Map<NamespaceId, Set<Interface | "kernel list">>();
  readonly #seen = new Set<Membership>();
  /** What it remarked at the end of the survey: a closed probe is asked no more. */
  #remarks: readonly Problem[] | undefined;

  constructor(probe: Probe) {
    this.#probe = probe;
  }

  /** The ways that lead to a namespace, in their order. */
  waysTo(id: NamespaceId): Interface[] {
    const ways = this.#ways.get(id);
    // Where there is no listns(2) the mount namespaces are walked instead.
    const list = this.remarks().some((problem) => problem.what === "listns") ? "NS_MNT_GET_NEXT" : "listns";
    return INTERFACES.filter((way) => ways?.has(way) || (way === list && ways?.has("kernel list")));
  }

  #note(id: NamespaceId, way: Interface | "kernel list"): void {
    const ways = this.#ways.get(id);
    if (ways === undefined) this.#ways.set(id, new Set([way]));
    else ways.add(way);
  }

  get types() {
    return this.#probe.types;
  }
  host: Probe["host"] = () => this.#probe.host();
  viewer: Probe["viewer"] = () => this.#probe.viewer();
  users: Probe["users"] = () => this.#probe.users();
  pids: Probe["pids"] = () => this.#probe.pids();
  readFacts: Probe["readFacts"] = (...args) => this.#probe.readFacts(...args);
  remarks: Probe["remarks"] = () => {
    this.#remarks ??= this.#probe.remarks();
    return this.#remarks;
  };
  close: Probe["close"] = () => this.#probe.close();

  readProcess: Probe["readProcess"] = (pid, request) => {
    const reading = this.#probe.readProcess(pid, request);
    if (reading === undefined) return undefined;
    const { namespaces } = reading.process;
    if (!this.#seen.has(namespaces)) for (const id of Object.values(namespaces)) this.#note(id, "ns links");
    this.#seen.add(namespaces);
    return { ...reading, ...this.#record(reading, (pin) => wayOfPin(pin)) };
  };

  openMember: Probe["openMember"] = (...args) => this.#watchOpened(this.#probe.openMember(...args));

  readMounts: Probe["readMounts"] = (id, members) => {
    const tables = members.map(readMountinfo);
    return this.#record(this.#probe.readMounts(id, members), (_pin, sighting) => {
      const root = `${sighting.type}:[${parseNamespaceId(sighting.id)?.ino}]`;
      return tables.some((table) => table.includes(` ${root} `)) ? "mountinfo" : "listmount";
    });
  };

  readKernelLists: Probe["readKernelLists"] = (request) =>
    this.#record(this.#probe.readKernelLists(request), (pin) => (pin === undefined ? "kernel list" : wayOfPin(pin)));

  #record(
    finding: Finding,
    way: (pin: Pin | undefined, sighting: Sighting) => Interface | "kernel list" | undefined,
  ): Finding {
    const sightings = finding.sightings.map((sighting): Sighting => {
      const found = way(sighting.pin, sighting);
      if (found !== undefined) this.#note(sighting.id, found);
      return { ...sighting, open: () => this.#watchOpened(sighting.open()) };
    });
    return { sightings, problems: finding.problems };
  }

  #watchOpened(opened: Opened): Opened {
    return opened.state === "open" ? { state: "open", handle: this.#watch(opened.handle) } : opened;
  }

  #watch(handle: NamespaceHandle): NamespaceHandle {
    const follow = (answer: ReturnType<NamespaceHandle["owner"]>): ReturnType<NamespaceHandle["owner"]> => {
      if (answer.state !== "open") return answer;
      this.#note(answer.handle.id, "relatives");
      return { state: "open", handle: this.#watch(answer.handle) };
    };
    return {
      id: handle.id,
      type: handle.type,
      owner: () => follow(handle.owner()),
      parent: () => follow(handle.parent()),
      ownerUid: () => handle.ownerUid(),
      nsId: () => handle.nsId(),
    };
  }
}

function wayOfPin(pin: Pin | undefined): Interface | undefined {
  if (pin === undefined) return undefined;
  const way = BY_PIN[pin.kind] as (pin: Pin) => Interface | undefined;
  return way(pin);
}

function wayToChildren(pin: ForChildrenPin): Interface {
  const folder = pin.tid === undefined ? `/proc/${pin.pid}` : `/proc/${pin.pid}/task/${pin.tid}`;
  const inode = `[${parseNamespaceId(pin.namespace)?.ino}]`;
  const links = ["pid", "time"].map((type) => readLink(`${folder}/ns/${type}_for_children`));
  return links.some((link) => link.endsWith(inode)) ? "for_children" : "PIDFD_GET_*";
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function readMountinfo(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/mountinfo`, "latin1");
  } catch {
    return "";
  }
}
