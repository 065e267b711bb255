import { type AnyRenderer, printable } from "@ns-graph/graph";
import { COMMANDS, type CommandDescription, type NamedCommand } from "../arguments/commands.js";
import { type DescribedOption, flagsOf, OPTIONS, type Option, SECTIONS, type Section } from "../arguments/options.js";
import { definitionList, wrap } from "../output/text-columns.js";
import { COMMAND_MANUALS, type Entry, EXAMPLES, EXIT_STATUSES, PURPOSE } from "./manual.js";

/** What follows the name of the program where no command does. */
export const OPERANDS = "[options] [SUBJECT…]";
/** The usage lines, one for each command. */
export const USAGE: readonly string[] = [`ns-graph ${OPERANDS}`, ...COMMANDS.map(usageOf)];

/** The text of --help, with the options of one renderer. */
export function helpText(renderer: AnyRenderer | undefined, width: number): string {
  return page(width, PURPOSE, [
    ["Usage", USAGE.map((line) => `  ${line}\n`).join("")],
    ["Commands", commandEntries()],
    ...optionBlocks(renderer),
    "Each format has options of its own: ns-graph --help --format NAME, ns-graph --list-formats.",
    ["Examples", EXAMPLES.map(([line, purpose]) => `  ${line}\n      ${purpose}\n`).join("")],
    ["Exit status", EXIT_STATUSES],
  ]);
}

/** The help of one command, with the options of one renderer where it takes them. */
export function commandHelp(name: NamedCommand, renderer: AnyRenderer | undefined, width: number): string {
  const command = COMMANDS.find((one) => one.name === name) as CommandDescription;
  const { purpose, list } = COMMAND_MANUALS[name];
  const { options, without = [] } = command;
  return page(width, purpose, [
    ["Usage", `  ${usageOf(command)}\n`],
    [list.heading, list.entries],
    ...(options === undefined ? [] : [["Options", entriesOf(Object.entries(options))] as const]),
    ...(name === "show" ? optionBlocks(renderer, without) : []),
    "Everything else: ns-graph --help.",
  ]);
}

/** The commands and what they do. */
export function commandEntries(): readonly Entry[] {
  return [
    ["[SUBJECT…]", "the graph of all processes, or of those meant: PIDs, and all that show --help lists"],
    ...COMMANDS.map(({ name, summary }): Entry => [name, summary]),
  ];
}

/** The options under one heading, but for some. */
export function optionEntries(section: Section, without: readonly string[] = []): readonly Entry[] {
  const options = Object.entries<Option>(OPTIONS);
  return entriesOf(options.filter(([name, option]) => option.section === section && !without.includes(name)));
}

/** Options, as they are written, and what they do. */
export function entriesOf(options: readonly (readonly [name: string, option: DescribedOption])[]): readonly Entry[] {
  return options.map(([name, option]) => {
    const long = option.type === "boolean" ? `--${name}` : `--${name} ${option.placeholder}`;
    return [option.short === undefined ? long : `-${option.short}, ${long}`, option.summary];
  });
}

/** The options of a renderer, with the values they take. */
export function flagEntries(renderer: AnyRenderer): readonly Entry[] {
  return flagsOf(renderer).map(([name, flag]) => {
    const summary = printable(flag.summary);
    if (flag.type === "boolean")
      return flag.default ? [`--[no-]${name}`, `${summary} (default)`] : [`--${name}`, summary];
    const value = flag.type === "choice" ? flag.choices.join("|") : flag.type === "text" ? flag.placeholder : "NUMBER";
    const standard = flag.default === "" ? "" : ` (default ${printable(String(flag.default))})`;
    return [`--${name} ${printable(value)}`, summary + standard];
  });
}

function usageOf({ name, operands }: CommandDescription): string {
  return `ns-graph ${name} ${operands}`;
}

/** A paragraph, or a heading with what stands under it: lines or a list. */
type Block = string | readonly [heading: string, body: string | readonly Entry[]];

function optionBlocks(renderer: AnyRenderer | undefined, without: readonly string[] = []): readonly Block[] {
  const sections = SECTIONS.map((section) => [section, optionEntries(section, without)] as const);
  const flags = renderer === undefined ? [] : flagEntries(renderer);
  const ofFormat = [`Options of the format ${printable(renderer?.name ?? "")}`, flags] as const;
  return [...sections, ofFormat].filter(([, entries]) => entries.length > 0);
}

/** Lists whose terms are spellings of options share one width. */
function page(width: number, purpose: string, blocks: readonly Block[]): string {
  const options = blocks.flatMap(([, body]) => (Array.isArray(body) ? body : []) as readonly Entry[]);
  const minTerm = Math.max(...options.map(([term]) => (term.includes("--") ? term.length : 0)));
  const texts = [purpose, ...blocks].map((block) => {
    if (typeof block === "string") return `${wrap(block, width).join("\n")}\n`;
    const [heading, body] = block;
    if (typeof body === "string") return `${heading}:\n${body}`;
    return `${heading}:\n${definitionList(body, { width, minTerm })}`;
  });
  return texts.join("\n");
}
