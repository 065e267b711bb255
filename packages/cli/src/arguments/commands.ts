import { RUN_OPTIONS } from "../commands/run/run-options.js";
import type { DescribedOption, OptionName } from "./options.js";

/** A word that may stand in the first place, and what it does. */
export interface CommandDescription {
  readonly name: NamedCommand;
  /** What follows the name, as usage lines write it. */
  readonly operands: string;
  readonly summary: string;
  /** Options of its own, where it does not take those of the command. */
  readonly options?: Readonly<Record<string, DescribedOption>>;
  /** Options of the command itself that it can't be combined with. */
  readonly without?: readonly OptionName[];
}

/** What leaves a part of the graph, of which `show` draws one thing. */
export const NOT_WITH_SHOW = ["subtree", "namespaces", "pidns", "processless"] as const satisfies readonly OptionName[];

/** Every command but the default one. */
export const COMMANDS: readonly CommandDescription[] = [
  {
    name: "show",
    operands: "SUBJECT",
    summary:
      "everything known about one namespace, process or workload: relatives, members, all that keeps it alive, with whom it shares what, how to enter it",
    without: [...NOT_WITH_SHOW, "all-pids"],
  },
  {
    name: "run",
    operands: "[options] -- COMMAND [ARG…]",
    summary: "start a command in new namespaces and show where it landed; run --help lists its options",
    options: RUN_OPTIONS,
  },
  {
    name: "completion",
    operands: "bash | zsh | fish",
    summary: "print a completion script for a shell",
  },
];

/** The name of a command that takes the first place; the default one, which draws the graph, has none. */
export type NamedCommand = "show" | "run" | "completion";

/** Whether a word is the name of a command. */
export function isCommandName(word: string): word is NamedCommand {
  return COMMANDS.some(({ name }) => name === word);
}

/** The shells that completion scripts exist for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
/** A shell that a completion script exists for. */
export type Shell = (typeof SHELLS)[number];
