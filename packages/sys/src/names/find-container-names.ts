import { type ContainerName, type ContainerNames, containerKey, groupBy, type Workload } from "@ns-graph/graph";
import { now } from "../kernel/clock.js";
import { believedName } from "./believed-name.js";
import { isNamedByRoot } from "./cgroup-owner.js";
import { type EngineFolders, NAME_SOURCES, type NameSource, namesFrom } from "./container-name-sources.js";

/** How long all sources together may take, in milliseconds. */
const TIME_LIMIT = 300;
/** Ids stand in paths: nothing else than what engines make may. */
const ID = /^[0-9a-f]{64}$/;

/**
 * Looks up what engines call containers: in files that root, or the user, alone can write, and from engines that listen
 * on such a socket. Nothing else of the engines is used, and an engine that does not answer is not waited for.
 *
 * The machine's engines name what root made, and the user's engines what is in the user's own service manager. What is
 * inside another container is named by nobody here.
 */
export async function findNames(
  containers: readonly Workload[],
  folders: EngineFolders,
  limit = TIME_LIMIT,
): Promise<ContainerNames> {
  const found = new Map<string, ContainerName>();
  const signal = AbortSignal.timeout(limit);
  const isOver = new Promise<"over">((resolve) => {
    signal.addEventListener("abort", () => resolve("over"), { once: true });
  });
  // The folders of cgroups are looked at in one go, in which no timer runs: whoever has many of them ends it here.
  const end = now() + limit;
  const byOwner = groupBy(
    containers.filter(({ id = "" }) => ID.test(id)),
    (container) => (now() < end ? ownerOf(container, folders) : undefined),
  );
  for (const source of NAME_SOURCES) {
    const mayName = (container: Workload): boolean =>
      source.engines.includes(container.engine) && !found.has(containerKey(container));
    // Anybody may give a cgroup of theirs any id.
    const wanted = groupBy((byOwner.get(source.whose) ?? []).filter(mayName), ({ id = "" }) => id);
    if (wanted.size === 0) continue;
    const names = namesFrom(source, [...wanted.keys()], folders, signal);
    for (;;) {
      const step = await Promise.race([names.next(), isOver]);
      if (step === "over") return Object.fromEntries(found);
      if (step.done) break;
      for (const [id, said] of step.value) take(said, wanted.get(id) ?? [], found);
    }
  }
  return Object.fromEntries(found);
}

function take(said: ContainerName, containers: readonly Workload[], found: Map<string, ContainerName>): void {
  for (const container of containers) {
    const key = containerKey(container);
    const name = believedName(said, container);
    if (name !== undefined && !found.has(key)) found.set(key, name);
  }
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
