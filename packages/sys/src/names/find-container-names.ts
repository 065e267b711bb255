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
/** Which part of that what users keep may take, before the sockets are asked. */
const PART_OF_USERS = 0.5;
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
    (container) => (clock.isOver(1) ? undefined : ownerOf(container, root)),
  );
  const uids = [...byOwner.keys()].filter((owner) => typeof owner === "number");
  const machine: EnginePlace = { whose: "machine", root, runtime: undefined, home: undefined, access };
  const mounts = new LocalMounts();
  try {
    const places = [machine, ...(caller === undefined ? placesOfUsers(uids, root, mounts) : [caller])];
    for (const source of NAME_SOURCES) {
      for (const place of places) {
        const part = place === machine || place === caller ? 1 : PART_OF_USERS;
        const wanted = new Wanted(source, byOwner.get(place.whose) ?? [], found);
        if (wanted.isLacking) await ask(source, place, wanted, clock, part);
      }
    }
  } finally {
    mounts.release();
  }
  return Object.fromEntries(found);
}

/** How much of the time that all may take is over. */
interface Clock {
  readonly signal: AbortSignal;
  /** Is told when all of it is. */
  readonly end: Promise<"over">;
  /** Whether that part of it is. What is looked at in one go, in which no timer runs, asks this. */
  isOver(part: number): boolean;
}

function startClock(limit: number): Clock {
  const start = now();
  const signal = AbortSignal.timeout(limit);
  const end = new Promise<"over">((resolve) => {
    signal.addEventListener("abort", () => resolve("over"), { once: true });
  });
  return { signal, end, isOver: (part) => now() >= start + part * limit };
}

/** Takes the names that a source has in a place, for as long as something is lacking and the time is not over. */
async function ask(
  source: NameSource,
  place: EnginePlace,
  wanted: Wanted,
  { signal, end, isOver }: Clock,
  part: number,
): Promise<void> {
  const names = namesFrom(source, wanted.ids, place, signal);
  while (wanted.isLacking && !isOver(part)) {
    const step = await Promise.race([names.next(), end]);
    if (step === "over" || step.done) return;
    for (const [id, said] of step.value) wanted.take(id, said);
  }
}

/** The containers that a source may name. */
class Wanted {
  readonly #source: NameSource;
  readonly #found: Map<string, ContainerName>;
  readonly #byId: ReadonlyMap<string, readonly Workload[]>;
  /** Those of which it may know something that is not known. */
  readonly #lacking: Set<Workload>;

  constructor(source: NameSource, containers: readonly Workload[], found: Map<string, ContainerName>) {
    this.#source = source;
    this.#found = found;
    this.#lacking = new Set(
      containers.filter((container) => source.engines.includes(container.engine) && this.#lacks(container)),
    );
    // Anybody may give a cgroup of theirs any id.
    this.#byId = groupBy([...this.#lacking], ({ id = "" }) => id);
  }

  get ids(): readonly string[] {
    return [...this.#byId.keys()];
  }

  get isLacking(): boolean {
    return this.#lacking.size > 0;
  }

  #lacks(container: Workload): boolean {
    const known = this.#found.get(containerKey(container));
    if (known === undefined) return true;
    return this.#source.knowsPods === true && container.pod !== undefined && known.pod === undefined;
  }

  take(id: string, said: ContainerName): void {
    for (const container of this.#byId.get(id) ?? []) {
      const key = containerKey(container);
      const name = believedName(said, container);
      // What was found first counts, and what is found later adds to it.
      if (name !== undefined) this.#found.set(key, { ...name, ...this.#found.get(key) });
      if (!this.#lacks(container)) this.#lacking.delete(container);
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
