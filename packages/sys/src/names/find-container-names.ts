import { type ContainerName, type ContainerNames, containerKey, type Workload } from "@ns-graph/graph";
import { now } from "../kernel/clock.js";
import { believedName } from "./believed-name.js";
import { isNamedByRoot } from "./cgroup-owner.js";
import { type EngineFolders, NAME_SOURCES, type NameSource } from "./container-name-sources.js";
import { engineFolders } from "./engine-folders.js";

/** How long all sources together may take, in milliseconds. */
const TIME_LIMIT = 300;
/** Ids stand in paths: nothing else than what engines make may. */
const ID = /^[0-9a-f]{64}$/;

/** Containers of one id, each under its key: anybody may give a cgroup of theirs any id. */
type Namesakes = Map<string, Workload>;

/** What the engines of this machine, and those of the user with this environment, call containers. */
export function findNamesHere(
  containers: readonly Workload[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<ContainerNames> {
  return findContainerNames(containers, engineFolders(env));
}

/**
 * Looks up what engines call containers: in files that root, or the user, alone can write, and from engines that listen
 * on such a socket. Nothing else of the engines is used, and an engine that does not answer is not waited for.
 *
 * The machine's engines name what root made, and the user's engines what is in the user's own service manager. What is
 * inside another container is named by nobody here.
 */
export async function findContainerNames(
  containers: readonly Workload[],
  folders: EngineFolders,
  limit = TIME_LIMIT,
): Promise<ContainerNames> {
  const found = new Map<string, ContainerName>();
  const signal = AbortSignal.timeout(limit);
  const search = { folders, signal };
  const isOver = new Promise<"over">((resolve) => {
    signal.addEventListener("abort", () => resolve("over"), { once: true });
  });
  // The folders of cgroups are looked at in one go, in which no timer runs: whoever has many of them ends it here.
  const end = now() + limit;
  const whose = new Map(
    containers.map((container) => [container, now() < end ? ownerOf(container, folders) : undefined]),
  );
  for (const source of NAME_SOURCES) {
    const wanted = namesakes(
      containers.filter((container) => mayName(source, container, whose) && !found.has(containerKey(container))),
    );
    if (wanted.size === 0) continue;
    const names = source.find([...wanted.keys()], search)[Symbol.asyncIterator]();
    for (;;) {
      const step = await Promise.race([names.next(), isOver]);
      if (step === "over") return Object.fromEntries(found);
      if (step.done) break;
      const [id, said] = step.value;
      for (const [key, container] of wanted.get(id) ?? []) {
        const name = believedName(said, container);
        if (name !== undefined && !found.has(key)) found.set(key, name);
      }
    }
  }
  return Object.fromEntries(found);
}

type Owners = ReadonlyMap<Workload, NameSource["whose"] | undefined>;

function mayName({ engines, whose }: NameSource, container: Workload, owners: Owners): boolean {
  return owners.get(container) === whose && engines.includes(container.engine);
}

function namesakes(containers: readonly Workload[]): ReadonlyMap<string, Namesakes> {
  const byId = new Map<string, Namesakes>();
  for (const container of containers) {
    const { id } = container;
    if (id === undefined || !ID.test(id)) continue;
    const others = byId.get(id);
    if (others === undefined) byId.set(id, new Map([[containerKey(container), container]]));
    else others.set(containerKey(container), container);
  }
  return byId;
}

/** Whose engines may name a container; undefined where nobody's here may. */
function ownerOf(
  { borneOut, inside, user, cgroup }: Workload,
  folders: EngineFolders,
): NameSource["whose"] | undefined {
  if (inside !== undefined) return undefined;
  if (borneOut === "yes") return "machine";
  if (borneOut === "no") return user === folders.uid && !cgroup.startsWith("/..") ? "user" : undefined;
  return isNamedByRoot(folders.root, cgroup) ? "machine" : undefined;
}
