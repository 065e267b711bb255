import { isAscii } from "node:buffer";

/*
 * The kernel's names and paths are bytes. Those that are not UTF-8 stand in strings as U+DC80 … U+DCFF, one for each
 * byte, so that nothing is lost, JSON can hold them, and the bytes can be had back.
 */

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The least and the greatest byte that may follow a lead byte (The Unicode Standard, table 3-7). */
function secondRange(lead: number): readonly [least: number, greatest: number] {
  if (lead === 0xe0) return [0xa0, 0xbf];
  if (lead === 0xed) return [0x80, 0x9f];
  if (lead === 0xf0) return [0x90, 0xbf];
  if (lead === 0xf4) return [0x80, 0x8f];
  return [0x80, 0xbf];
}

/** How many bytes the UTF-8 sequence at an offset has; 0 where it is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number;
  if (lead < 0x80) return 1;
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  const second = bytes[at + 1] as number;
  const [least, greatest] = secondRange(lead);
  if (second < least || second > greatest) return 0;
  for (let next = at + 2; next < at + length; next++) if (((bytes[next] as number) & 0xc0) !== 0x80) return 0;
  return length;
}

/** Bytes as text. */
export function decodeBytes(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString("latin1");
  try {
    return strict.decode(bytes);
  } catch {
    return decodeBroken(bytes);
  }
}

/** Written in one piece as UTF-16, which takes a tenth of the time that a string for each broken byte does. */
function decodeBroken(bytes: Buffer): string {
  // No sequence of bytes has more code units than bytes.
  const units = Buffer.allocUnsafe(bytes.length * 2);
  let length = 0;
  let start = 0;
  const take = (end: number): void => {
    if (end > start) length += units.write(strict.decode(bytes.subarray(start, end)), length, "utf16le");
  };
  for (let at = 0; at < bytes.length; ) {
    const sequence = sequenceLength(bytes, at);
    if (sequence > 0) {
      at += sequence;
      continue;
    }
    take(at);
    length = units.writeUInt16LE(0xdc00 + (bytes[at] as number), length);
    start = ++at;
  }
  take(bytes.length);
  return units.toString("utf16le", 0, length);
}

/** Bytes as text that are there already as a string of one letter for each (latin1). */
export function decodeLatin1(latin1: string): string {
  return /[\x80-\xff]/.test(latin1) ? decodeBytes(Buffer.from(latin1, "latin1")) : latin1;
}

/** The bytes that a text came from. */
export function encodeText(text: string): Buffer {
  if (!/[\udc80-\udcff]/u.test(text)) return Buffer.from(text);
  const parts: Buffer[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    parts.push(code >= 0xdc80 && code <= 0xdcff ? Buffer.from([code - 0xdc00]) : Buffer.from(character));
  }
  return Buffer.concat(parts);
}
