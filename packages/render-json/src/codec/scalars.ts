import type { Codec, Reading, Schema } from "./codec.js";
import { inside, quote, shapeFault, unexpected } from "./document-fault.js";
import { jsonText, jsonValue } from "./json-text.js";

function scalar<T>(schema: Schema, read: (value: unknown) => T, write: (value: T) => string = String): Codec<T> {
  return { schema: () => schema, read, write };
}

function asText(value: unknown, form: string): string {
  if (typeof value === "string") return value;
  throw unexpected(form, value);
}

/** Any text. */
export const text = texts();

/** Any text, with some that it may be: this version need not know all of them. */
export function texts<Known extends string = string>(...examples: readonly Known[]): Codec<Known> {
  const schema = examples.length === 0 ? { type: "string" } : { type: "string", examples };
  return scalar(schema, (value) => asText(value, "must be a text") as Known, jsonText);
}

/** A text of some form; `form` completes the sentence "must be …". */
export function matching(pattern: RegExp, form: string): Codec<string> {
  return scalar(
    { type: "string", pattern: pattern.source },
    (value) => {
      const found = asText(value, `must be ${form}`);
      if (pattern.test(found)) return found;
      throw shapeFault(`must be ${form}, not ${quote(found)}`);
    },
    jsonText,
  );
}

/** One of some words. */
export function oneOf<Word extends string>(words: readonly Word[]): Codec<Word> {
  const known: ReadonlySet<string> = new Set(words);
  const form = `must be one of ${words.join(", ")}`;
  return scalar(
    { enum: words },
    (value) => {
      const word = asText(value, form);
      if (known.has(word)) return word as Word;
      throw shapeFault(`${form}, not ${quote(word)}`);
    },
    jsonText,
  );
}

/** A value that is always the same. */
export function constant<T extends string | number | true>(expected: T): Codec<T> {
  return scalar(
    { const: expected },
    (value) => {
      if (value === expected) return expected;
      throw shapeFault(`must be ${JSON.stringify(expected)} or absent`);
    },
    JSON.stringify,
  );
}

/** `true` or `false`. */
export const truth: Codec<boolean> = scalar({ type: "boolean" }, (value) => {
  if (typeof value === "boolean") return value;
  throw unexpected("must be true or false", value);
});

/** `true`, in a member that is absent otherwise. */
export const yes = constant(true);

/** A whole number within bounds. */
export function whole(minimum: number, maximum = Number.MAX_SAFE_INTEGER): Codec<number> {
  const range = maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
  return scalar({ type: "integer", minimum, maximum }, (value) => {
    if (Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum) return value as number;
    const form = `must be a whole number ${range}`;
    throw typeof value === "number" ? shapeFault(`${form}, not ${value}`) : unexpected(form, value);
  });
}

/** A value of any kind, of which this version knows nothing. */
export const unknown: Codec<unknown> = {
  schema: () => ({}),
  read(value, reading) {
    passValue(value, reading);
    return value;
  },
  write: (value) => jsonValue(value) ?? "null",
};

/** Counts the members in a value, and refuses what would not come out again as it was. */
function passValue(value: unknown, reading: Reading): void {
  if (typeof value !== "object" || value === null) {
    if (typeof value !== "number" || Number.isFinite(value)) return;
    throw shapeFault("must be a number that fits");
  }
  // No list of all keys: there may be very many.
  if (Array.isArray(value)) {
    for (let place = 0; place < value.length; place++) passInner(value[place], place, reading);
    return;
  }
  for (const key in value) {
    reading.members++;
    passInner((value as Readonly<Record<string, unknown>>)[key], key, reading);
  }
}

function passInner(value: unknown, step: string | number, reading: Reading): void {
  try {
    passValue(value, reading);
  } catch (error) {
    throw inside(step, error);
  }
}
