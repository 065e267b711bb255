import { editDistance } from "@ns-graph/graph";

/** The known word that was probably meant, or undefined where none is near enough. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    const other = candidate.toLowerCase();
    const isPrefix = wanted.length > 1 && (other.startsWith(wanted) || (other.length > 2 && wanted.startsWith(other)));
    const distance = isPrefix ? 0.5 : editDistance(wanted, other);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** " Did you mean …?" for the known word that was probably meant, or nothing. */
export function suggest(word: string, known: Iterable<string>, quote: (name: string) => string): string {
  const meant = nearest(word, known);
  return meant === undefined ? "" : ` Did you mean ${quote(meant)}?`;
}
