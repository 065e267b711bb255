import { type AnyRenderer, type Flag, NAMESPACE_TYPES } from "@ns-graph/graph";

/** What an option takes, and how it is completed and checked. */
export type OptionValue =
  | { readonly type: "boolean" }
  | { readonly type: "choice"; readonly placeholder: string; readonly choices: readonly string[] }
  | { readonly type: "number"; readonly placeholder: string; readonly min?: number; readonly max?: number }
  | { readonly type: "pid" | "types" | "format" | "file" | "text"; readonly placeholder: string };

/** One option of the command. */
export type Option = OptionValue & {
  readonly summary: string;
  readonly short?: string;
  readonly section: Section;
};

/** The headings options stand under in every description of the command. */
export type Section = "What to read" | "What to show" | "How to show it" | "Everything else";

/** The headings in the order they come. */
export const SECTIONS: readonly Section[] = ["What to read", "What to show", "How to show it", "Everything else"];

/**
 * Every option, by its long name without dashes. Parsing, `--help`, the manual page, the completions and
 * docs/cli.md are all made from this table.
 */
export const OPTIONS = {
  from: {
    type: "file",
    placeholder: "FILE",
    section: "What to read",
    summary: "draw a saved JSON document instead of this machine; - is standard input",
  },
  quick: {
    type: "boolean",
    section: "What to read",
    summary: "read member processes only: no threads, descriptors, sockets and mounts",
  },
  facts: {
    type: "boolean",
    section: "What to read",
    summary: "read everything there is to know of each namespace: interfaces, mounts, offsets, maps",
  },
  namespaces: {
    type: "types",
    placeholder: "LIST",
    short: "t",
    section: "What to show",
    summary: `only these types, separated by commas (${NAMESPACE_TYPES.join(",")}); owners stay as context`,
  },
  pidns: { type: "boolean", section: "What to show", summary: "the PID namespace hierarchy alone" },
  subtree: {
    type: "pid",
    placeholder: "PID",
    section: "What to show",
    summary: "only what is below the user namespace of that process; with --pidns, below its PID namespace",
  },
  processless: {
    type: "boolean",
    section: "What to show",
    summary: "only namespaces that no process is in, with what keeps them alive",
  },
  tree: {
    type: "choice",
    placeholder: "RELATION",
    choices: ["owner", "parent", "process", "workload"],
    section: "How to show it",
    summary: "the relation that the tree follows: owner (default), parent, process or workload",
  },
  pids: {
    type: "choice",
    placeholder: "HOW",
    choices: ["fold", "all", "none"],
    section: "How to show it",
    summary: "member PIDs: fold long lists (default), all of them, or none",
  },
  "no-pids": { type: "boolean", section: "How to show it", summary: "the same as --pids none" },
  "show-comm": { type: "boolean", section: "How to show it", summary: "one member a line, with its command" },
  "all-pids": {
    type: "boolean",
    section: "How to show it",
    summary: "with --pidns: one member a line, with its PID in every PID namespace it is in",
  },
  format: {
    type: "format",
    placeholder: "NAME",
    short: "f",
    section: "How to show it",
    summary: "text (default), json, dot, mermaid, an installed renderer, or the path of a renderer's module",
  },
  output: {
    type: "file",
    placeholder: "FILE",
    short: "o",
    section: "How to show it",
    summary: "write to FILE, whole or not at all, instead of standard output",
  },
  color: {
    type: "choice",
    placeholder: "WHEN",
    choices: ["auto", "always", "never"],
    section: "How to show it",
    summary: "auto (default; honours NO_COLOR and FORCE_COLOR), always or never",
  },
  "no-color": { type: "boolean", section: "How to show it", summary: "the same as --color never" },
  strict: { type: "boolean", section: "Everything else", summary: "exit with 3 where something could not be read" },
  verbose: {
    type: "boolean",
    short: "v",
    section: "Everything else",
    summary: "list everything that could not be read, instead of summing it up",
  },
  "list-formats": {
    type: "boolean",
    section: "Everything else",
    summary: "list the formats, where they come from and their options",
  },
  version: { type: "boolean", short: "V", section: "Everything else", summary: "print the version" },
  help: {
    type: "boolean",
    short: "h",
    section: "Everything else",
    summary: "print this help, with the options of the chosen format",
  },
} as const satisfies Readonly<Record<string, Option>>;

/** The long name of an option. */
export type OptionName = keyof typeof OPTIONS;

/** Whether a word is the long name of an option of the command itself. */
export function isOptionName(word: string): word is OptionName {
  return Object.hasOwn(OPTIONS, word);
}

/** A flag of a renderer, of whatever type. */
export type AnyFlag = Flag<boolean> | Flag<number> | Flag<string> | Flag<"">;

/** The flags of a renderer, by their names. */
export function flagsOf(renderer: AnyRenderer): readonly (readonly [name: string, flag: AnyFlag])[] {
  return Object.entries(renderer.flags as Readonly<Record<string, AnyFlag>>);
}

/** The flags of a renderer in the terms of the command's own options. */
export function describeFlags(renderer: AnyRenderer): ReadonlyMap<string, OptionValue> {
  return new Map(flagsOf(renderer).map(([name, flag]) => [name, describeFlag(name, flag)]));
}

function describeFlag(name: string, flag: AnyFlag): OptionValue {
  const placeholder = name.toUpperCase();
  switch (flag.type) {
    case "boolean":
      return { type: "boolean" };
    case "choice":
      return { type: "choice", placeholder, choices: flag.choices };
    case "number": {
      const { min, max } = flag;
      return {
        type: "number",
        placeholder,
        ...(min === undefined ? {} : { min }),
        ...(max === undefined ? {} : { max }),
      };
    }
    case "text":
      return { type: "text", placeholder: flag.placeholder };
  }
}

/** A word that may stand in the first place, and what it does. */
export interface CommandDescription {
  readonly name: string;
  /** What follows the name, as usage lines write it. */
  readonly operands: string;
  readonly summary: string;
}

/** Every command but the default one. */
export const COMMANDS = [
  {
    name: "show",
    operands: "PID | net:[INO] | INO | PATH | NAME",
    summary: "everything known about one namespace or process: relatives, members, every pin, how to enter it",
  },
  {
    name: "completion",
    operands: "bash | zsh | fish",
    summary: "print a completion script for a shell",
  },
] as const satisfies readonly CommandDescription[];

/** The name of a command; the default one, which draws the graph, is called `draw`. */
export type CommandName = "draw" | (typeof COMMANDS)[number]["name"];

/** Whether a word is the name of a command, which takes the first place. */
export function isCommandName(word: string): word is Exclude<CommandName, "draw"> {
  return COMMANDS.some(({ name }) => name === word);
}

/** The shells that completion scripts exist for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
/** A shell that a completion script exists for. */
export type Shell = (typeof SHELLS)[number];

/** A command line worth knowing, and what it is for. */
export interface Example {
  readonly line: string;
  readonly purpose: string;
}

/** Command lines worth knowing. */
export const EXAMPLES: readonly Example[] = [
  { line: "sudo ns-graph", purpose: "every namespace of this machine" },
  { line: "ns-graph --format dot | dot -Tpng > namespaces.png", purpose: "a picture, drawn by Graphviz" },
  { line: "ns-graph --format json -o host.json", purpose: "a document to keep" },
  { line: "ns-graph --from host.json --tree workload", purpose: "the same machine later, or elsewhere" },
  { line: "ns-graph --namespaces net,pid --show-comm", purpose: "two types, with the commands in them" },
  { line: "ns-graph --pidns --all-pids", purpose: "each process's PID in every PID namespace" },
  { line: "sudo ns-graph --processless", purpose: "namespaces that no process is in, and what pins them" },
  { line: "sudo ns-graph show net:[4026532281]", purpose: "why is this one still alive?" },
];

/** Every exit status and what it means. */
export const EXIT_STATUSES: readonly (readonly [status: number, meaning: string])[] = [
  [0, "done, even if something could not be read"],
  [1, "could not be done"],
  [2, "wrong usage"],
  [3, "with --strict: something could not be read"],
];

/** Environment variables that matter, and how. */
export const ENVIRONMENT: readonly (readonly [name: string, meaning: string])[] = [
  ["NO_COLOR", "no colours, if it is set to anything"],
  ["FORCE_COLOR", "colours even without a terminal; none if it is 0"],
  ["COLUMNS", "the width to draw for, in cells"],
  ["LC_ALL, LC_CTYPE, LANG", "the first that is set decides whether characters beyond ASCII are drawn"],
  ["NS_GRAPH_DEBUG", "print the stack of an internal error"],
];
