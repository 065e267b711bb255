import { spellings } from "../../help/help.js";
import { definitionList, wrap } from "../../output/text-columns.js";
import { RUN_OPTIONS } from "./run-options.js";

const WIDTH = 80;

/** What a command is that was started so, in few words. */
export const RUN_PURPOSE =
  "Starts a command in new namespaces, through unshare(1), as one does to learn how they work. Signals, terminal and exit status are the command's own. What --graph and --verbose show is there before the command starts: the namespaces are made, and a process with the PID and the name of the command waits in them. What the command makes itself is not in it. Where ns-graph is killed, so is the command, unless it has changed its credentials or setpriv(1) of util-linux is missing.";

/** Every exit status of its own. */
export const RUN_STATUSES: readonly (readonly [status: string, meaning: string])[] = [
  ["125", "the namespaces could not be made"],
  ["126", "the command was found, but could not be started"],
  ["127", "the command was not found"],
  ["128+N", "signal N ended the command; a real-time signal can't be told, and the status is 0"],
  ["other", "the command's own"],
];

/** The options of `ns-graph run` and what they do. */
export function runEntries(): readonly (readonly [string, string])[] {
  return Object.entries(RUN_OPTIONS).map(([name, option]) => [spellings(name, option).join(", "), option.summary]);
}

/** The text of `ns-graph run --help`. */
export function runHelp(): string {
  return [
    `${wrap(RUN_PURPOSE, WIDTH).join("\n")}\n`,
    "Usage:\n  ns-graph run [options] -- COMMAND [ARG…]\n",
    `Options:\n${definitionList(runEntries(), { width: WIDTH })}`,
    `Exit status:\n${definitionList(RUN_STATUSES, { width: WIDTH })}`,
  ].join("\n");
}
