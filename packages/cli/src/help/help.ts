import { type AnyRenderer, printable } from "@ns-graph/graph";
import { COMMANDS } from "../arguments/commands.js";
import { type DescribedOption, flagsOf, OPTIONS, type Option, SECTIONS, type Section } from "../arguments/options.js";
import { definitionList, wrap } from "../output/text-columns.js";
import { EXAMPLES, EXIT_STATUSES, PURPOSE } from "./manual.js";

/** The usage lines, one for each command. */
export const USAGE: readonly string[] = [
  "ns-graph [options] [PID…]",
  ...COMMANDS.map(({ name, operands }) => `ns-graph ${name} ${operands}`),
];

/** A spelling and what it means. */
export type Entry = readonly [term: string, explanation: string];

/** The text of --help, with the options of one renderer. */
export function helpText(renderer: AnyRenderer, width: number): string {
  const flags = flagEntries(renderer);
  const options = SECTIONS.map((section) => [section, optionEntries(section)] as const);
  const minTerm = Math.max(...options.flatMap(([, entries]) => entries.map(([term]) => term.length)));
  const list = (entries: readonly Entry[]): string => definitionList(entries, { width, minTerm });
  const blocks = [
    `${wrap(PURPOSE, width).join("\n")}\n`,
    block("Usage", USAGE.map((line) => `  ${line}\n`).join("")),
    block("Commands", list(commandEntries())),
    ...options.map(([section, entries]) => block(section, list(entries))),
    ...(flags.length === 0 ? [] : [block(`Options of the format ${printable(renderer.name)}`, list(flags))]),
    `${wrap("Each format has options of its own: ns-graph --help --format NAME, ns-graph --list-formats.", width).join("\n")}\n`,
    block("Examples", EXAMPLES.map(({ line, purpose }) => `  ${line}\n      ${purpose}\n`).join("")),
    block(
      "Exit status",
      definitionList(
        EXIT_STATUSES.map(([status, meaning]) => [String(status), meaning]),
        { width },
      ),
    ),
  ];
  return blocks.join("\n");
}

function block(heading: string, body: string): string {
  return `${heading}:\n${body}`;
}

/** The commands and what they do. */
export function commandEntries(): readonly Entry[] {
  return [
    ["[PID…]", "the graph of all processes, or of those named"],
    ...COMMANDS.map(({ name, summary }): Entry => [name, summary]),
  ];
}

/** The options under one heading. */
export function optionEntries(section: Section): readonly Entry[] {
  const options = Object.entries<Option>(OPTIONS).filter(([, option]) => option.section === section);
  return options.map(([name, option]) => [spellings(name, option).join(", "), option.summary]);
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

/** How an option is written, with its value. */
export function spellings(name: string, option: DescribedOption): readonly string[] {
  const value = option.type === "boolean" ? "" : ` ${option.placeholder}`;
  const long = `--${name}${value}`;
  return option.short === undefined ? [long] : [`-${option.short}`, long];
}
