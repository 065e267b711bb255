import { type AnyRenderer, NsGraphError, printable } from "@ns-graph/graph";
import type { NamedCommand } from "../arguments/commands.js";
import { describeGrammar } from "../help/completion/grammar.js";
import { readShell, SCRIPTS } from "../help/completion/script.js";
import { commandHelp, flagEntries, helpText } from "../help/help.js";
import { errorText } from "../output/error-text.js";
import { printText } from "../output/print-text.js";
import { describeSurface } from "../output/surface.js";
import { definitionList, wrap } from "../output/text-columns.js";
import { type Format, findFormat, knownFormats, loadBuiltIn, PUBLISHED_FORMATS } from "../plugins/formats.js";
import type { System } from "../system.js";

/** Where there is no terminal. */
const WIDTH = 80;
/** Longer lines are hard to read. */
const MAX_WIDTH = 100;

/** Prints the help of a command, or of all, with the options of a renderer. */
export function printHelp(
  topic: NamedCommand | undefined,
  renderer: AnyRenderer | undefined,
  system: System,
): Promise<number> {
  const width = widthOf(system);
  return printText(topic === undefined ? helpText(renderer, width) : commandHelp(topic, renderer, width), system);
}

/**
 * Prints the formats of these names, or all, with where they come from and their options. `chosen` is one of all, too.
 *
 * @throws NsGraphError `NO_SUCH_FORMAT` for a name that is none; `BAD_RENDERER` for one that is named and can't be loaded.
 */
export async function printFormats(names: readonly string[], chosen: Format, system: System): Promise<number> {
  const formats = new Map<string, Format>();
  for (const name of names) formats.set(name, await findFormat(name, system.openPlugins));
  const missing = names.length > 0 ? [] : await findAllFormats(formats, chosen, system);
  const width = widthOf(system);
  const texts = [...formats].map(([name, { renderer, origin }]) => {
    const head = wrap(`${printable(name)}  ${printable(renderer.summary)} (${printable(origin)})`, width - 2);
    return `${head.join("\n  ")}\n${definitionList(flagEntries(renderer), { width, indent: 4 })}`;
  });
  return printText([...texts, ...missing].join("\n"), system);
}

/** Finds each format that can be loaded, and answers what is said of those that could be installed. */
async function findAllFormats(
  formats: Map<string, Format>,
  chosen: Format,
  system: System,
): Promise<readonly string[]> {
  const known = await knownFormats(system.openPlugins);
  for (const name of known) {
    try {
      formats.set(name, await findFormat(name, system.openPlugins));
    } catch (error) {
      if (!(error instanceof NsGraphError)) throw error;
      system.warn(errorText(error, false));
    }
  }
  for (const refusal of await (await system.openPlugins()).refusals()) system.warn(errorText(refusal, false));
  if (![...formats.values()].some(({ renderer }) => renderer === chosen.renderer))
    formats.set(chosen.renderer.name, chosen);
  return Object.entries(PUBLISHED_FORMATS)
    .filter(([name]) => !known.includes(name))
    .map(([name, packageName]) => `${name}  not installed: npm install -g ${packageName}\n`);
}

/** Prints the completion script of a shell. */
export async function printCompletion(operands: readonly string[], system: System): Promise<number> {
  const shell = readShell(operands);
  const grammar = describeGrammar(await loadBuiltIn(), await knownFormats(system.openPlugins));
  return printText(SCRIPTS[shell](grammar), system);
}

function widthOf(system: System): number {
  const { columns } = describeSurface({ color: "never", isWide: false }, system.env, system.describeStdout());
  return Math.min(columns ?? WIDTH, MAX_WIDTH);
}
