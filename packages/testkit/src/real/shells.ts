import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeText } from "./byte-text.js";

/** A program that takes command lines, and how it is started so that it reads them from its standard input and nothing else. */
export interface Shell {
  readonly name: string;
  readonly command: readonly [program: string, ...options: string[]];
}

/** The shells into which people copy a command. */
export const SHELLS: readonly Shell[] = [
  { name: "dash", command: ["dash"] },
  { name: "bash", command: ["bash", "--noprofile", "--norc"] },
  { name: "bash as sh", command: ["bash", "--posix", "--noprofile", "--norc"] },
  { name: "zsh", command: ["zsh", "-f"] },
  {
    name: "zsh with all that it expands",
    command: ["zsh", "-f", "-o", "magicequalsubst", "-o", "extendedglob", "-o", "rcquotes"],
  },
  { name: "fish", command: ["fish", "--no-config"] },
  { name: "BusyBox", command: ["busybox", "ash"] },
  { name: "mksh", command: ["mksh"] },
  { name: "ksh93", command: ["ksh93"] },
];

/** Those that also replace `!…` by a line of their history, as they do for people. */
export const INTERACTIVE_SHELLS: readonly Shell[] = [
  { name: "bash", command: ["bash", "--noprofile", "--norc", "-i", "-o", "histexpand"] },
  { name: "zsh", command: ["zsh", "-f", "-i", "-o", "banghist"] },
  { name: "mksh", command: ["mksh", "-i"] },
  { name: "ksh93", command: ["ksh93", "-i"] },
];

/**
 * What a shell writes to standard output for these lines, where each line that prints words ends them with NUL, as
 * `printf '%s\0' …` does: the words' bytes as hexadecimal digits.
 *
 * @param env variables besides PATH
 */
export function wordsFromShell(
  { command: [program, ...options] }: Shell,
  lines: readonly string[],
  env: Readonly<Record<string, string>> = {},
): string[] {
  const { stdout, error, stderr } = withInput(`${lines.join("\n")}\n`, (input) =>
    spawnSync(program, options, {
      stdio: [input, "pipe", "pipe"],
      env: { PATH: process.env.PATH, HOME: "/nonexistent", LC_ALL: "C.UTF-8", ...env },
      maxBuffer: 2 ** 28,
      timeout: 120_000,
    }),
  );
  if (error !== undefined) throw new Error(`${program}: ${error.message}\n${stderr}`);
  const words: string[] = [];
  for (let from = 0, end = stdout.indexOf(0); end >= 0; from = end + 1, end = stdout.indexOf(0, from))
    words.push(stdout.subarray(from, end).toString("hex"));
  return words;
}

/** Calls a function with a descriptor of a file that holds this text: fish(1) reads no script from a socket, as which Node gives a text. */
function withInput<Result>(text: string, use: (input: number) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "ns-graph-script-"));
  try {
    const path = join(folder, "script");
    writeFileSync(path, text);
    const input = openSync(path, "r");
    try {
      return use(input);
    } finally {
      closeSync(input);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Words as `wordsFromShell` gives them. */
export function wordsInHex(words: readonly string[]): string[] {
  return words.map((word) => encodeText(word).toString("hex"));
}
