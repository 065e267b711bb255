import type { ContainerName, ContainerNames } from "@ns-graph/graph";
import { type EnginePlaces, NAME_SOURCES } from "./container-name-sources.js";

/** How long all places together may take, in milliseconds. */
const TIME_LIMIT = 300;
/** Ids stand in paths: nothing else than what engines make may. */
const ID = /^[0-9a-f]{64}$/;

/**
 * Looks up what engines call containers: in files that root, or the user, alone can write, and from engines that listen
 * on such a socket. Nothing else of the engines is used, and an engine that does not answer is not waited for.
 *
 * @param engines the engines of the containers, by the containers' ids
 */
export async function findContainerNames(
  engines: ReadonlyMap<string, string>,
  places: EnginePlaces,
  limit = TIME_LIMIT,
): Promise<ContainerNames> {
  const found = new Map<string, ContainerName>();
  const signal = AbortSignal.timeout(limit);
  const search = { places, signal };
  const isOver = new Promise<"over">((resolve) => {
    signal.addEventListener("abort", () => resolve("over"), { once: true });
  });
  for (const source of NAME_SOURCES) {
    const ids = [...engines.keys()].filter(
      (id) => ID.test(id) && !found.has(id) && source.engines.includes(engines.get(id) ?? ""),
    );
    if (ids.length === 0) continue;
    const names = source.find(ids, search)[Symbol.asyncIterator]();
    for (;;) {
      const step = await Promise.race([names.next(), isOver]);
      if (step === "over") return toRecord(found);
      if (step.done) break;
      const [id, name] = step.value;
      if (engines.has(id) && !found.has(id)) found.set(id, name);
    }
  }
  return toRecord(found);
}

function toRecord(found: ReadonlyMap<string, ContainerName>): ContainerNames {
  return Object.fromEntries(found);
}
