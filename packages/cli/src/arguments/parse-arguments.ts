import type { NamespaceType, ScanLimits } from "@ns-graph/graph";
import { OPTIONS, type OptionName, type OPTIONS as OptionsTable, type OptionValue } from "./options.js";
import { type OptionTable, type ParsedOptions, parseOptions } from "./parse-options.js";
import type { Operand } from "./read-value.js";

type ValueOf<O> = O extends { readonly type: "boolean" }
  ? boolean
  : O extends { readonly type: "choice"; readonly choices: readonly (infer Choice)[] }
    ? Choice
    : O extends { readonly type: "types" }
      ? readonly NamespaceType[]
      : O extends { readonly type: "limits" }
        ? Partial<ScanLimits>
        : O extends { readonly type: "number" | "seconds" | "mode" }
          ? number
          : O extends { readonly type: "subject" }
            ? Operand
            : string;

/** The options that were given, by their long names. */
export type Given = { readonly [Name in OptionName]?: ValueOf<(typeof OptionsTable)[Name]> };

/** A command line, taken apart; `typed` has the options of the command and those of the renderer. */
export interface Arguments extends Omit<ParsedOptions, "values"> {
  readonly given: Given;
  /** Options of the renderer that were given, by their long names. */
  readonly flags: Readonly<Record<string, unknown>>;
}

const OWN: OptionTable = new Map(Object.entries(OPTIONS));

/**
 * Takes a command line apart, given the options of the renderer that will draw.
 *
 * @throws NsGraphError `USAGE` for what no option or value is called.
 */
export function parseArguments(
  args: readonly string[],
  flags: ReadonlyMap<string, OptionValue> = new Map(),
): Arguments {
  const { values, ...rest } = parseOptions(args, new Map<string, OptionValue>([...OWN, ...flags]));
  const entries = Object.entries(values);
  return {
    given: Object.fromEntries(entries.filter(([name]) => !flags.has(name))),
    flags: Object.fromEntries(entries.filter(([name]) => flags.has(name))),
    ...rest,
  };
}

/** The value of --format, found without knowing the options of the renderer that it names. */
export function findFormatName(args: readonly string[]): string | undefined {
  const { values } = parseOptions(args, OWN, { isLenient: true });
  return (values as Given).format;
}
