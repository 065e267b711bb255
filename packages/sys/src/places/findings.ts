import type { Pin, Problem, Sighting } from "@ns-graph/graph";

/** The most holders of one kind that are listed for one process and namespace, and the most problems of one kind; more are counted. */
export const LISTED = 64;

/**
 * Where the places put what they find of one process or mount namespace. It stays small, whatever that has: what comes
 * very often is counted.
 */
export class Findings {
  readonly sightings: Sighting[] = [];
  readonly problems: Problem[] = [];
  #holders: Counted | undefined;
  #failures: Counted | undefined;

  /** Adds something that holds a namespace, or leads to one. */
  see(sighting: Sighting): void {
    const { sightings } = this;
    if (this.#holders === undefined && sightings.length >= LISTED) this.#holders = countAll(sightings, holderKey);
    if (this.#holders === undefined || this.#holders.isListed(holderKey(sighting), sightings.length))
      sightings.push(sighting);
  }

  /** Whether one more holder of a namespace would be counted only, so that nothing about it has to be found out. */
  isCounted(kind: Pin["kind"], id: string): boolean {
    return this.#holders?.isFull(`${kind} ${id}`) ?? false;
  }

  /** Adds what could not be learned. */
  fail(problem: Problem): void {
    const { problems } = this;
    if (this.#failures === undefined && problems.length >= LISTED) this.#failures = countAll(problems, failureKey);
    if (this.#failures === undefined || this.#failures.isListed(failureKey(problem), problems.length))
      problems.push(problem);
  }

  /** Writes down how many there were of what was counted only; `of` is whose they are. */
  finish(of: Pick<Problem, "pid" | "namespace" | "type">): void {
    for (const { last, more } of this.#holders?.exceeded() ?? []) {
      const sighting = this.sightings[last] as Sighting;
      if (sighting.pin !== undefined) this.sightings[last] = { ...sighting, pin: { ...sighting.pin, more } };
    }
    for (const { last, more } of this.#failures?.exceeded() ?? []) {
      const { code, errno } = this.problems[last] as Problem;
      this.problems.push({ code, ...of, ...(errno === undefined ? {} : { errno }), count: more });
    }
  }
}

function holderKey({ id, pin }: Sighting): string {
  return `${pin?.kind} ${id}`;
}

function failureKey({ code, errno }: Problem): string {
  return `${code} ${errno}`;
}

function countAll<T>(items: readonly T[], keyOf: (item: T) => string): Counted {
  const counted = new Counted();
  items.forEach((item, at) => void counted.isListed(keyOf(item), at));
  return counted;
}

/** How many there are of each kind, and which of them was the last to be listed. */
class Counted {
  readonly #kinds = new Map<string, { last: number; number: number }>();

  /** Counts one that would be at a position; whether it is to be listed there. */
  isListed(key: string, at: number): boolean {
    const kind = this.#kinds.get(key);
    if (kind === undefined) {
      this.#kinds.set(key, { last: at, number: 1 });
      return true;
    }
    kind.number++;
    if (kind.number > LISTED) return false;
    kind.last = at;
    return true;
  }

  isFull(key: string): boolean {
    return (this.#kinds.get(key)?.number ?? 0) >= LISTED;
  }

  exceeded(): readonly { readonly last: number; readonly more: number }[] {
    return [...this.#kinds.values()]
      .filter(({ number }) => number > LISTED)
      .map(({ last, number }) => ({ last, more: number - LISTED }));
  }
}
