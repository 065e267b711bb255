/** Phrases as people list them: `a`, `a and b`, `a, b and c`. */
export function enumerate(phrases: readonly string[]): string {
  return phrases.length < 2 ? (phrases[0] ?? "") : `${phrases.slice(0, -1).join(", ")} and ${phrases.at(-1)}`;
}

/**
 * Names as far as they fit, and how many others there are: `a, b and 4 more`, `a, b, c`. The first is there whether it fits or
 * not.
 *
 * @param fits whether a list is short enough; of two, the one that begins as the other and goes on is the longer
 */
export function listFitting(names: readonly string[], fits: (list: string) => boolean): string {
  let list = names[0] ?? "";
  let best = withCount(list, names.length - 1);
  for (let listed = 1; listed < names.length; listed++) {
    list += `, ${names[listed]}`;
    const rest = names.length - listed - 1;
    if (!fits(list)) return best;
    if (fits(withCount(list, rest))) best = withCount(list, rest);
  }
  return best;
}

function withCount(list: string, rest: number): string {
  return rest <= 0 ? list : `${list} and ${rest} more`;
}
