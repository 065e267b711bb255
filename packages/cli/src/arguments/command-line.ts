import { DEFAULT_FORMAT, type Format, findFormat, type OpenPlugins } from "../plugins/formats.js";
import { checkCombinations } from "./check-combinations.js";
import { isCommandName, type NamedCommand } from "./commands.js";
import { makeRequest } from "./make-request.js";
import { describeFlags } from "./options.js";
import { type Arguments, findFormatName, parseArguments } from "./parse-arguments.js";
import { readOperand } from "./read-value.js";
import type { Request } from "./request.js";
import { usageError } from "./usage-error.js";

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
  checkCombinations({ ...parsed, operands: [], isShow: true });
  const [subject, ...more] = parsed.operands;
  if (subject === undefined || more.length > 0) {
    const message = subject === undefined ? "show needs a subject" : `show takes one subject, not ${more.length + 1}`;
    throw usageError(message, "ns-graph show PID | net:[INO] | INO | PATH | NAME | ID");
  }
  return { request: makeRequest(parsed, format, undefined), subject };
}

function readDraw(parsed: Arguments, format: Format): Request {
  const operands = parsed.operands.map((word) => readOperand(word, "PID"));
  checkCombinations({ ...parsed, operands, isShow: false });
  return makeRequest(parsed, format, operands);
}
