import { NsGraphError, printable } from "@ns-graph/graph";
import { describeGrammar } from "../help/completion/grammar.js";
import { completionScript, readShell } from "../help/completion/script.js";
import { flagEntries, helpText } from "../help/help.js";
import type { Command } from "../main.js";
import { errorText } from "../output/error-text.js";
import { DONE } from "../output/exit-code.js";
import { describeSurface } from "../output/surface.js";
import { definitionList, wrap } from "../output/text-columns.js";
import { type Format, findFormat, knownFormats, loadBuiltIn, PUBLISHED_FORMATS } from "../plugins/formats.js";
import type { System } from "../system.js";
import { writeTo } from "./draw.js";

/** Where there is no terminal. */
const WIDTH = 80;
/** Longer lines are hard to read. */
const MAX_WIDTH = 100;

/** Prints the version. */
export const printVersion: Command = (_invocation, system) => print(`${system.version}\n`, system);

/** Prints what `--help` promises. */
export const printHelp: Command = ({ format }, system) => print(helpText(format.renderer, width(system)), system);

/** Prints every format, where it comes from and its options. */
export const printFormats: Command = async ({ format }, system) => {
  const formats = new Map<string, Format>();
  const known = await knownFormats(system.plugins);
  for (const name of known) {
    try {
      formats.set(name, await findFormat(name, system.plugins));
    } catch (error) {
      if (!(error instanceof NsGraphError)) throw error;
      system.warn(errorText(error, false));
    }
  }
  for (const refusal of await system.plugins.refusals()) system.warn(errorText(refusal, false));
  if (![...formats.values()].some(({ renderer }) => renderer === format.renderer))
    formats.set(format.renderer.name, format);
  const texts = [...formats].map(([name, { renderer, origin }]) => {
    const head = wrap(`${printable(name)}  ${printable(renderer.summary)} (${printable(origin)})`, width(system) - 2);
    return `${head.join("\n  ")}\n${definitionList(flagEntries(renderer), { width: width(system), indent: 4 })}`;
  });
  for (const [name, packageName] of Object.entries(PUBLISHED_FORMATS)) {
    if (!known.includes(name)) texts.push(`${name}  not installed: npm install -g ${packageName}\n`);
  }
  return print(texts.join("\n"), system);
};

/** Prints the completion script of a shell. */
export const printCompletion: Command = async ({ operands }, system) => {
  const shell = readShell(operands);
  const grammar = describeGrammar(await loadBuiltIn(), await knownFormats(system.plugins));
  return print(completionScript(shell, grammar), system);
};

/** Prints a text to standard output. */
export async function print(text: string, system: System): Promise<number> {
  const sink = system.openStdout();
  await writeTo(sink, async () => sink.write(text));
  return DONE;
}

function width(system: System): number {
  const { columns } = describeSurface({}, system.env, system.describeStdout());
  return Math.min(columns ?? WIDTH, MAX_WIDTH);
}
