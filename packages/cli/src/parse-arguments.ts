import { isNamespaceType, NAMESPACE_TYPES, type NamespaceType, NsGraphError, printable } from "@ns-graph/graph";
import { suggest } from "./did-you-mean.js";
import { OPTIONS, type OptionName, type OPTIONS as OptionTable, type OptionValue } from "./options.js";

type ValueOf<O> = O extends { readonly type: "boolean" }
  ? boolean
  : O extends { readonly type: "choice"; readonly choices: readonly (infer Choice)[] }
    ? Choice
    : O extends { readonly type: "types" }
      ? readonly NamespaceType[]
      : O extends { readonly type: "pid" | "number" }
        ? number
        : string;

/** The options that were given, by their long names. */
export type Given = { readonly [Name in OptionName]?: ValueOf<(typeof OptionTable)[Name]> };

/** A command line, taken apart. */
export interface Arguments {
  readonly given: Given;
  /** Options of the renderer, by their long names without dashes. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** What is neither an option nor an option's value. */
  readonly operands: readonly string[];
}

/** The options of a renderer, by their long names, in terms of the command's own. */
export type FlagTable = ReadonlyMap<string, OptionValue>;

/** The largest PID a Linux kernel can give (PID_MAX_LIMIT is 2^22; this leaves room). */
const MAX_PID = 2 ** 31 - 1;

const usage = (message: string, hint = "See ns-graph --help."): NsGraphError =>
  new NsGraphError("USAGE", message, { hint });

/** Wrong usage: an option that nobody knows. */
export class UnknownOption extends NsGraphError {
  /** Its long name without dashes. */
  readonly option: string;

  constructor(option: string, message: string) {
    super("USAGE", message, { hint: "See ns-graph --help." });
    this.option = option;
  }
}

/** A word of the command line, quoted so that it can be shown. */
export function quote(word: string): string {
  return `"${printable(word)}"`;
}

/**
 * Takes a command line apart.
 *
 * @throws NsGraphError `USAGE` for what no option or value is called.
 */
export function parseArguments(args: readonly string[], flags: FlagTable = new Map()): Arguments {
  const parser = new Parser(args, flags);
  parser.parse();
  return { given: parser.given, flags: parser.flags, operands: parser.operands };
}

/** The value of --format, found without knowing the options of the renderer that it names. */
export function findFormatName(args: readonly string[]): string | undefined {
  return new Parser(args, new Map()).findFormatName();
}

class Parser {
  readonly #args: readonly string[];
  readonly #table: ReadonlyMap<string, OptionValue>;
  readonly #flags: FlagTable;
  #position = 0;
  readonly #given: Record<string, unknown> = {};
  readonly flags: Record<string, unknown> = {};
  readonly operands: string[] = [];

  constructor(args: readonly string[], flags: FlagTable) {
    this.#args = args;
    this.#flags = flags;
    this.#table = new Map<string, OptionValue>([...Object.entries(OPTIONS), ...flags]);
  }

  get given(): Given {
    return this.#given;
  }

  parse(): void {
    while (this.#position < this.#args.length) {
      const word = this.#args[this.#position++] as string;
      if (word === "--") {
        this.operands.push(...this.#args.slice(this.#position));
        return;
      }
      if (word.startsWith("--")) this.#long(word);
      else if (word.startsWith("-") && word.length > 1) this.#short(word);
      else this.operands.push(word);
    }
  }

  findFormatName(): string | undefined {
    while (this.#position < this.#args.length && this.#args[this.#position] !== "--") {
      try {
        this.parse();
      } catch (error) {
        // What is wrong here may be right once the renderer's options are known.
        if (!(error instanceof NsGraphError)) throw error;
      }
    }
    return this.given.format;
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
    const positive = name.startsWith("no-") ? name.slice(3) : undefined;
    if (positive !== undefined && this.#flags.get(positive)?.type === "boolean") {
      if (attached !== undefined) throw usage(`--${name} takes no value`);
      this.flags[positive] = false;
      return;
    }
    const meant = suggest(name, this.#table.keys(), (known) => `--${known}`);
    throw new UnknownOption(name, `there is no option --${printable(name)}.${meant}`);
  }

  #short(word: string): void {
    for (let index = 1; index < word.length; index++) {
      const letter = word[index] as string;
      const entry = Object.entries(OPTIONS).find(([, option]) => "short" in option && option.short === letter);
      if (entry === undefined) {
        const isLongMeant = index === 1 && word.length > 2 && this.#table.has(word.slice(1));
        const hint = isLongMeant ? ` Did you mean -${word}?` : "";
        throw usage(`there is no option -${printable(letter)}.${hint}`);
      }
      const [name, option] = entry;
      const rest = word.slice(index + 1);
      if (option.type === "boolean") this.#take(name, `-${letter}`, option, undefined);
      else {
        this.#take(name, `-${letter}`, option, rest === "" ? undefined : rest.replace(/^=/, ""));
        return;
      }
    }
  }

  #take(name: string, spelling: string, option: OptionValue, attached: string | undefined): void {
    const target = this.#flags.has(name) ? this.flags : this.#given;
    if (option.type === "boolean") {
      if (attached !== undefined) throw usage(`${spelling} takes no value`);
      target[name] = true;
      return;
    }
    const value = attached ?? this.#next(spelling, option.placeholder);
    target[name] = option.type === "types" ? this.#types(spelling, value) : readValue(spelling, option, value);
  }

  #next(spelling: string, placeholder: string): string {
    const value = this.#args[this.#position];
    if (value === undefined || (/^-./.test(value) && !/^-\d/.test(value))) {
      throw usage(`${spelling} needs a value: ${spelling} ${placeholder}`);
    }
    this.#position++;
    return value;
  }

  #types(spelling: string, list: string): readonly NamespaceType[] {
    const types = new Set(this.given.namespaces);
    for (const word of list.split(",").map((part) => part.trim())) {
      if (word === "") continue;
      if (!isNamespaceType(word)) {
        const meant = suggest(word, NAMESPACE_TYPES, (name) => `"${name}"`);
        throw usage(
          `${spelling}: no type of namespace is called ${quote(word)}.${meant}`,
          `The types are ${NAMESPACE_TYPES.join(", ")}.`,
        );
      }
      types.add(word);
    }
    if (types.size === 0)
      throw usage(`${spelling} needs at least one type`, `The types are ${NAMESPACE_TYPES.join(", ")}.`);
    return [...types];
  }
}

function readValue(
  spelling: string,
  option: Exclude<OptionValue, { readonly type: "boolean" }>,
  value: string,
): unknown {
  switch (option.type) {
    case "choice":
      if (option.choices.includes(value)) return value;
      throw usage(
        `${spelling}: ${quote(value)} is not one of its values.${suggest(value, option.choices, (name) => `"${name}"`)}`,
        `The values are ${option.choices.join(", ")}.`,
      );
    case "number": {
      const number = value.trim() === "" ? Number.NaN : Number(value);
      const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = option;
      if (number >= min && number <= max) return number;
      throw usage(`${spelling}: ${quote(value)} is not a number${rangeText(option)}`);
    }
    case "pid":
      return parsePid(value, spelling);
    default:
      if (value === "") throw usage(`${spelling} needs a value: ${spelling} ${option.placeholder}`);
      return value;
  }
}

function rangeText({ min, max }: { readonly min?: number; readonly max?: number }): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return `, ${min} or more`;
  return max === undefined ? "" : `, ${max} or less`;
}

/**
 * Reads a PID.
 *
 * @throws NsGraphError `USAGE` for what is none; `where` names the place it stands in.
 */
export function parsePid(word: string, where: string): number {
  const pid = /^[1-9]\d*$/.test(word) ? Number(word) : Number.NaN;
  if (pid <= MAX_PID) return pid;
  throw usage(`${where}: ${quote(word)} is not a PID`);
}
