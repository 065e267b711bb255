import { NAMESPACE_TYPES, type NamespaceType, NsGraphError } from "@ns-graph/graph";
import { type ParsedOptions, parseOptions } from "../../arguments/parse-options.js";
import { SEE_HELP, usageError } from "../../arguments/usage-error.js";
import { RUN_OPTIONS, TYPE_OPTIONS } from "./run-options.js";

/** What `ns-graph run` was asked for. */
export interface RunPlan {
  /** The types that are to be new, in canonical order. */
  readonly types: readonly NamespaceType[];
  readonly mapRoot: boolean;
  readonly mountProc: boolean;
  /** Whether the command is a child of unshare(1), and not unshare(1) itself. */
  readonly forks: boolean;
  readonly verbose: boolean;
  /** The format to draw in; undefined where nothing is to be drawn. */
  readonly graph: string | undefined;
  readonly output: string | undefined;
  readonly mode: number | undefined;
  readonly help: boolean;
  readonly command: readonly string[];
}

const USAGE = "ns-graph run --pid --mount-proc -- sh";

/**
 * Understands the words after `run`.
 *
 * @throws NsGraphError `USAGE`
 */
export function planRun(args: readonly string[]): RunPlan {
  const { values, typed, operands: command } = parse(args);
  const isGiven = (name: string): boolean => values[name] === true;
  const mapRoot = isGiven("map-root-user");
  const mountProc = isGiven("mount-proc");
  const implied: Partial<Record<NamespaceType, boolean>> = { user: mapRoot, pid: mountProc, mnt: mountProc };
  const types = NAMESPACE_TYPES.filter((type) => isGiven(TYPE_OPTIONS[type].name) || implied[type] === true);
  const { graph, output, mode } = values as Partial<Pick<RunPlan, "graph" | "output" | "mode">>;
  const help = isGiven("help");
  if (!help && command.length === 0) throw usageError("run needs a command", `For example: ${USAGE}`);
  if (output !== undefined && graph === undefined)
    throw usageError(`${typed.output} is where the graph goes, and none is to be drawn`, "Add --graph FORMAT.");
  if (mode !== undefined && output === undefined)
    throw usageError("--mode works only with --output", "Add --output FILE.");
  return {
    types,
    mapRoot,
    mountProc,
    // The kernel puts the next child into a new PID or time namespace, not the process that asks for one.
    forks: types.includes("pid") || types.includes("time"),
    verbose: isGiven("verbose"),
    graph,
    output,
    mode,
    help,
    command,
  };
}

/** What is wrong with the options is explained by the help that has them. */
function parse(args: readonly string[]): ParsedOptions {
  try {
    return parseOptions(args, new Map(Object.entries(RUN_OPTIONS)), { endsAtOperand: true });
  } catch (error) {
    throw error instanceof NsGraphError && error.hint === SEE_HELP
      ? usageError(error.message, "See ns-graph run --help.")
      : error;
  }
}

/** The arguments of unshare(1) that make these namespaces. */
export function unshareArguments({ types, mapRoot, mountProc, forks }: RunPlan): readonly string[] {
  return [
    ...types.map((type) => `--${TYPE_OPTIONS[type].name}`),
    ...(forks ? ["--fork", "--kill-child"] : []),
    ...(mapRoot ? ["--map-root-user"] : []),
    ...(mountProc ? ["--mount-proc"] : []),
  ];
}
