/** Phrases as people list them: `a`, `a and b`, `a, b and c`. */
export function enumerate(phrases: readonly string[]): string {
  return phrases.length < 2 ? (phrases[0] ?? "") : `${phrases.slice(0, -1).join(", ")} and ${phrases.at(-1)}`;
}
