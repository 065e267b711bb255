import { setImmediate } from "node:timers/promises";
import {
  type ContainerName,
  type ContainerNames,
  containerKey,
  groupBy,
  isToldByCgroup,
  type Workload,
} from "@ns-graph/graph";
import { now } from "../kernel/clock.js";
import { LocalMounts } from "../kernel/local-mounts.js";
import { rootAndCaller } from "../kernel/trusted-path.js";
import { type Access, ownAccess } from "./access.js";
import { believedName } from "./believed-name.js";
import { isNamedByRoot } from "./cgroup-owner.js";
import { type EnginePlace, NAME_SOURCES, type NameSource, namesFrom } from "./container-name-sources.js";
import { placesOfUsers } from "./user-folders.js";

/** How long all sources together may take, in milliseconds. */
const TIME_LIMIT = 300;
/** Which part of that the machine's engines may take where users' are to be asked too. */
const PART_OF_MACHINE = 2 / 3;
/** Ids stand in paths: nothing else than what engines make may. */
const ID = /^[0-9a-f]{64}$/;

/** Who asks, and where. */
export interface Asker {
  /** `/`, but in tests. */
  readonly root: string;
  /** How to get at what root keeps. */
  readonly access: Access;
  /** Where the engines of whoever asks are; undefined of root, who looks at what all users keep. */
  readonly caller?: EnginePlace;
}

/** Access to what root and the caller keep. */
export function callerAccess(): Access {
  return ownAccess(rootAndCaller());
}

/** Whose engines may name a container. */
type Owner = EnginePlace["whose"];

/**
 * Looks up what engines call containers: in files that root, or the user whose they are, alone can write, and from engines that
 * listen on such a socket. Nothing else of the engines is used, and an engine that does not answer is not waited for.
 *
 * The machine's engines name what root made, and a user's engines what is in that user's service manager, or what a monitor that
 * the user runs tells of. What is inside another container is named by nobody here.
 */
export async function findNames(
  containers: readonly Workload[],
  { root, access, caller }: Asker,
  limit = TIME_LIMIT,
): Promise<ContainerNames> {
  const found = new Map<string, ContainerName>();
  const clock = startClock(limit);
  const byOwner = groupBy(
    containers.filter(({ id = "" }) => ID.test(id)),
    (container) => (clock.isOver() ? undefined : ownerOf(container, root)),
  );
  const uids = [...byOwner.keys()].filter((owner) => typeof owner === "number");
  const machine: EnginePlace = { whose: "machine", root, runtime: undefined, home: undefined, access };
  const own = caller === undefined ? [machine] : [machine, caller];
  const mounts = new LocalMounts();
  try {
    const users = caller === undefined ? placesOfUsers(uids, root, mounts) : [];
    await askAll(own, users.length === 0 ? clock : startClock(PART_OF_MACHINE * limit), byOwner, found);
    // One after the other, so that nobody takes the time of another, whatever they keep.
    for (const [i, user] of users.entries()) {
      // Timers count from when Node last looked at the clock, which was before what was done since in one go.
      await setImmediate();
      await askAll([user], startClock(clock.left() / (users.length - i)), byOwner, found);
    }
  } finally {
    mounts.release();
  }
  return Object.fromEntries(found);
}

/** Asks all sources in some places for what is not known. */
async function askAll(
  places: readonly EnginePlace[],
  clock: Clock,
  byOwner: ReadonlyMap<Owner | undefined, readonly Workload[]>,
  found: Map<string, ContainerName>,
): Promise<void> {
  for (const source of NAME_SOURCES) {
    for (const place of places) {
      if (clock.isOver()) return;
      const wanted = new Wanted(source, byOwner.get(place.whose) ?? [], found);
      if (wanted.isLacking) await ask(source, place, wanted, clock);
    }
  }
}

/** How much of the time that some may take is over. */
interface Clock {
  readonly signal: AbortSignal;
  /** Is told when it is. */
  readonly end: Promise<"over">;
  /** Whether it is. What is looked at in one go, in which no timer runs, asks this. */
  isOver(): boolean;
  /** Milliseconds. */
  left(): number;
}

function startClock(limit: number): Clock {
  const start = now();
  const signal = AbortSignal.timeout(Math.ceil(limit));
  const end = new Promise<"over">((resolve) => {
    signal.addEventListener("abort", () => resolve("over"), { once: true });
  });
  const left = () => Math.max(start + limit - now(), 0);
  return { signal, end, isOver: () => left() === 0, left };
}

/** So many names are taken at once without a look at the clock. */
const AT_ONCE = 256;

/** Takes the names that a source has in a place, for as long as something is lacking and the time is not over. */
async function ask(
  source: NameSource,
  place: EnginePlace,
  wanted: Wanted,
  { signal, end, isOver }: Clock,
): Promise<void> {
  const names = namesFrom(source, wanted.ids, place, signal);
  while (wanted.isLacking && !isOver()) {
    const step = await Promise.race([names.next(), end]);
    if (step === "over" || step.done) return;
    let taken = 0;
    for (const [id, said] of step.value) {
      wanted.take(id, said);
      if (!wanted.isLacking || (++taken % AT_ONCE === 0 && isOver())) return;
    }
  }
}

/** The containers that a source may name. */
class Wanted {
  readonly #source: NameSource;
  readonly #found: Map<string, ContainerName>;
  /** Those of which it may know something that is not known, and has said nothing yet. Anybody may give a cgroup of theirs any id. */
  readonly #byId: Map<string, readonly Workload[]>;

  constructor(source: NameSource, containers: readonly Workload[], found: Map<string, ContainerName>) {
    this.#source = source;
    this.#found = found;
    this.#byId = groupBy(
      containers.filter((container) => source.engines.includes(container.engine) && this.#lacks(container)),
      ({ id = "" }) => id,
    );
  }

  get ids(): readonly string[] {
    return [...this.#byId.keys()];
  }

  get isLacking(): boolean {
    return this.#byId.size > 0;
  }

  #lacks(container: Workload): boolean {
    const known = this.#found.get(containerKey(container));
    if (known === undefined) return true;
    return this.#source.knowsPods === true && container.pod !== undefined && known.pod === undefined;
  }

  /** Takes what is said of an id first: whoever writes it may say any number of things of it, of any number of containers. */
  take(id: string, said: ContainerName): void {
    const containers = this.#byId.get(id);
    if (containers === undefined) return;
    this.#byId.delete(id);
    for (const container of containers) {
      const key = containerKey(container);
      const name = believedName(said, container);
      // What was found first counts, and what is found later adds to it.
      if (name !== undefined) this.#found.set(key, { ...name, ...this.#found.get(key) });
    }
  }
}

/** Whose engines may name a container; undefined where nobody's may. */
function ownerOf(container: Workload, root: string): Owner | undefined {
  const { borneOut, inside, user, cgroup } = container;
  if (inside !== undefined) return undefined;
  if (borneOut === "yes") return "machine";
  const isTold = isToldByCgroup(container);
  if (borneOut === "no") return isTold && cgroup.startsWith("/..") ? undefined : user;
  return isTold && isNamedByRoot(root, cgroup) ? "machine" : undefined;
}
