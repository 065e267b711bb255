import { type AnyRenderer, printable } from "@ns-graph/graph";
import {
  COMMANDS,
  describeFlags,
  EXAMPLES,
  EXIT_STATUSES,
  flagsOf,
  OPTIONS,
  type Option,
  type OptionValue,
  SECTIONS,
} from "./options.js";
import { definitionList, wrap } from "./text-columns.js";

/** What the command is for, in one sentence. */
export const PURPOSE = "Finds every Linux namespace on a machine and draws how they hold one another.";

/** The usage lines, one for each command. */
export const USAGE: readonly string[] = [
  "ns-graph [options] [PID…]",
  ...COMMANDS.map(({ name, operands }) => `ns-graph ${name} ${operands}`),
];

/** The text of --help, with the options of one renderer. */
export function helpText(renderer: AnyRenderer, width: number): string {
  const parts = [`${wrap(PURPOSE, width).join("\n")}\n`, block("Usage", USAGE.map((line) => `  ${line}\n`).join(""))];
  const commands: [string, string][] = [
    ["[PID…]", "the graph of all processes, or of those named"],
    ...COMMANDS.map(({ name, summary }): [string, string] => [name, summary]),
  ];
  parts.push(block("Commands", definitionList(commands, { width })));
  for (const section of SECTIONS) {
    const options = Object.entries<Option>(OPTIONS).filter(([, option]) => option.section === section);
    const entries = options.map(([name, option]): [string, string] => [
      spellings(name, option).join(", "),
      option.summary,
    ]);
    parts.push(block(section, definitionList(entries, { width })));
  }
  const flags = flagEntries(renderer);
  if (flags.length > 0)
    parts.push(block(`Options of the format ${printable(renderer.name)}`, definitionList(flags, { width })));
  parts.push(
    `\n${wrap("Other formats have options of their own: ns-graph --help --format NAME, ns-graph --list-formats.", width).join("\n")}\n`,
  );
  parts.push(block("Examples", EXAMPLES.map(({ line, purpose }) => `  ${line}\n      ${purpose}\n`).join("")));
  parts.push(
    block(
      "Exit status",
      definitionList(
        EXIT_STATUSES.map(([status, meaning]) => [String(status), meaning]),
        { width },
      ),
    ),
  );
  return parts.join("");
}

function block(heading: string, body: string): string {
  return `\n${heading}:\n${body}`;
}

/** How an option may be written: `-f NAME`, `--format NAME`. */
export function spellings(name: string, option: OptionValue & { readonly short?: string }): readonly string[] {
  const value = option.type === "boolean" ? "" : ` ${option.placeholder}`;
  const long = `--${name}${value}`;
  return option.short === undefined ? [long] : [`-${option.short}`, long];
}

/** The options of a renderer, each with its explanation. */
export function flagEntries(renderer: AnyRenderer): readonly (readonly [spelling: string, summary: string])[] {
  const options = describeFlags(renderer);
  return flagsOf(renderer).map(([name, flag]) => {
    const option = options.get(name) ?? { type: "boolean" };
    const shown = flag.type === "boolean" && flag.default ? `no-${name}` : name;
    const choices = option.type === "choice" ? `: ${option.choices.map(printable).join(", ")}` : "";
    const hasDefault = flag.type !== "boolean" && flag.default !== "";
    const standard = hasDefault ? ` (default ${printable(String(flag.default))})` : "";
    return [spellings(shown, option).join(", "), `${printable(flag.summary)}${choices}${standard}`];
  });
}
