const BASE = 0xdc00;

/** Bytes of a text in which U+DC80 … U+DCFF stand for bytes that are not UTF-8. */
export function encodeText(text: string): Buffer {
  const parts = Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    return character.length === 1 && code >= BASE + 0x80 && code <= BASE + 0xff
      ? Buffer.from([code - BASE])
      : Buffer.from(character);
  });
  return Buffer.concat(parts);
}

/** Text of bytes; each byte that is no part of valid UTF-8 stands as U+DC80 … U+DCFF. */
export function decodeText(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length === 0) text += String.fromCharCode(BASE + (bytes[at] ?? 0));
    else text += Buffer.from(bytes.subarray(at, at + length)).toString("utf8");
    at += length || 1;
  }
  return text;
}

/** How many bytes form the character that starts here; 0 where none does. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++) {
    try {
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(at, at + length));
      return length;
    } catch {
      // Not a whole character, or none at all: a longer one is tried.
    }
  }
  return 0;
}
