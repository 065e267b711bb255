import { nearestWord } from "@ns-graph/graph";

/** " Did you mean …?" for the known word that was probably meant, or nothing. */
export function suggest(word: string, known: Iterable<string>, quote: (name: string) => string): string {
  const meant = nearestWord(word, known);
  return meant === undefined ? "" : ` Did you mean ${quote(meant)}?`;
}
