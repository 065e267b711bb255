import { linkBytes, readLinkAt } from "../kernel/libc.js";

const DIGIT_0 = 48;
const COLON = 58;

/** How many decimal digits make a number that engines keep without allocating for it. */
const SMALL_DIGITS = 5;

/**
 * The number in a link, `net:[4026531833]`, of that length: of the link that was read last, or in those bytes. 0 where
 * it is not of that form.
 */
export function linkedInode(length: number, bytes = linkBytes): number {
  let start = 0;
  while (start < length && bytes[start] !== COLON) start++;
  start += 2;
  const end = length - 1;
  const middle = Math.max(start, end - SMALL_DIGITS);
  const high = decimal(bytes, start, middle);
  const low = decimal(bytes, middle, end);
  return high < 0 || low < 0 ? 0 : high * 10 ** SMALL_DIGITS + low;
}

/** The number in a link below an open directory; 0 where it can't be read, or is not of that form. */
export function inodeAt(directory: number, link: string): number {
  const length = readLinkAt(directory, link);
  return length < 0 ? 0 : linkedInode(length);
}

/** The digits between two offsets as a number; -1 where something else is among them. */
function decimal(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - DIGIT_0;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
