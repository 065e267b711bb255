import { MISSING_WORDS, type MissingTypes, type NamespaceType } from "@ns-graph/graph";
import { type Field, field } from "./fields.js";
import { dotted, type Piece, padded, words } from "./flow.js";
import type { Scene } from "./scene.js";

/** That the kernel has no namespaces of a type, in place of the one that processes are in. */
export function lackingPieces({ pen }: Scene, type: NamespaceType, cells: number): readonly Piece[] {
  return [padded(type, cells), ...dotted(pen, [words(MISSING_WORDS.lacking, "faint")], "  ")];
}

/** The types of which nothing else is said. */
export function* missingFields({ left, unknown }: MissingTypes): Generator<Field, void, undefined> {
  if (left.length > 0) yield field(MISSING_WORDS.left, [words(left.join(" "))]);
  if (unknown.length > 0) yield field(MISSING_WORDS.unknown, [words(unknown.join(" "), "bad")]);
}
