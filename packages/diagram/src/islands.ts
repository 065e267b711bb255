import { NAMESPACE_TYPES, type Namespace, type ProcessSet } from "@ns-graph/graph";
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

interface Tied {
  readonly box: string | undefined;
  readonly bundle?: Bundle;
  readonly sets: readonly ProcessSet[];
}

/** Finds what processes tie together. */
export function findIslands(grouping: Grouping): Islands {
  const tied: Tied[] = [];
  const indexOf = new Map<Bundle, number>();
  const homes = new Map<ProcessSet, number>();
  const ties = new Ties();
  for (const bundle of grouping.bundles) {
    if (bundle.isMachine) continue;
    const index = ties.add();
    tied.push({ box: bundle.box, bundle, sets: bundle.sets });
    indexOf.set(bundle, index);
    for (const set of bundle.sets) homes.set(set, index);
  }
  for (const { box, set } of grouping.looseSets) {
    const index = ties.add();
    tied.push({ box, sets: [set] });
    homes.set(set, index);
  }
  for (const [set, home] of homes) {
    for (const type of NAMESPACE_TYPES) {
      const bundle = grouping.bundleOf.get(set.namespaces[type] ?? "");
      const index = bundle && indexOf.get(bundle);
      if (index !== undefined && tied[index]?.box === tied[home]?.box) ties.tie(home, index);
    }
  }
  return collect(tied, ties);
}

function collect(tied: readonly Tied[], ties: Ties): Islands {
  const byRoot = new Map<number, { box: string | undefined; namespaces: Namespace[]; sets: ProcessSet[] }>();
  const ofBundle = new Map<Bundle, Island>();
  const ofSet = new Map<ProcessSet, Island>();
  for (const [index, { box, bundle, sets }] of tied.entries()) {
    const root = ties.find(index);
    let island = byRoot.get(root);
    if (island === undefined) {
      island = { box, namespaces: [], sets: [] };
      byRoot.set(root, island);
    }
    if (bundle !== undefined) {
      for (const namespace of bundle.namespaces) island.namespaces.push(namespace);
      ofBundle.set(bundle, island);
    }
    for (const set of sets) {
      island.sets.push(set);
      ofSet.set(set, island);
    }
  }
  return { islands: [...byRoot.values()], ofBundle, ofSet };
}

/** Disjoint sets of numbers; the smallest of each stands for it. */
class Ties {
  readonly #above: number[] = [];

  add(): number {
    return this.#above.push(this.#above.length) - 1;
  }

  find(index: number): number {
    let root = index;
    while (this.#above[root] !== root) root = this.#above[root] as number;
    for (let i = index; i !== root; ) {
      const next = this.#above[i] as number;
      this.#above[i] = root;
      i = next;
    }
    return root;
  }

  tie(a: number, b: number): void {
    const first = this.find(a);
    const second = this.find(b);
    this.#above[Math.max(first, second)] = Math.min(first, second);
  }
}
