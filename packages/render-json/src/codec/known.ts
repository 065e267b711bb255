/** How many objects of the same sum are looked at. Whoever makes more of them is served, more slowly. */
const MAX_ALIKE = 8;

/** An object that was read already, with its members as they were written. */
interface Sample<T> {
  readonly value: T;
  readonly names: readonly string[];
  readonly values: readonly unknown[];
}

/** Objects of texts that were read already. */
export class Known<T extends object> {
  /** By the text that they are written as. */
  readonly #byText = new Map<string, T>();
  readonly #bySum = new Map<number, Sample<T>[]>();

  /** The one that was written like an object from `JSON.parse`. */
  find(object: Readonly<Record<string, unknown>>, sum: number): Sample<T> | undefined {
    const alike = this.#bySum.get(sum);
    if (alike !== undefined) for (const sample of alike) if (isLike(object, sample)) return sample;
    return undefined;
  }

  /** Keeps what was read of an object, or the one that is equal to it, with its members in another order say. */
  keep(read: T, text: string, object: object, sum: number): T {
    const value = this.#byText.get(text) ?? read;
    this.#byText.set(text, value);
    const sample = { value, names: Object.keys(object), values: Object.values(object) };
    const alike = this.#bySum.get(sum);
    if (alike === undefined) this.#bySum.set(sum, [sample]);
    else if (alike.length < MAX_ALIKE) alike.push(sample);
    return value;
  }
}

function isLike(object: Readonly<Record<string, unknown>>, { names, values }: Sample<unknown>): boolean {
  let place = 0;
  for (const name in object) {
    if (name !== names[place] || object[name] !== values[place]) return false;
    place++;
  }
  return place === names.length;
}
