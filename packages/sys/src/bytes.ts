import { isAscii } from "node:buffer";

/*
 * The kernel's names and paths are bytes. Those that are not UTF-8 stand in strings as U+DC80 … U+DCFF, one for each
 * byte, so that nothing is lost, JSON can hold them, and the bytes can be had back.
 */

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** How many bytes the UTF-8 sequence at an offset has; 0 where it is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number;
  const length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length <= 1) return length;
  if (at + length > bytes.length) return 0;
  try {
    strict.decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}

/** Bytes as text. */
export function decodeBytes(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString("latin1");
  try {
    return strict.decode(bytes);
  } catch {
    let text = "";
    for (let at = 0; at < bytes.length; ) {
      const length = sequenceLength(bytes, at);
      text +=
        length === 0
          ? String.fromCharCode(0xdc00 + (bytes[at] as number))
          : strict.decode(bytes.subarray(at, at + length));
      at += length || 1;
    }
    return text;
  }
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
