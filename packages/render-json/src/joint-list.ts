import { DocumentFault } from "./document-fault.js";

/** The names of lists of which a selection has another one, with what it is not of. */
const OTHERS = { namespaces: "otherNamespaces", processes: "otherProcesses", pins: "otherPins", problems: "" } as const;

/** A list of a document, and behind it the other one with the same things. */
export class JointList<T> {
  readonly items: readonly T[];
  readonly #name: keyof typeof OTHERS;
  /** Where the other list begins. */
  readonly #end: number;

  constructor(name: keyof typeof OTHERS, items: readonly T[], others: readonly T[] = []) {
    this.#name = name;
    this.#end = items.length;
    this.items = others.length === 0 ? items : [...items, ...others];
  }

  /** The items in canonical order. Two of which neither comes first are the same one twice. */
  inOrder(compare: (a: T, b: T) => number): readonly T[] {
    const { items } = this;
    let isSorted = true;
    for (let place = 1; place < items.length && isSorted; place++) {
      isSorted = compare(items[place - 1] as T, items[place] as T) < 0;
    }
    if (isSorted) return items;
    const sorted = [...items].sort(compare);
    for (let place = 1; place < sorted.length; place++) {
      const [one, next] = [sorted[place - 1] as T, sorted[place] as T];
      if (compare(one, next) !== 0) continue;
      const first = items.indexOf(one);
      const second = items.indexOf(next, first + 1);
      throw this.repeated(first, second, this.#name === "processes" ? "have the same pid" : "are the same");
    }
    return sorted;
  }

  repeated(first: number, second: number, what: string): DocumentFault {
    return new DocumentFault("shape", `${this.#pointer(first)} and ${this.#pointer(second)} ${what}`);
  }

  #pointer(place: number): string {
    return place < this.#end ? `/${this.#name}/${place}` : `/${OTHERS[this.#name]}/${place - this.#end}`;
  }
}
