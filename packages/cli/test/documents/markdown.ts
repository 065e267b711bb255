import type { AnyRenderer } from "@ns-graph/graph";
import { COMMANDS } from "../../src/arguments/commands.js";
import { SECTIONS } from "../../src/arguments/options.js";
import { commandEntries, entriesOf, flagEntries, optionEntries, USAGE } from "../../src/help/help.js";
import {
  COMMAND_MANUALS,
  DESCRIPTION,
  ENVIRONMENT,
  type Entry,
  EXAMPLES,
  EXIT_STATUSES,
  PURPOSE,
} from "../../src/help/manual.js";

/** The page of the command in Markdown, with the options of the given renderers. */
export function commandPage(renderers: readonly AnyRenderer[]): string {
  const parts = [
    "# The command",
    "<!-- Made from the table that the command itself reads: npm run generate in packages/cli. -->",
    PURPOSE,
    fenced(USAGE.join("\n")),
    ...DESCRIPTION,
    "## Commands",
    table(["command", "what it does"], commandEntries()),
    ...COMMANDS.flatMap(({ name, options }) => {
      const { purpose, list } = COMMAND_MANUALS[name];
      const own = options && table(["option", "what it does"], entriesOf(Object.entries(options)));
      return [
        `## ns-graph ${name}`,
        purpose,
        ...(own ? [own] : []),
        table([list.heading.toLowerCase(), "meaning"], list.entries),
      ];
    }),
    ...SECTIONS.flatMap((section) => [`## ${section}`, table(["option", "what it does"], optionEntries(section))]),
    ...renderers.flatMap((renderer) => {
      const entries = flagEntries(renderer);
      return entries.length === 0
        ? []
        : [`## Options of the format ${renderer.name}`, table(["option", "what it does"], entries)];
    }),
    "## Exit status",
    table(["status", "meaning"], EXIT_STATUSES),
    "## Environment",
    table(["variable", "meaning"], ENVIRONMENT),
    "## Examples",
    fenced(EXAMPLES.map(([line, purpose]) => `# ${purpose}\n${line}`).join("\n\n"), "sh"),
  ];
  return `${parts.join("\n\n")}\n`;
}

function fenced(text: string, language = "text"): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function table(heads: readonly [string, string], entries: readonly Entry[]): string {
  const rows = entries.map(([term, explanation]) => `| \`${cell(term)}\` | ${cell(explanation)} |`);
  return [`| ${heads.join(" | ")} |`, "|---|---|", ...rows].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
