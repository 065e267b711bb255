import type { Finding, Problem, Sighting } from "@ns-graph/graph";

/** The most holders of one kind that are listed for one process and namespace, and the most problems of one kind; more are counted. */
export const LISTED = 64;

const NONE: readonly never[] = Object.freeze([]);

function holderKey({ id, pin }: Sighting): string {
  return `${pin?.kind} ${id}`;
}

function failureKey({ code, errno }: Problem): string {
  return `${code} ${errno}`;
}

/** A list of the first of each kind; once it is long, others are counted. */
class FirstOfEach<T> {
  readonly items: T[] = [];
  readonly #keyOf: (item: T) => string;
  /** Of each kind how many there are, and which was the last to be listed. */
  #kinds: Map<string, { last: number; number: number }> | undefined;

  constructor(keyOf: (item: T) => string) {
    this.#keyOf = keyOf;
  }

  add(item: T): void {
    const { items } = this;
    if (this.#kinds === undefined && items.length >= LISTED) {
      this.#kinds = new Map();
      for (const [at, listed] of items.entries()) this.#isListed(this.#kinds, listed, at);
    }
    if (this.#kinds === undefined || this.#isListed(this.#kinds, item, items.length)) items.push(item);
  }

  /** Counts one that would be at a position; whether it is to be listed there. */
  #isListed(kinds: Map<string, { last: number; number: number }>, item: T, at: number): boolean {
    const key = this.#keyOf(item);
    const kind = kinds.get(key) ?? { last: at, number: 0 };
    kinds.set(key, kind);
    kind.number++;
    if (kind.number > LISTED) return false;
    kind.last = at;
    return true;
  }

  exceeded(): readonly { readonly last: number; readonly more: number }[] {
    if (this.#kinds === undefined) return NONE;
    return [...this.#kinds.values()].flatMap(({ last, number }) =>
      number > LISTED ? [{ last, more: number - LISTED }] : [],
    );
  }
}

/** What was found in several places, or of several processes. */
export function joinFindings(found: readonly Finding[]): Finding {
  return {
    sightings: found.flatMap(({ sightings }) => sightings),
    problems: found.flatMap(({ problems }) => problems),
  };
}

/**
 * Where the places put what they find of one process or mount namespace. It stays small, whatever that has: what comes
 * very often is counted.
 */
export class Findings {
  readonly #holders = new FirstOfEach(holderKey);
  readonly #failures = new FirstOfEach(failureKey);
  readonly sightings = this.#holders.items;
  readonly problems = this.#failures.items;

  /** Adds something that holds a namespace, or leads to one. */
  see(sighting: Sighting): void {
    this.#holders.add(sighting);
  }

  /** Adds what could not be learned. */
  fail(problem: Problem): void {
    this.#failures.add(problem);
  }

  /** Writes down how many there were of what was counted only; `of` is whose they are. */
  finish(of: Pick<Problem, "pid" | "namespace" | "type">): void {
    for (const { last, more } of this.#holders.exceeded()) {
      const sighting = this.sightings[last] as Sighting;
      if (sighting.pin !== undefined) this.sightings[last] = { ...sighting, pin: { ...sighting.pin, more } };
    }
    for (const { last, more } of this.#failures.exceeded()) {
      const { code, errno } = this.problems[last] as Problem;
      this.problems.push({ code, ...of, ...(errno === undefined ? {} : { errno }), count: more });
    }
  }
}
