import { RUN_OPTIONS } from "../commands/run/run-options.js";
import type { DescribedOption } from "./options.js";

/** A word that may stand in the first place, and what it does. */
export interface CommandDescription {
  readonly name: string;
  /** What follows the name, as usage lines write it. */
  readonly operands: string;
  readonly summary: string;
  /** Options of its own, where it does not take those of the command. */
  readonly options?: Readonly<Record<string, DescribedOption>>;
}

/** Every command but the default one. */
export const COMMANDS: readonly (CommandDescription & { readonly name: Exclude<CommandName, "draw"> })[] = [
  {
    name: "show",
    operands: "PID | net:[INO] | INO | PATH | NAME",
    summary: "everything known about one namespace or process: relatives, members, every pin, how to enter it",
  },
  {
    name: "run",
    operands: "[options] -- COMMAND [ARG…]",
    summary: "start a command in new namespaces and show where it landed; run --help has its options",
    options: RUN_OPTIONS,
  },
  {
    name: "completion",
    operands: "bash | zsh | fish",
    summary: "print a completion script for a shell",
  },
];

/** The name of a command; the default one, which draws the graph, is called `draw`. */
export type CommandName = "draw" | "show" | "run" | "completion";

/** Whether a word is the name of a command, which takes the first place. */
export function isCommandName(word: string): word is Exclude<CommandName, "draw"> {
  return COMMANDS.some(({ name }) => name === word);
}

/** The shells that completion scripts exist for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
/** A shell that a completion script exists for. */
export type Shell = (typeof SHELLS)[number];
