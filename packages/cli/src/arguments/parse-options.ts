import { NsGraphError, printable } from "@ns-graph/graph";
import { suggest } from "./did-you-mean.js";
import type { OptionValue } from "./options.js";
import { readValue } from "./read-value.js";
import { UnknownOption, usageError } from "./usage-error.js";

/** The options that may be given, by their long names without dashes. */
export type OptionTable = ReadonlyMap<string, OptionValue & { readonly short?: string }>;

/** A command line, taken apart. */
export interface ParsedOptions {
  /** The options that were given, by their long names. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The same options as they were typed: `-t`, `--no-legend`, and a choice with its word, `--pids none`. */
  readonly typed: Readonly<Record<string, string>>;
  /** What is neither an option nor an option's value. */
  readonly operands: readonly string[];
}

/** How a command line is taken apart. */
export interface ParsingRules {
  /** All that follows the first operand is an operand too, as in a command line that starts another command. */
  readonly endsAtOperand?: boolean;
  /** Skip what is wrong instead of failing. */
  readonly isLenient?: boolean;
}

/**
 * Takes options, their values and operands apart: `--name value`, `--name=value`, `-n value`, `-nvalue`, `-ab`;
 * `--no-name` turns a switch of the table off; nothing after `--` is an option.
 *
 * @throws NsGraphError `USAGE` for what no option or value is called.
 */
export function parseOptions(args: readonly string[], table: OptionTable, rules: ParsingRules = {}): ParsedOptions {
  const values: Record<string, unknown> = {};
  const typed: Record<string, string> = {};
  const operands: string[] = [];
  let position = 0;

  const take = (name: string, spelling: string, option: OptionValue, attached: string | undefined): void => {
    typed[name] = spelling;
    if (option.type === "boolean") {
      if (attached !== undefined) throw usageError(`${spelling} takes no value`);
      values[name] = true;
      return;
    }
    const value = attached ?? args[position];
    if (value === undefined || (attached === undefined && /^-\D/.test(value))) {
      const expected = option.type === "choice" ? option.choices.join("|") : option.placeholder;
      throw usageError(`${spelling} needs a value: ${spelling} ${printable(expected)}`);
    }
    if (attached === undefined) position++;
    values[name] = readValue(spelling, option, value, values[name]);
    if (option.type === "choice") typed[name] = `${spelling} ${value}`;
  };

  const takeLong = (word: string): void => {
    const [, name = "", attached] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
    const option = table.get(name);
    if (option !== undefined) {
      take(name, `--${name}`, option, attached);
      return;
    }
    const positive = name.startsWith("no-") ? name.slice(3) : "";
    const turnedOff = table.get(positive);
    if (turnedOff?.type === "boolean") {
      take(positive, `--${name}`, turnedOff, attached);
      values[positive] = false;
      return;
    }
    const meant = suggest(name, table.keys(), (known) => `--${known}`);
    throw new UnknownOption(name, `there is no option --${printable(name)}.${meant}`);
  };

  const takeShort = (word: string): void => {
    if (word.length > 2 && table.has(word.slice(1)))
      throw usageError(`there is no option ${printable(word)}. Did you mean -${word}?`);
    let rest = word.slice(1);
    while (rest !== "") {
      const letter = String.fromCodePoint(rest.codePointAt(0) ?? 0);
      rest = rest.slice(letter.length);
      const [name, option] = [...table].find(([, { short }]) => short === letter) ?? [];
      if (name === undefined || option === undefined)
        throw new UnknownOption(letter, `there is no option -${printable(letter)}`, true);
      const isSwitch = option.type === "boolean";
      take(name, `-${letter}`, option, isSwitch || rest === "" ? undefined : rest);
      if (!isSwitch) return;
    }
  };

  while (position < args.length) {
    const word = args[position++] as string;
    if (!word.startsWith("-") || word === "-" || word === "--") {
      if (word !== "--") operands.push(word);
      if (word !== "--" && !rules.endsAtOperand) continue;
      operands.push(...args.slice(position));
      break;
    }
    try {
      if (word.startsWith("--")) takeLong(word);
      else takeShort(word);
    } catch (error) {
      if (!rules.isLenient || !(error instanceof NsGraphError)) throw error;
    }
  }
  return { values, typed, operands };
}
