import { quoteForShell } from "@ns-graph/graph";
import { DEFAULT_FORMAT, type Format, findFormat, type OpenPlugins } from "../plugins/formats.js";
import { checkCombinations } from "./check-combinations.js";
import { COMMANDS, isCommandName, type NamedCommand } from "./commands.js";
import { suggest } from "./did-you-mean.js";
import { makeRequest } from "./make-request.js";
import { describeFlags, OPTIONS } from "./options.js";
import { type Arguments, findFormatName, parseArguments } from "./parse-arguments.js";
import { parsePid } from "./read-value.js";
import type { Request } from "./request.js";
import { quote, usageError } from "./usage-error.js";

/** What a command line asks for. */
export type CommandLine =
  | { readonly kind: "draw"; readonly request: Request }
  | { readonly kind: "show"; readonly request: Request; readonly subject: string }
  | { readonly kind: "completion"; readonly operands: readonly string[] }
  | { readonly kind: "version" }
  /** The help of a command, or of all. */
  | { readonly kind: "help"; readonly topic: NamedCommand | undefined }
  /** The formats of these names, or all. */
  | { readonly kind: "formats"; readonly names: readonly string[] };

/** The format that a command line names. */
export function findRequestedFormat(args: readonly string[], openPlugins: OpenPlugins): Promise<Format> {
  return findFormat(findFormatName(args) ?? DEFAULT_FORMAT, openPlugins);
}

/**
 * Understands a command line that draws with a format.
 *
 * @throws NsGraphError `USAGE`; UnknownOption for an option that neither the command nor the format has.
 */
export function readCommandLine(args: readonly string[], format: Format): CommandLine {
  const parsed = parseArguments(args, describeFlags(format.renderer));
  const { given, operands } = parsed;
  const [word = "", ...rest] = operands;
  const command = isCommandName(word) ? word : undefined;
  if (given.help) return { kind: "help", topic: command };
  if (given.version) return { kind: "version" };
  if (given["list-formats"]) return { kind: "formats", names: command === undefined ? operands : rest };
  switch (command) {
    case "run":
      // It has options of its own: what stands before it is not one of them.
      throw usageError("run has options of its own, which come after it", "See ns-graph run --help.");
    case "completion":
      return { kind: "completion", operands: rest };
    case "show":
      return { kind: "show", ...readShow({ ...parsed, operands: rest }, format) };
    default:
      return { kind: "draw", request: readDraw(parsed, format) };
  }
}

function readShow(parsed: Arguments, format: Format): { readonly request: Request; readonly subject: string } {
  checkCombinations({ ...parsed, hasPids: false, isShow: true });
  const [subject, ...more] = parsed.operands;
  if (subject === undefined || more.length > 0) {
    const message = subject === undefined ? "show needs a subject" : `show takes one subject, not ${more.length + 1}`;
    throw usageError(message, "ns-graph show PID | net:[INO] | INO | PATH | NAME");
  }
  return { request: makeRequest(parsed, format, undefined), subject };
}

function readDraw(parsed: Arguments, format: Format): Request {
  const { operands } = parsed;
  checkCombinations({ ...parsed, hasPids: operands.length > 0, isShow: false });
  return makeRequest(parsed, format, operands.map(readPid));
}

function readPid(word: string): number {
  if (/^\d+$/.test(word)) return parsePid(word, "PID");
  const names = new Map(COMMANDS.map(({ name }) => [name as string, quote(name)]));
  for (const name of Object.keys(OPTIONS)) names.set(name, `--${name}`);
  const meant = suggest(word, names.keys(), (name) => names.get(name) ?? name);
  const hint = /[[/:]/.test(word)
    ? `To see everything about it: ${quoteForShell(["ns-graph", "show", word])}`
    : undefined;
  throw usageError(`${quote(word)} is neither a PID nor a command.${meant}`, hint);
}
