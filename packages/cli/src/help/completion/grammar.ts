import type { AnyRenderer } from "@ns-graph/graph";
import { COMMANDS, type CommandDescription } from "../../arguments/commands.js";
import { type DescribedOption, describeFlag, flagsOf, OPTIONS } from "../../arguments/options.js";

/** An option, with its long name without dashes before it. */
export type NamedOption = readonly [name: string, option: DescribedOption];

/** How an option is typed. */
export function spellingsOf([name, { short }]: NamedOption): readonly string[] {
  return short === undefined ? [`--${name}`] : [`-${short}`, `--${name}`];
}

/** What a shell has to know to complete a command line. */
export interface Grammar {
  /** Every option, those of the built-in renderers included. */
  readonly options: readonly NamedOption[];
  readonly commands: readonly CommandDescription[];
  /** The names that --format knows. */
  readonly formats: readonly string[];
}

/** Gathers what a shell has to know. */
export function describeGrammar(renderers: readonly AnyRenderer[], formats: readonly string[]): Grammar {
  const options = new Map<string, DescribedOption>(Object.entries(OPTIONS));
  for (const [name, flag] of renderers.flatMap(flagsOf)) {
    const isOn = flag.type === "boolean" && flag.default;
    options.set(isOn ? `no-${name}` : name, describeFlag(name, flag));
  }
  return { options: [...options], commands: COMMANDS, formats };
}
