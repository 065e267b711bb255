import {
  isNamespaceType,
  LIMITED,
  type Limited,
  NAMESPACE_TYPES,
  type NamespaceType,
  NsGraphError,
  printable,
  type ScanLimits,
} from "@ns-graph/graph";
import { suggest } from "./did-you-mean.js";
import type { OptionValue } from "./options.js";

/** The options that may be given, by their long names without dashes. */
export type OptionTable = ReadonlyMap<string, OptionValue & { readonly short?: string }>;

/** Words of a command line, told apart. */
export interface ParsedOptions {
  /** The options that were given, by their long names. */
  readonly values: Readonly<Record<string, unknown>>;
  /** What is neither an option nor an option's value. */
  readonly operands: readonly string[];
}

/** How words are told apart. */
export interface ParsingRules {
  /** All that follows the first operand is an operand too, as in a command line that starts another command. */
  readonly endsAtOperand?: boolean;
  /** Skip what is wrong instead of failing. */
  readonly isLenient?: boolean;
}

/** The largest PID a Linux kernel can give (PID_MAX_LIMIT is 2^22; this leaves room). */
const MAX_PID = 2 ** 31 - 1;

/** The hint of errors that have no better one. */
export const SEE_HELP = "See ns-graph --help.";

/** Wrong usage: an option that nobody knows. */
export class UnknownOption extends NsGraphError {
  /** Its long name without dashes. */
  readonly option: string;

  constructor(option: string, message: string) {
    super("USAGE", message, { hint: SEE_HELP });
    this.option = option;
  }
}

/**
 * Tells options, their values and operands apart: `--name value`, `--name=value`, `-n value`, `-nvalue`, `-ab`;
 * `--no-name` turns a switch of the table off; nothing after `--` is an option.
 *
 * @throws NsGraphError `USAGE` for what no option or value is called.
 */
export function parseOptions(args: readonly string[], table: OptionTable, rules: ParsingRules = {}): ParsedOptions {
  const parser = new Parser(args, table, rules);
  parser.parse();
  return { values: parser.values, operands: parser.operands };
}

/** A word of the command line, quoted so that it can be shown. */
export function quote(word: string): string {
  return `"${printable(word)}"`;
}

/** An error that says what was wrong with the usage. */
export function usageError(message: string, hint = SEE_HELP): NsGraphError {
  return new NsGraphError("USAGE", message, { hint });
}

/**
 * Reads a PID.
 *
 * @throws NsGraphError `USAGE` for what is none; `where` names the place it stands in.
 */
export function parsePid(word: string, where: string): number {
  const pid = /^0*[1-9]\d*$/.test(word) ? Number(word) : Number.NaN;
  if (pid <= MAX_PID) return pid;
  throw usageError(`${where}: ${quote(word)} is not a PID`);
}

class Parser {
  readonly #args: readonly string[];
  readonly #table: OptionTable;
  readonly #rules: ParsingRules;
  #position = 0;
  readonly values: Record<string, unknown> = {};
  readonly operands: string[] = [];

  constructor(args: readonly string[], table: OptionTable, rules: ParsingRules) {
    this.#args = args;
    this.#table = table;
    this.#rules = rules;
  }

  parse(): void {
    while (this.#position < this.#args.length) {
      const word = this.#args[this.#position++] as string;
      const isOption = word.startsWith("-") && word.length > 1;
      if (isOption && word !== "--") {
        this.#option(word);
        continue;
      }
      if (word !== "--") this.operands.push(word);
      if (word === "--" || this.#rules.endsAtOperand) {
        this.operands.push(...this.#args.slice(this.#position));
        return;
      }
    }
  }

  #option(word: string): void {
    try {
      if (word.startsWith("--")) this.#long(word);
      else this.#short(word);
    } catch (error) {
      if (!this.#rules.isLenient || !(error instanceof NsGraphError)) throw error;
    }
  }

  #long(word: string): void {
    const equals = word.indexOf("=");
    const name = word.slice(2, equals < 0 ? undefined : equals);
    const attached = equals < 0 ? undefined : word.slice(equals + 1);
    const option = this.#table.get(name);
    if (option !== undefined) {
      this.#take(name, `--${name}`, option, attached);
      return;
    }
    const positive = name.startsWith("no-") ? name.slice(3) : "";
    if (this.#table.get(positive)?.type === "boolean") {
      if (attached !== undefined) throw usageError(`--${name} takes no value`);
      this.values[positive] = false;
      return;
    }
    const meant = suggest(name, this.#table.keys(), (known) => `--${known}`);
    throw new UnknownOption(name, `there is no option --${printable(name)}.${meant}`);
  }

  #short(word: string): void {
    if (word.length > 2 && this.#table.has(word.slice(1))) {
      throw usageError(`there is no option ${printable(word)}. Did you mean -${word}?`);
    }
    for (let index = 1; index < word.length; index++) {
      const letter = String.fromCodePoint(word.codePointAt(index) ?? 0);
      const entry = [...this.#table].find(([, { short }]) => short === letter);
      if (entry === undefined) throw usageError(`there is no option -${printable(letter)}`);
      const [name, option] = entry;
      const rest = word.slice(index + 1);
      if (option.type !== "boolean") {
        this.#take(name, `-${letter}`, option, rest === "" ? undefined : rest);
        return;
      }
      this.#take(name, `-${letter}`, option, undefined);
    }
  }

  #take(name: string, spelling: string, option: OptionValue, attached: string | undefined): void {
    if (option.type === "boolean") {
      if (attached !== undefined) throw usageError(`${spelling} takes no value`);
      this.values[name] = true;
      return;
    }
    const value =
      attached ?? this.#next(spelling, option.type === "choice" ? option.choices.join("|") : option.placeholder);
    this.values[name] = readValue(spelling, option, value, this.values[name]);
  }

  #next(spelling: string, placeholder: string): string {
    const value = this.#args[this.#position];
    if (value === undefined || /^-\D/.test(value)) {
      throw usageError(`${spelling} needs a value: ${spelling} ${printable(placeholder)}`);
    }
    this.#position++;
    return value;
  }
}

const wordsOf = (list: string): readonly string[] =>
  list
    .split(",")
    .map((part) => part.trim())
    .filter((word) => word !== "");

function readTypes(spelling: string, list: string, before: readonly NamespaceType[]): readonly NamespaceType[] {
  const known = `The types are ${NAMESPACE_TYPES.join(", ")}.`;
  const types = new Set(before);
  for (const word of wordsOf(list)) {
    if (!isNamespaceType(word)) {
      const meant = suggest(word, NAMESPACE_TYPES, quote);
      throw usageError(`${spelling}: no type of namespace is called ${quote(word)}.${meant}`, known);
    }
    types.add(word);
  }
  if (types.size === 0) throw usageError(`${spelling} needs at least one type of namespace`, known);
  return NAMESPACE_TYPES.filter((type) => types.has(type));
}

const NO_LIMITS = Object.fromEntries(LIMITED.map((kind) => [kind, Number.POSITIVE_INFINITY])) as ScanLimits;

/** Reads `descriptors=100000,mounts=none`, or `none` for all. */
function readLimits(spelling: string, list: string, before: Partial<ScanLimits>): Partial<ScanLimits> {
  const hint = `It takes a list such as ${LIMITED[0]}=100000,${LIMITED[3]}=none of ${LIMITED.join(", ")}, or none.`;
  const limits: Partial<Record<Limited, number>> = { ...before };
  const words = wordsOf(list);
  if (words.length === 0) throw usageError(`${spelling} needs at least one limit`, hint);
  for (const word of words) {
    if (word === "none") {
      Object.assign(limits, NO_LIMITS);
      continue;
    }
    const [name = "", number = ""] = word.split("=", 2);
    const kind = LIMITED.find((one) => one === name);
    if (kind === undefined && /^\d+$/.test(word)) throw usageError(`${spelling}: ${word} of what?`, hint);
    if (kind === undefined)
      throw usageError(`${spelling}: there is no limit of ${quote(name)}.${suggest(name, LIMITED, quote)}`, hint);
    if (number !== "none" && !/^\d{1,15}$/.test(number))
      throw usageError(`${spelling}: ${name} needs a whole number or none, not ${quote(number)}`, hint);
    limits[kind] = number === "none" ? Number.POSITIVE_INFINITY : Number(number);
  }
  return limits;
}

/** Of a list that is given twice, `before` is what was read the first time: it is one list. */
function readValue(spelling: string, option: OptionValue, value: string, before: unknown): unknown {
  switch (option.type) {
    case "types":
      return readTypes(spelling, value, (before ?? []) as readonly NamespaceType[]);
    case "limits":
      return readLimits(spelling, value, (before ?? {}) as Partial<ScanLimits>);
    case "seconds":
      return readSeconds(spelling, value);
    case "choice":
      return readChoice(spelling, option.choices, value);
    case "number":
      return readNumber(spelling, option, value);
    case "pid":
      return parsePid(value, spelling);
    case "mode":
      return readMode(spelling, value);
    default:
      if (value === "") throw usageError(`${spelling} needs a value`);
      return value;
  }
}

function readSeconds(spelling: string, value: string): number {
  if (value === "none") return Number.POSITIVE_INFINITY;
  const seconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) : 0;
  if (seconds >= 1) return seconds;
  throw usageError(`${spelling} needs a number of seconds from 1 on, or none, not ${quote(value)}`);
}

function readChoice(spelling: string, choices: readonly string[], value: string): string {
  if (choices.includes(value)) return value;
  const meant = suggest(value, choices, quote);
  throw usageError(
    `${spelling}: there is no ${quote(value)}.${meant}`,
    `It may be ${choices.map(printable).join(", ")}.`,
  );
}

function readMode(spelling: string, value: string): number {
  if (/^0*[0-7]{1,3}$/.test(value)) return Number.parseInt(value, 8);
  throw usageError(`${spelling}: ${quote(value)} is no mode from 0 up to 0777, in octal`, "For example: 0640");
}

function readNumber(
  spelling: string,
  { min, max }: { readonly min?: number; readonly max?: number },
  value: string,
): number {
  const number = /^-?(\d+\.?\d*|\.\d+)$/.test(value) ? Number(value) : Number.NaN;
  if (number >= (min ?? Number.NEGATIVE_INFINITY) && number <= (max ?? Number.POSITIVE_INFINITY)) return number;
  const from = min === undefined ? "" : ` from ${min}`;
  const to = max === undefined ? "" : ` up to ${max}`;
  throw usageError(`${spelling}: ${quote(value)} is not a number${from}${to}`);
}
