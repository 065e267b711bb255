import { NAMESPACE_TYPES, type Namespace, type ProcessSet, tiedGroups } from "@ns-graph/graph";
import type { Bundle, Grouping } from "./group-namespaces.js";

/** Namespaces and sets of processes in one box that belong together because processes tie them: a container, a pod. */
export interface Island {
  readonly box: string | undefined;
  readonly namespaces: readonly Namespace[];
  readonly sets: readonly ProcessSet[];
}

/** The islands of a grouping, and which of them a bundle or a set of processes is in. Common bundles are in none. */
export interface Islands {
  readonly islands: readonly Island[];
  readonly ofBundle: ReadonlyMap<Bundle, Island>;
  readonly ofSet: ReadonlyMap<ProcessSet, Island>;
}

/** What has a place: namespaces with the sets that are at home there, or a set without a home. */
interface Placed {
  readonly box: string | undefined;
  readonly bundle?: Bundle;
  readonly sets: readonly ProcessSet[];
}

/** Finds what processes tie together. */
export function findIslands({ bundles, looseSets, bundleOf }: Grouping): Islands {
  const atBundle = new Map<Bundle, Placed>();
  for (const bundle of bundles)
    if (!bundle.isMachine) atBundle.set(bundle, { box: bundle.box, bundle, sets: bundle.sets });
  const placed = [...atBundle.values(), ...looseSets.map(({ box, set }): Placed => ({ box, sets: [set] }))];
  function* ties(): Generator<readonly [Placed, Placed]> {
    for (const home of placed) {
      for (const { namespaces } of home.sets) {
        for (const type of NAMESPACE_TYPES) {
          const bundle = bundleOf.get(namespaces[type] ?? "");
          const other = bundle && atBundle.get(bundle);
          if (other?.box === home.box && other !== undefined) yield [home, other];
        }
      }
    }
  }
  const ofBundle = new Map<Bundle, Island>();
  const ofSet = new Map<ProcessSet, Island>();
  const islands = tiedGroups(placed, ties()).map((tied): Island => {
    const namespaces = tied.flatMap(({ bundle }) => bundle?.namespaces ?? []);
    const island = { box: tied[0]?.box, namespaces, sets: tied.flatMap(({ sets }) => sets) };
    for (const { bundle } of tied) if (bundle !== undefined) ofBundle.set(bundle, island);
    for (const set of island.sets) ofSet.set(set, island);
    return island;
  });
  return { islands, ofBundle, ofSet };
}
