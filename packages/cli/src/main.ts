import { NsGraphError } from "@ns-graph/graph";
import { type CommandName, isCommandName } from "./arguments/commands.js";
import { describeFlags } from "./arguments/options.js";
import { type Arguments, findFormatName, parseArguments } from "./arguments/parse-arguments.js";
import { UnknownOption } from "./arguments/parse-options.js";
import { draw } from "./commands/draw.js";
import { errorText } from "./output/error-text.js";
import { DONE, exitCodeForError } from "./output/exit-code.js";
import { ClosedPipe } from "./output/write-error.js";
import { DEFAULT_FORMAT, type Format, findFormat, formatsWithFlag, type PluginLoader } from "./plugins/formats.js";
import type { System } from "./system.js";

/** A command line that was understood. */
export interface Invocation extends Arguments {
  /** The words after the command's name. */
  readonly operands: readonly string[];
  readonly format: Format;
}

/** Does what a command line asks for, and answers the exit status. */
export type Command = (invocation: Invocation, system: System) => Promise<number>;

/** What does the work of each command. */
const COMMAND_TABLE: Readonly<Record<CommandName, () => Promise<Command>>> = {
  draw: async () => draw,
  show: async () => (await import("./cold-paths.js")).show,
  run: async () => refuseOptionsBefore("run"),
  completion: async () => (await import("./cold-paths.js")).printCompletion,
};

/** A command with options of its own has to come first: what stands before it is not one of them. */
function refuseOptionsBefore(command: string): Command {
  return async () => {
    throw new NsGraphError("USAGE", `${command} has options of its own, which come after it`, {
      hint: `See ns-graph ${command} --help.`,
    });
  };
}

/** Runs a command line and answers the exit status. It never throws: what goes wrong is told on standard error. */
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

async function dispatch(args: readonly string[], system: System): Promise<number> {
  if (args[0] === "run") return (await import("./cold-paths.js")).run(args.slice(1), system);
  const format = await findFormat(findFormatName(args) ?? DEFAULT_FORMAT, system.plugins);
  const parsed = await parse(args, format, system.plugins);
  const { given, operands } = parsed;
  const invocation = { ...parsed, format };
  if (given.help || given.version || given["list-formats"]) {
    const { printHelp, printVersion, printFormats } = await import("./cold-paths.js");
    const print = given.help ? printHelp : given.version ? printVersion : printFormats;
    return print(invocation, system);
  }
  const [word = "", ...rest] = operands;
  if (!isCommandName(word)) return (await COMMAND_TABLE.draw())(invocation, system);
  return (await COMMAND_TABLE[word]())({ ...invocation, operands: rest }, system);
}

async function parse(args: readonly string[], { renderer }: Format, plugins: PluginLoader): Promise<Arguments> {
  try {
    return parseArguments(args, describeFlags(renderer));
  } catch (error) {
    throw error instanceof UnknownOption ? await explainUnknown(error, renderer.name, plugins) : error;
  }
}

/** An option that nobody knows may be one of another format. */
async function explainUnknown(error: UnknownOption, format: string, plugins: PluginLoader): Promise<NsGraphError> {
  const owners = await formatsWithFlag(error.option.replace(/^no-/, ""), plugins);
  if (owners.length === 0) return error;
  const list = owners.length === 1 ? owners[0] : `${owners.slice(0, -1).join(", ")} and ${owners.at(-1)}`;
  const formats = `format${owners.length === 1 ? "" : "s"} ${list}`;
  const message = `--${error.option} is an option of the ${formats}, and this would draw ${format}`;
  return new NsGraphError("USAGE", message, { hint: `Add --format ${owners[0]}.`, cause: error });
}
