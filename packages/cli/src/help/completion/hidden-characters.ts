/**
 * Characters that are shown as nothing, or change how others are shown, though they count as printable in the tables of the C
 * library: the first and the last of each range. Names with one of them are not offered, as those with control characters.
 */
export const HIDDEN_RANGES: readonly (readonly [first: number, last: number])[] = [
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xfff0, 0xfffb],
  [0xe0000, 0xe0fff],
];

/**
 * The same for a shell, as what stands inside the brackets of a pattern; in bytes, as not every locale knows the characters.
 * To zsh a dash between quotes is one of the characters.
 */
export function hiddenInBrackets(): string {
  const ranges = HIDDEN_RANGES.map(([first, last]) =>
    first === last ? quoteBytes(first) : `${quoteBytes(first)}-${quoteBytes(last)}`,
  );
  return ranges.join("");
}

function quoteBytes(character: number): string {
  const bytes = [...Buffer.from(String.fromCodePoint(character))];
  return `$'${bytes.map((byte) => `\\x${byte.toString(16)}`).join("")}'`;
}
