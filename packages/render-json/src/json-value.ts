import type { JsonCursor } from "./json-cursor.js";

/** How deep a value may nest that is not part of the format. */
const MAX_DEPTH = 64;

/** How many characters all unknown values of a document may have together. */
export const MAX_UNKNOWN = 2 ** 24;

/** Reads a value of any kind. No part of it may begin behind the limit. */
export function readValue(cursor: JsonCursor, limit: number, depth = 0): unknown {
  const kind = cursor.kind();
  if (cursor.at > limit) throw cursor.fault(`makes the unknown fields larger than ${MAX_UNKNOWN / 2 ** 20} MiB`);
  if (kind === "an object") return readObject(cursor, limit, deeper(cursor, depth));
  if (kind === "a list") return readList(cursor, limit, deeper(cursor, depth));
  return cursor.scalar(kind);
}

/** Reads a value of any kind and drops it. */
export function passValue(cursor: JsonCursor, depth = 0): void {
  const kind = cursor.kind();
  if (kind === "an object") {
    const inner = deeper(cursor, depth);
    cursor.openObject();
    for (let key = cursor.nextKey(true); key !== undefined; key = cursor.nextKey(false)) passValue(cursor, inner);
  } else if (kind === "a list") {
    const inner = deeper(cursor, depth);
    cursor.openList();
    for (let first = true; cursor.nextItem(first); first = false) passValue(cursor, inner);
  } else {
    cursor.scalar(kind);
  }
}

function readObject(cursor: JsonCursor, limit: number, depth: number): Readonly<Record<string, unknown>> {
  const members = new Map<string, unknown>();
  cursor.openObject();
  for (let key = cursor.nextKey(true); key !== undefined; key = cursor.nextKey(false)) {
    if (members.has(key)) throw cursor.twice(key);
    members.set(key, readValue(cursor, limit, depth));
  }
  // Not assigned one by one: a key called __proto__ is a key like any other.
  return Object.fromEntries(members);
}

function readList(cursor: JsonCursor, limit: number, depth: number): readonly unknown[] {
  const items: unknown[] = [];
  cursor.openList();
  while (cursor.nextItem(items.length === 0)) items.push(readValue(cursor, limit, depth));
  return items;
}

function deeper(cursor: JsonCursor, depth: number): number {
  if (depth < MAX_DEPTH) return depth + 1;
  throw cursor.fault(`is nested more than ${MAX_DEPTH} deep`);
}
