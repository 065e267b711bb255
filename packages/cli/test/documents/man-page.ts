import type { AnyRenderer } from "@ns-graph/graph";
import { COMMANDS } from "../../src/arguments/commands.js";
import { SECTIONS } from "../../src/arguments/options.js";
import { commandEntries, entriesOf, flagEntries, OPERANDS, optionEntries } from "../../src/help/help.js";
import {
  COMMAND_MANUALS,
  DESCRIPTION,
  ENVIRONMENT,
  type Entry,
  EXAMPLES,
  EXIT_STATUSES,
  SUMMARY,
} from "../../src/help/manual.js";
import { wrap } from "../../src/output/text-columns.js";

/** When what the page says last changed. */
const DATE = "2026-11-30";

const SEE_ALSO = [
  "ip-netns(8)",
  "lsns(8)",
  "nsenter(1)",
  "unshare(1)",
  "ioctl_ns(2)",
  "capabilities(7)",
  "namespaces(7)",
  "user_namespaces(7)",
];

/** The manual page in man(7), with the options of the given renderers. */
export function manPage(renderers: readonly AnyRenderer[]): string {
  const lines = [
    `.TH NS-GRAPH 1 ${DATE} ns-graph "User Commands"`,
    ".SH NAME",
    `ns\\-graph \\- ${roff(SUMMARY)}`,
    ".SH SYNOPSIS",
    ...synopsis("", OPERANDS),
    ...COMMANDS.flatMap(({ name, operands }) => synopsis(name, operands)),
    ".SH DESCRIPTION",
    ...DESCRIPTION.flatMap((paragraph, index) => [...(index === 0 ? [] : [".PP"]), ...sentences(paragraph)]),
    ".SH COMMANDS",
    ...definitions(commandEntries()),
    ...COMMANDS.flatMap(({ name, options = {} }) => {
      const { purpose, list } = COMMAND_MANUALS[name];
      const own = definitions(entriesOf(Object.entries(options)));
      return [
        `.SS ns\\-graph ${name}`,
        ...sentences(purpose),
        ...own,
        ".PP",
        `${roff(list.heading)}:`,
        ...definitions(list.entries),
      ];
    }),
    ".SH OPTIONS",
    ...SECTIONS.flatMap((section) => [`.SS ${section}`, ...definitions(optionEntries(section))]),
    ...renderers.flatMap((renderer) => {
      const entries = flagEntries(renderer);
      return entries.length === 0 ? [] : [`.SS Options of the format ${renderer.name}`, ...definitions(entries)];
    }),
    ".SH EXIT STATUS",
    ...definitions(EXIT_STATUSES),
    ".SH ENVIRONMENT",
    ...definitions(ENVIRONMENT),
    ".SH EXAMPLES",
    ...EXAMPLES.flatMap(([line, purpose]) => [".TP", `.B ${roff(line)}`, ...filled(purpose)]),
    ".SH SEE ALSO",
    ...SEE_ALSO.map((page, index) => {
      const [name = "", section = ""] = page.split("(");
      return `.BR ${roff(name)} (${section}${index < SEE_ALSO.length - 1 ? "," : ""}`;
    }),
  ];
  return `${lines.join("\n")}\n`;
}

function synopsis(command: string, operands: string): readonly string[] {
  return [command === "" ? ".SY ns\\-graph" : `.SY "ns\\-graph ${command}"`, ...filled(operands), ".YS"];
}

function definitions(entries: readonly Entry[]): readonly string[] {
  return entries.flatMap(([term, explanation]) => [".TP", `.B ${roff(term)}`, ...filled(explanation)]);
}

/** A sentence a line, as the sources of manual pages are written. */
function sentences(paragraph: string): readonly string[] {
  return paragraph.split(/(?<=\.) (?=[A-Z])/).flatMap(filled);
}

/** Lines that the formatter fills anew; linters want them short. */
function filled(text: string): readonly string[] {
  return wrap(text, 70).map(roff);
}

/** Text in which roff finds no requests and no escapes. */
function roff(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(
      /[^\n -~]/gu,
      (character) => `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`,
    );
  return escaped.replace(/^[.']/, "\\&$&");
}
