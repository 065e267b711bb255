import { type AnyRenderer, DEFAULT_LIMITS, DEFAULT_SECONDS, type Flag, NAMESPACE_TYPES } from "@ns-graph/graph";

/** What an option takes, and how it is completed and checked. */
export type OptionValue =
  | { readonly type: "boolean" }
  | { readonly type: "choice"; readonly placeholder: string; readonly choices: readonly string[] }
  | { readonly type: "number"; readonly placeholder: string; readonly min?: number; readonly max?: number }
  | {
      readonly type: "subject" | "types" | "limits" | "seconds" | "format" | "file" | "mode" | "text";
      readonly placeholder: string;
    };

/** An option, described. */
export type DescribedOption = OptionValue & { readonly summary: string; readonly short?: string };

/** One option of the command. */
export type Option = DescribedOption & { readonly section: Section };

/** The headings that options stand under in every description of the command, in their order. */
export const SECTIONS = ["What to read", "What to show", "How to show it", "Everything else"] as const;
export type Section = (typeof SECTIONS)[number];

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
    summary: "read only which namespaces processes are in: no threads, descriptors, sockets and mounts",
  },
  facts: {
    type: "boolean",
    section: "What to read",
    summary: "read everything there is to know of each namespace: interfaces, mounts, offsets, maps",
  },
  names: {
    type: "boolean",
    section: "What to read",
    summary:
      "look up what Docker, Podman and Kubernetes call containers: in files and sockets that root or you alone own",
  },
  limit: {
    type: "limits",
    placeholder: "LIST",
    section: "What to read",
    summary: `look at no more of one process than this, in a list with commas: descriptors=${DEFAULT_LIMITS.descriptors}, sockets=${DEFAULT_LIMITS.sockets}, threads=${DEFAULT_LIMITS.threads}, mounts=${DEFAULT_LIMITS.mounts} (of a mount namespace), bytes=${DEFAULT_LIMITS.bytes} (of files of /proc); each a number or none, and none alone lifts them all; all processes together may have four times as much, of which each is sure of an equal part`,
  },
  timeout: {
    type: "seconds",
    placeholder: "SECONDS",
    section: "What to read",
    summary: `stop looking for what holds namespaces after this time (${DEFAULT_SECONDS} by default, or none), and reading anything after twice as long; a process that makes the run wait is left out; if the run still waits after three times as long, SIGALRM ends it`,
  },
  namespaces: {
    type: "types",
    placeholder: "LIST",
    short: "t",
    section: "What to show",
    summary: `only these types, in a list with commas (${NAMESPACE_TYPES.join(", ")}); the user namespaces that own them are drawn, too`,
  },
  pidns: { type: "boolean", section: "What to show", summary: "the PID namespace hierarchy alone" },
  subtree: {
    type: "subject",
    placeholder: "SUBJECT",
    section: "What to show",
    summary:
      "only what is below the user namespace of that process, or of the process that leads that workload; with --pidns, below the PID namespace",
  },
  processless: {
    type: "boolean",
    section: "What to show",
    summary: "only namespaces in which no process was seen, with what keeps them alive",
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
    summary: "PIDs of the processes in a namespace: fold long lists (default), all of them, or none",
  },
  "no-pids": { type: "boolean", section: "How to show it", summary: "the same as --pids none" },
  "show-comm": { type: "boolean", section: "How to show it", summary: "one process a line, with its command" },
  "all-pids": {
    type: "boolean",
    section: "How to show it",
    summary: "with --pidns: one process a line, with its PID in every PID namespace it is in",
  },
  wide: {
    type: "boolean",
    section: "How to show it",
    summary:
      "cut, fold and wrap nothing to fit the terminal, however long a line gets; in a file or a pipe no name is cut anyway",
  },
  format: {
    type: "format",
    placeholder: "NAME",
    short: "f",
    section: "How to show it",
    summary:
      "text (default), json, dot, mermaid, svg (once @ns-graph/render-svg is installed), another installed renderer, or the path of a renderer's module",
  },
  output: {
    type: "file",
    placeholder: "FILE",
    short: "o",
    section: "How to show it",
    summary:
      "write to FILE, whole or not at all, instead of standard output; you alone can read it, unless --mode says otherwise",
  },
  mode: {
    type: "mode",
    placeholder: "OCTAL",
    section: "How to show it",
    summary:
      "with --output: exactly these permissions, such as 0640; without it they are 0600, less what the umask takes",
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
    summary: "list the formats, or those named, with where they come from and their options",
  },
  version: { type: "boolean", short: "V", section: "Everything else", summary: "print the version" },
  help: {
    type: "boolean",
    short: "h",
    section: "Everything else",
    summary: "print this help, or that of a command that is named, with the options of the chosen format",
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
export function describeFlags(renderer: AnyRenderer): ReadonlyMap<string, DescribedOption> {
  return new Map(flagsOf(renderer).map(([name, flag]) => [name, describeFlag(name, flag)]));
}

/** A flag of a renderer in the terms of the command's own options. */
export function describeFlag(name: string, flag: AnyFlag): DescribedOption {
  return flag.type === "boolean" ? flag : { placeholder: name.toUpperCase(), ...flag };
}
