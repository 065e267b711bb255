import { printable } from "./printable.js";

/** How commands are written. */
export interface ShellOptions {
  /** Whether characters beyond ASCII are kept out of the line. */
  readonly ascii?: boolean;
}

/**
 * What every shell takes as it stands. zsh replaces a word that begins with `=` by the path of a program (with the option
 * MAGIC_EQUAL_SUBST also behind another `=` or a colon), and old versions of fish one that begins with `%` by a PID.
 */
const PLAIN = /^(?![=%])(?!.*[=:]=)[A-Za-z0-9_@%+=:,./-]+$/;

/** What may stand for itself in a format of printf(1), between double quotes of a shell: no two blanks, as they may be lost. */
const NOT_IN_FORMAT = /(?<= ) |[^A-Za-z0-9_@+=:,./ [\](){}#*?<>&;|~^-]/gu;

/** Blanks that a terminal may give back as others when they are copied: all but the single space. */
const UNSTEADY_BLANKS = / {2}|(?! )\p{Zs}/u;

function canBeTyped(word: string, ascii: boolean): boolean {
  if (UNSTEADY_BLANKS.test(word) || (ascii && /[^ -~]/.test(word))) return false;
  return printable(word) === word.replaceAll("\\", "\\\\");
}

/** A character as bytes in octal, which is the only escape that the printf of every shell knows. */
function octalBytes(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xdc80 && code <= 0xdcff) return octal(code - 0xdc00);
  if (code > 0 && code < 0x80) return octal(code);
  // What is no character at all (half a surrogate pair, NUL) can't come from a file name.
  const encoded = encodeURIComponent(code === 0 || /\p{Cs}/u.test(character) ? "\ufffd" : character);
  return encoded.replace(/%(..)/g, (_, byte: string) => octal(Number.parseInt(byte, 16)));
}

function octal(byte: number): string {
  return `\\${byte.toString(8).padStart(3, "0")}`;
}

/** A word between single quotes, as a format of printf(1). */
function quotedInFormat(word: string): string {
  return `\\047${word.replaceAll("'", "'\\''").replace(NOT_IN_FORMAT, octalBytes)}\\047`;
}

/**
 * A command in words that can be shown and typed: those that hold what could steer a terminal, or would be lost on
 * the way through one, are written by printf(1) in a shell, `sh -c 'eval "$(printf "exec …")"' sh`, and words behind them go
 * on as they are. Where all words can be typed, they are the command.
 *
 * @param words a program and its arguments; hostile text
 */
export function spellForShell(words: readonly string[], { ascii = false }: ShellOptions = {}): readonly string[] {
  const last = words.findLastIndex((word) => !canBeTyped(word, ascii));
  if (last < 0) return words;
  const spelled = words
    .slice(0, last + 1)
    .map((word) => (PLAIN.test(word) ? word.replaceAll("%", "%%") : quotedInFormat(word)));
  // A quote or a variable behind the last word keeps newlines at its end, which `$(…)` would cut.
  const script = `eval "$(printf "exec ${spelled.join(" ")} \\042\\044@\\042")"`;
  return ["sh", "-c", script, "sh", ...words.slice(last + 1)];
}

/**
 * One word for a shell. What could steer a terminal stays as it is: see `printable`. Between single quotes nothing means anything, but that fish(1) takes a backslash for an escape where a quote or
 * another one follows: such a one, and a quote, stands outside of them.
 */
export function quoteWord(word: string): string {
  if (PLAIN.test(word)) return word;
  const quoted = word.replaceAll(/\\(?=['\\]|$)|'|(?:[^'\\]|\\(?!['\\]|$))+/gs, (part) =>
    part === "'" || part === "\\" ? `\\${part}` : `'${part}'`,
  );
  return quoted === "" ? "''" : quoted;
}

/**
 * A program and its arguments as one line for a shell, which takes them apart into the same words again: sh, bash, zsh, fish,
 * ksh or BusyBox's. The line can be shown and copied: what could steer a terminal stands as an escape, see `spellForShell`.
 */
export function quoteForShell(words: readonly string[], options: ShellOptions = {}): string {
  return spellForShell(words, options).map(quoteWord).join(" ");
}
