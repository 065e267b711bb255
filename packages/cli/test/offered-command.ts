import { PROGRAM_PLACEHOLDER } from "@ns-graph/graph";
import { type RunOptions, runCli } from "@ns-graph/testkit";
import { expect } from "vitest";

/** What `show` answers of its subject, in JSON. */
export interface Answer {
  readonly why: string;
  readonly enterWith?: readonly string[];
  readonly enterNote?: string;
}

/** Asks `show` about a namespace or a process, as a document. */
export async function ask(subject: string, options: RunOptions = {}): Promise<Answer> {
  const { stdout, stderr, exitCode } = await runCli(["show", subject, "--format", "json"], options);
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout).answer;
}

/** An offered command with a program of the caller's choice. */
export function naming(words: readonly string[], ...program: readonly string[]): string[] {
  return words.at(-1) === PROGRAM_PLACEHOLDER ? [...words.slice(0, -1), ...program] : [...words, ...program];
}

/** What a format shows of an answer to people who copy from it. */
export interface Shown {
  /** The command as a line for a shell. */
  readonly command: string | undefined;
  /** All of it as one line. */
  readonly text: string;
}

/** How each format for people shows a command, and a text. A line with an odd number of backslashes at its end goes on. */
const READERS: Readonly<Record<string, (output: string) => Shown>> = {
  text: (output) => ({
    command: /^(?: {2}enter with {2})?((?:nsenter|sh) (?:.*(?<!\\)(?:\\\\)*\\\n)*.*)$/m.exec(output)?.[1],
    text: output.replaceAll(/\s+/g, " "),
  }),
  dot: (output) => {
    const plain = (markup: string): string =>
      markup
        .replaceAll("&lt;", "<")
        .replaceAll("&gt;", ">")
        .replaceAll("&quot;", '"')
        .replaceAll("&amp;", "&")
        .replaceAll("\\\\", "\\");
    const lines = [...output.matchAll(/<FONT [^>]*>([^<]*)<\/FONT>/g)].map(([, line = ""]) => plain(line));
    return { command: commandIn(lines), text: lines.join(" ") };
  },
  mermaid: (output) => {
    const label = /^ {2}answer\["(.*)"\]/m.exec(output)?.[1] ?? "";
    const lines = label
      .split("<br/>")
      .map((line) => line.replaceAll(/#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))));
    return { command: commandIn(lines), text: lines.join(" ") };
  },
};

/** The formats for people that show a command. */
export const FORMATS_FOR_PEOPLE: readonly string[] = Object.keys(READERS);

function commandIn(lines: readonly string[]): string | undefined {
  return lines.find((line) => line.startsWith("enter with: "))?.slice("enter with: ".length);
}

/** What `show` offers in a format for people. */
export async function askIn(format: string, subject: string, options: RunOptions = {}): Promise<Shown> {
  const { stdout, stderr, exitCode } = await runCli(["show", subject, "--format", format], options);
  expect(exitCode, stderr).toBe(0);
  const shown = READERS[format]?.(stdout);
  if (shown === undefined) throw new Error(`nobody knows how ${format} shows a command`);
  return shown;
}
