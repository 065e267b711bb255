import { printable } from "./printable.js";

const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** A character as bytes in the escapes of `$'…'`. */
function escapeBytes(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, "0")}`;
  // What is no character at all (half a surrogate pair) can't come from a file name.
  return encodeURIComponent(/\p{Cs}/u.test(character) ? "\ufffd" : character)
    .replaceAll("%", "\\x")
    .toLowerCase();
}

function isShown(character: string, ascii: boolean): boolean {
  return character === "\\" || (printable(character) === character && (!ascii || character < "\u0080"));
}

function quoteWord(word: string, ascii: boolean): string {
  if (PLAIN.test(word)) return word;
  const characters = [...word];
  if (characters.every((character) => isShown(character, ascii))) return `'${word.replaceAll("'", "'\\''")}'`;
  const inner = characters.map((character) => {
    if (!isShown(character, ascii)) return escapeBytes(character);
    return character === "'" || character === "\\" ? `\\${character}` : character;
  });
  return `$'${inner.join("")}'`;
}

/**
 * Words as one line for a shell, which takes them apart into the same words again. The line can be shown: what could
 * steer a terminal stands as an escape in `$'…'` (bash, zsh, ksh and POSIX.1-2024).
 *
 * @param options.ascii whether characters beyond ASCII stand as escapes too
 */
export function quoteForShell(words: Iterable<string>, { ascii = false }: { readonly ascii?: boolean } = {}): string {
  return [...words].map((word) => quoteWord(word, ascii)).join(" ");
}
