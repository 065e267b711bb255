/*
 * Hostile text made visible: control characters (C0, DEL, C1), line and paragraph separators, bidirectional
 * marks, other invisible formatting characters, what is no character (U+FFFE, U+FFFF), lone surrogates and bytes that were not UTF-8 (U+DC80 … U+DCFF).
 */
const DANGEROUS =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]|[\u{e0000}-\u{e0fff}]|\p{Cs}/gu;

/** What nearly all text consists of, and is shown as it is. */
const PLAIN = /^[ -[\]-~]*$/;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0", "\u001b": "\\e" };

/**
 * Hostile text in a form that can be shown: what could steer a terminal, break a line or change the direction of
 * writing stands as an escape (`\e`, `\n`, `\u202e`; `\xff` for a byte that was not UTF-8), and so does the backslash (`\\`), so that no two
 * texts look the same. Quotes and markup stay as they are: each renderer knows its own.
 */
export function printable(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replaceAll("\\", "\\\\").replace(DANGEROUS, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
    const short = SHORT[character];
    if (short !== undefined) return short;
    if (code < 0x80) return `\\x${code.toString(16).padStart(2, "0")}`;
    return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\u{${code.toString(16)}}`;
  });
}
