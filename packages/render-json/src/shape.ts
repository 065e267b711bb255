import { type JsonCursor, quote } from "./json-cursor.js";
import { passValue } from "./json-value.js";

/** How many objects of a kind `remembered` knows by their text. */
const MAX_REMEMBERED = 2 ** 18;

/** Reads one value from the cursor, and throws a `DocumentFault` where it is something else. */
export type Read<T> = (cursor: JsonCursor) => T;

/** A member that an object may lack. */
export interface Optional<T> {
  readonly optional: Read<T>;
}

/** How each member of an object is read, by its key: all of them, and those that may be absent as `optional`. */
export type Fields<T> = {
  readonly [Key in Exclude<keyof T, "extra">]-?: Record<never, never> extends Pick<T, Key>
    ? Optional<Exclude<T[Key], undefined>>
    : Read<T[Key]>;
};

/** Marks a member that may be absent. */
export function optional<T>(read: Read<T>): Optional<T> {
  return { optional: read };
}

/** Any text. */
export const text: Read<string> = (cursor) => cursor.string();

/** `true` or `false`. */
export const truth: Read<boolean> = (cursor) => cursor.boolean();

/** `true`, in a member that is absent otherwise. */
export const yes: Read<true> = (cursor) => {
  const at = cursor.at;
  if (cursor.boolean()) return true;
  throw cursor.fault("must be true or absent, not false", at);
};

/** A whole number within bounds. */
export function whole(min: number, max = Number.MAX_SAFE_INTEGER): Read<number> {
  return (cursor) => cursor.integer(min, max);
}

/** A text of some form; `form` completes the sentence "must be …". */
export function matching(pattern: RegExp, form: string): Read<string> {
  return (cursor) => {
    cursor.peek();
    const at = cursor.at;
    const value = cursor.string(`must be ${form}`);
    if (pattern.test(value)) return value;
    throw cursor.fault(`must be ${form}, not ${quote(value)}`, at);
  };
}

/** One of some words. */
export function oneOf<Word extends string>(words: readonly Word[]): Read<Word> {
  const known = new Map<string, Word>(words.map((word) => [word, word]));
  const form = `must be one of ${words.join(", ")}`;
  return (cursor) => {
    cursor.peek();
    const at = cursor.at;
    const value = cursor.string(form);
    const word = known.get(value);
    if (word !== undefined) return word;
    throw cursor.fault(`${form}, not ${quote(value)}`, at);
  };
}

/** A list of at most so many values. */
export function listOf<T>(read: Read<T>, max: number): Read<readonly T[]> {
  return (cursor) => {
    const items: T[] = [];
    cursor.openList();
    while (cursor.nextItem(items.length === 0)) {
      cursor.path.push(items.length);
      if (items.length === max) throw cursor.fault(`is one too many: there may be ${max}`);
      items.push(read(cursor));
      cursor.path.pop();
    }
    // What was pushed to has room for 16 more; a million short lists would not be small.
    return items.length < 16 ? items.slice() : items;
  };
}

/** A list with a value of its own kind at each place. */
export function tupleOf<T extends readonly unknown[]>(reads: { readonly [Place in keyof T]: Read<T[Place]> }): Read<T> {
  return (cursor) => {
    const items: unknown[] = [];
    cursor.openList();
    const start = cursor.at - 1;
    while (cursor.nextItem(items.length === 0)) {
      cursor.path.push(items.length);
      const read = reads[items.length];
      if (read === undefined) throw cursor.fault(`is one too many: there must be ${reads.length}`);
      items.push(read(cursor));
      cursor.path.pop();
    }
    if (items.length < reads.length) throw cursor.fault(`has ${items.length} values instead of ${reads.length}`, start);
    return items as unknown as T;
  };
}

/** An object from keys, of any form unless one is given, to values of one kind. `form` completes "must be …". */
export function dictionaryOf<T>(
  read: Read<T>,
  keys?: { readonly key: RegExp; readonly form: string },
): Read<Readonly<Record<string, T>>> {
  return (cursor) => {
    const members = new Map<string, T>();
    cursor.openObject();
    for (let key = cursor.nextKey(true); key !== undefined; key = cursor.nextKey(false)) {
      if (members.has(key)) throw cursor.twice(key);
      if (keys?.key.test(key) === false) throw cursor.fault(`has the key ${quote(key)}, which must be ${keys.form}`);
      cursor.path.push(key);
      members.set(key, read(cursor));
      cursor.path.pop();
    }
    return Object.fromEntries(members);
  };
}

interface Member {
  readonly key: string;
  readonly read: Read<unknown>;
  readonly isRequired: boolean;
  /** A bit of its own. */
  readonly bit: number;
}

function membersOf<T>(fields: Fields<T>): readonly Member[] {
  return Object.entries<Read<unknown> | Optional<unknown>>(fields).map(([key, field], place) => ({
    key,
    bit: 1 << place,
    read: typeof field === "function" ? field : field.optional,
    isRequired: typeof field === "function",
  }));
}

/**
 * An object with these members. Other members, whatever their values are, are kept as `extra`, dropped or refused.
 *
 * It is fastest if they come in the order in which the fields are given.
 */
export function recordOf<T extends object>(fields: Fields<T>, others: "kept" | "dropped" | "refused"): Read<T> {
  const members = membersOf(fields);
  const written = members.map(({ key }) => `${JSON.stringify(key)}:`);
  const places = new Map(members.map(({ key }, place) => [key, place]));
  const required = members.reduce((bits, { bit, isRequired }) => (isRequired ? bits | bit : bits), 0);

  const readOther = (cursor: JsonCursor, key: string, extra: Map<string, unknown>): void => {
    if (others === "refused") {
      throw cursor.fault(`has ${quote(key)}, which is not one of ${[...places.keys()].join(", ")}`);
    }
    if (extra.has(key)) throw cursor.twice(key);
    cursor.path.push(key);
    extra.set(key, cursor.unknown());
    cursor.path.pop();
  };

  return (cursor) => {
    const record: Record<string, unknown> = {};
    let extra: Map<string, unknown> | undefined;
    let seen = 0;
    let next = 0;
    cursor.openObject();
    const start = cursor.at - 1;
    for (let first = true; cursor.nextMember(first); first = false) {
      let place = cursor.skipOneOf(written, next);
      if (place === -1) {
        const key = cursor.key();
        place = places.get(key) ?? -1;
        if (place === -1) {
          extra ??= new Map();
          readOther(cursor, key, extra);
          continue;
        }
      }
      next = place + 1;
      const { key, bit, read } = members[place] as Member;
      if ((seen & bit) !== 0) throw cursor.twice(key);
      seen |= bit;
      cursor.path.push(key);
      record[key] = read(cursor);
      cursor.path.pop();
    }
    const missing = required & ~seen;
    if (missing !== 0) {
      throw cursor.fault(`lacks ${quote(members.find(({ bit }) => (missing & bit) !== 0)?.key ?? "")}`, start);
    }
    if (extra !== undefined && others === "kept") record.extra = Object.fromEntries(extra);
    return record as T;
  };
}

/** An object whose other members depend on the word in one of them, wherever in the object that one stands. */
export function taggedBy<Word extends string, T>(
  tag: string,
  readTag: Read<Word>,
  choose: (word: Word) => Read<T>,
): Read<T> {
  return (cursor) => {
    cursor.peek();
    const start = cursor.at;
    cursor.openObject();
    for (let key = cursor.nextKey(true); key !== undefined; key = cursor.nextKey(false)) {
      cursor.path.push(key);
      if (key === tag) {
        const word = readTag(cursor);
        cursor.path.pop();
        cursor.rewind(start);
        return choose(word)(cursor);
      }
      passValue(cursor);
      cursor.path.pop();
    }
    throw cursor.fault(`lacks ${quote(tag)}`, start);
  };
}

/**
 * Makes equal objects one object, and reads those that are written alike only once. Only for objects without objects
 * inside. `identity` is equal for two objects if, and only if, they are.
 */
export function remembered<T>(read: Read<T>, identity: (value: T) => string): Read<T> {
  const memories = new WeakMap<JsonCursor, { readonly byText: Map<string, T>; readonly byIdentity: Map<string, T> }>();
  return (cursor) => {
    let memory = memories.get(cursor);
    if (memory === undefined) {
      memory = { byText: new Map(), byIdentity: new Map() };
      memories.set(cursor, memory);
    }
    const glanced = cursor.glance();
    if (glanced !== undefined) {
      const known = memory.byText.get(glanced);
      if (known !== undefined) {
        cursor.skip(glanced);
        return known;
      }
    }
    const start = cursor.at;
    let value = read(cursor);
    const key = identity(value);
    const equal = memory.byIdentity.get(key);
    if (equal === undefined) memory.byIdentity.set(key, value);
    else value = equal;
    if (glanced?.length === cursor.at - start && memory.byText.size < MAX_REMEMBERED) {
      memory.byText.set(own(glanced), value);
    }
    return value;
  };
}

/** An equal text that does not keep alive the document it was cut from. */
function own(slice: string): string {
  return JSON.parse(JSON.stringify(slice)) as string;
}
