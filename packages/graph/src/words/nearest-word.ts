import { editDistance } from "./edit-distance.js";

/** The known word that was probably meant by one that was mistyped, or undefined where none is near enough. */
export function nearestWord(word: string, known: Iterable<string>): string | undefined {
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
