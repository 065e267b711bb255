import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that the paths of documents begin in. */
export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** A block of code in a document. */
interface Block {
  /** The document's path from the root. */
  readonly document: string;
  /** The line on which its code begins, counted from 1. */
  readonly line: number;
  /** The word after the fence; empty where there is none, or where the block is indented. */
  readonly language: string;
  /**
   * What a comment right before it says that it is: `<!-- file: PATH -->` a file, `<!-- run: COMMAND -->` the output of
   * a command, `<!-- prints -->` that of the program in the block before.
   */
  readonly mark: { readonly kind: string; readonly text: string } | undefined;
  readonly text: string;
}

/** A command line that a document shows. */
export interface CommandLine {
  readonly document: string;
  readonly line: number;
  readonly command: string;
}

/** The documents that people read: those of the root, of docs, and each package's README. */
export function documents(): string[] {
  const list = (folder: string): string[] =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(folder, name));
  return [...list("."), ...list("docs"), ...publishedPackages().map((folder) => join(folder, "README.md"))];
}

/** The folders of the packages that are published. */
export function publishedPackages(): string[] {
  return readdirSync(join(ROOT, "packages"))
    .map((name) => join("packages", name))
    .filter((folder) => JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8")).private !== true);
}

/** The text of a document. */
export function readText(document: string): string {
  return readFileSync(join(ROOT, document), "utf8");
}

/** The headings of the second level. */
export function headings(document: string): string[] {
  return outsideOfBlocks(document)
    .map(({ text }) => /^## (.+)$/.exec(text)?.[1])
    .filter((heading) => heading !== undefined);
}

/** The blocks of code in a document, fenced and indented ones, in their order. */
export function readBlocks(document: string): Block[] {
  return split(document).blocks;
}

/** The command lines in blocks and between backquotes that start ns-graph, without what explains them. */
export function commandLines(document: string): CommandLine[] {
  const inBlocks = readBlocks(document).flatMap((block) =>
    shellLines(block).map(({ line, command }) => ({ document, line, command })),
  );
  const inText = outsideOfBlocks(document).flatMap(({ line, text }) =>
    [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => ({ document, line, command: code.replaceAll("\\|", "|") })),
  );
  return [...inBlocks, ...inText].filter(({ command }) => STARTS_NS_GRAPH.test(command));
}

const STARTS_NS_GRAPH = /^((sudo |npx )?ns-graph |(sudo |npx )?ns-graph$|source .*ns-graph |setpriv .* ns-graph )/;
const SHELL = ["", "sh", "bash", "console"];

function shellLines({ line, language, mark, text }: Block): { line: number; command: string }[] {
  if (!SHELL.includes(language) || mark !== undefined) return [];
  const lines: { line: number; command: string }[] = [];
  let continued = "";
  for (const [index, part] of text.split("\n").entries()) {
    if (part.endsWith("\\")) {
      continued += `${part.slice(0, -1).trim()} `;
      continue;
    }
    lines.push({ line: line + index, command: continued + part.trim() });
    continued = "";
  }
  // Where prompts are, the other lines are output.
  const prompted = lines.filter(({ command }) => command.startsWith("$ "));
  const commands = prompted.length > 0 ? prompted : lines;
  return commands.map((item) => ({ ...item, command: item.command.replace(/^\$ /, "").replace(/\s{2,}.*$/, "") }));
}

function outsideOfBlocks(document: string): { line: number; text: string }[] {
  return split(document).rest;
}

/** Tells blocks of code from the rest, as far as the documents here need it. */
function split(document: string): { blocks: Block[]; rest: { line: number; text: string }[] } {
  const lines = readText(document).split("\n");
  const blocks: Block[] = [];
  const rest: { line: number; text: string }[] = [];
  for (let at = 0; at < lines.length; ) {
    const text = lines[at] ?? "";
    const fence = /^(`{3,})(\S*)$/.exec(text);
    const isIndented = isCode(text) && (rest.at(-1)?.text ?? "") === "";
    if (fence === null && !isIndented) {
      rest.push({ line: at + 1, text });
      at += 1;
      continue;
    }
    const begin = fence === null ? at : at + 1;
    const end = fence === null ? endOfIndented(lines, at) : lines.indexOf(fence[1] ?? "", begin);
    if (end < begin) throw new Error(`${document}:${begin}: the block does not end`);
    blocks.push({
      document,
      line: begin + 1,
      language: fence?.[2] ?? "",
      mark: readMark(lines[at - 1] ?? ""),
      text: lines
        .slice(begin, end)
        .map((line) => `${fence === null ? line.slice(4) : line}\n`)
        .join(""),
    });
    at = fence === null ? end : end + 1;
  }
  return { blocks, rest };
}

function isCode(line: string): boolean {
  return line.startsWith("    ") && line.trim() !== "";
}

/** Empty lines belong to a block if more of it follows. */
function endOfIndented(lines: readonly string[], begin: number): number {
  let end = begin;
  for (let at = begin; isCode(lines[at] ?? "") || lines[at] === ""; at++) if (isCode(lines[at] ?? "")) end = at + 1;
  return end;
}

function readMark(line: string): Block["mark"] {
  const [, kind, text] = /^<!-- (file|run|prints)(?:: (.+))? -->$/.exec(line) ?? [];
  return kind === undefined ? undefined : { kind, text: text ?? "" };
}
