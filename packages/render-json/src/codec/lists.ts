import type { Codec } from "./codec.js";
import { inside, quote, shapeFault, unexpected } from "./document-fault.js";
import { jsonText } from "./json-text.js";

/** A list whose items stand on lines of their own where it is a member of the document. */
export interface Lines<T> extends Codec<readonly T[]> {
  readonly item: Codec<T>;
}

function asList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw unexpected("must be a list", value);
}

/** A list of at most so many values. */
export function listOf<T>(item: Codec<T>, maxItems: number): Codec<readonly T[]> {
  return {
    schema: (definitions) => ({ type: "array", items: item.schema(definitions), maxItems }),
    read(value, reading) {
      const items = asList(value);
      let place = 0;
      try {
        if (items.length > maxItems) {
          place = maxItems;
          throw shapeFault(`is one too many: there may be ${maxItems}`);
        }
        for (; place < items.length; place++) {
          const before = items[place];
          const after = item.read(before, reading);
          if (after !== before) items[place] = after;
        }
      } catch (error) {
        throw inside(place, error);
      }
      return items as T[];
    },
    write(items) {
      let written = "";
      // Without an iterator: most lists have one value, and there are as many as processes.
      for (let place = 0; place < items.length; place++) {
        if (place > 0) written += ",";
        written += item.write(items[place] as T);
      }
      return `[${written}]`;
    },
  };
}

/** A list of numbers of which each is greater than the one before it. There is one at least. */
export function ascendingOf(item: Codec<number>, maxItems: number): Codec<readonly number[]> {
  const list = listOf(item, maxItems);
  return {
    ...list,
    schema: (definitions) => ({ ...list.schema(definitions), minItems: 1, uniqueItems: true }),
    read(value, reading) {
      const numbers = list.read(value, reading);
      if (numbers.length === 0) throw shapeFault("is empty");
      for (let place = 1; place < numbers.length; place++) {
        if ((numbers[place] as number) <= (numbers[place - 1] as number)) {
          throw inside(place, shapeFault("must be greater than the one before it"));
        }
      }
      return numbers;
    },
  };
}

/** A list of the document itself, each of whose items is written as a line. */
export function linesOf<T>(item: Codec<T>, maxItems: number): Lines<T> {
  return { ...listOf(item, maxItems), item };
}

/** A list with a value of its own kind at each place. */
export function tupleOf<T extends readonly unknown[]>(
  places: {
    readonly [Place in keyof T]: Codec<T[Place]>;
  },
): Codec<T> {
  const codecs = places as readonly Codec<unknown>[];
  return {
    schema: (definitions) => ({
      type: "array",
      prefixItems: codecs.map((codec) => codec.schema(definitions)),
      items: false,
      minItems: codecs.length,
    }),
    read(value, reading) {
      const items = asList(value);
      if (items.length !== codecs.length) throw shapeFault(`has ${items.length} values instead of ${codecs.length}`);
      for (const [place, codec] of codecs.entries()) {
        try {
          items[place] = codec.read(items[place], reading);
        } catch (error) {
          throw inside(place, error);
        }
      }
      return items as unknown as T;
    },
    write: (items) => `[${codecs.map((codec, place) => codec.write(items[place])).join(",")}]`,
  };
}

/** An object from keys to values of one kind. The keys have any form unless one is given, and are written in order. */
export function dictionaryOf<T>(
  item: Codec<T>,
  compareKeys: (a: string, b: string) => number,
  keys?: { readonly pattern: RegExp; readonly form: string },
): Codec<Readonly<Record<string, T>>> {
  return {
    schema: (definitions) => ({
      type: "object",
      ...(keys && { propertyNames: { type: "string", pattern: keys.pattern.source } }),
      additionalProperties: item.schema(definitions),
    }),
    read(value, reading) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw unexpected("must be an object", value);
      }
      const members = Object.entries(value);
      for (const member of members) {
        const [key, before] = member;
        reading.members++;
        if (keys?.pattern.test(key) === false) {
          throw shapeFault(`has the key ${quote(key)}, which must be ${keys.form}`);
        }
        try {
          member[1] = item.read(before, reading);
        } catch (error) {
          throw inside(key, error);
        }
      }
      // Not assigned one by one: a key called __proto__ is a key like any other.
      return Object.fromEntries(members) as Record<string, T>;
    },
    write(values) {
      const written = Object.keys(values)
        .sort(compareKeys)
        .map((key) => `${jsonText(key)}:${item.write(values[key] as T)}`);
      return `{${written.join(",")}}`;
    },
  };
}
