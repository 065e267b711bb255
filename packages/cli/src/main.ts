import { enumerate, NsGraphError, nearestWord, printable } from "@ns-graph/graph";
import { type CommandLine, findRequestedFormat, readCommandLine } from "./arguments/command-line.js";
import { COMMANDS } from "./arguments/commands.js";
import { quote, UnknownOption, usageError } from "./arguments/usage-error.js";
import { draw } from "./commands/draw.js";
import { errorText } from "./output/error-text.js";
import { DONE, exitCodeForError } from "./output/exit-code.js";
import { ClosedPipe } from "./output/system-error.js";
import { type Format, formatsWithFlag, type OpenPlugins } from "./plugins/formats.js";
import type { System } from "./system.js";

/** Runs a command line and answers the exit status. It never throws: errors are printed on standard error. */
export async function main(args: readonly string[], system: System): Promise<number> {
  try {
    return await dispatch(args, system);
  } catch (error) {
    if (error instanceof ClosedPipe) return DONE;
    const isDetailed = Boolean(system.env.NS_GRAPH_DEBUG);
    const isVerbose = args.includes("--verbose") || args.includes("-v");
    system.warn(errorText(error, isDetailed || (isVerbose && !(error instanceof NsGraphError))));
    return exitCodeForError(error);
  }
}

const coldPaths = () => import("./cold-paths.js");

async function dispatch(args: readonly string[], system: System): Promise<number> {
  if (args[0] === "run") return (await coldPaths()).run(args.slice(1), system);
  const format = await findRequestedFormat(args, system.openPlugins);
  const line = await understand(args, format, system.openPlugins);
  switch (line.kind) {
    case "draw":
      return line.request.named === undefined
        ? draw(line.request, system)
        : (await coldPaths()).drawNamed(line.request, line.request.named, system);
    case "show":
      return (await coldPaths()).show(line.subject, line.request, system);
    case "completion":
      return (await coldPaths()).printCompletion(line.operands, system);
    case "help":
      return (await coldPaths()).printHelp(line.topic, format.renderer, system);
    case "formats":
      return (await coldPaths()).printFormats(line.names, format, system);
    case "version":
      return (await coldPaths()).printText(`${system.version}\n`, system);
  }
}

async function understand(args: readonly string[], format: Format, openPlugins: OpenPlugins): Promise<CommandLine> {
  try {
    return readCommandLine(args, format);
  } catch (error) {
    if (!(error instanceof UnknownOption)) throw error;
    throw mistypedCommand(error, args[0] ?? "") ?? (await explainUnknown(error, format, openPlugins));
  }
}

/** An option that nobody knows may be one of a command whose name was mistyped. */
function mistypedCommand({ option }: UnknownOption, word: string): Error | undefined {
  for (const { name, operands, options = {} } of COMMANDS) {
    const hasOption = Object.entries(options).some(([long, { short }]) => option === long || option === short);
    if (hasOption && nearestWord(word, [name]) !== undefined)
      return usageError(
        `no command is called ${printable(word)}. Did you mean ${quote(name)}?`,
        `ns-graph ${name} ${operands}`,
      );
  }
  return undefined;
}

/** An option that nobody knows may be one of another format. */
async function explainUnknown(error: UnknownOption, { renderer }: Format, openPlugins: OpenPlugins): Promise<Error> {
  if (error.isShort) return error;
  const owners = await formatsWithFlag(error.option.replace(/^no-/, ""), openPlugins);
  if (owners.length === 0) return error;
  const formats = `format${owners.length === 1 ? "" : "s"} ${enumerate(owners)}`;
  const message = `--${error.option} is an option of the ${formats}, and this would draw ${renderer.name}`;
  return new NsGraphError("USAGE", message, { hint: `Add --format ${owners[0]}.`, cause: error });
}
