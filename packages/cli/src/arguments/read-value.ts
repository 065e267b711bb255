import {
  isNamespaceType,
  LIMITED,
  type Limited,
  NAMESPACE_TYPES,
  type NamespaceType,
  printable,
  type ScanLimits,
} from "@ns-graph/graph";
import { suggest } from "./did-you-mean.js";
import type { OptionValue } from "./options.js";
import { quote, usageError } from "./usage-error.js";

/** The largest PID a Linux kernel can give (PID_MAX_LIMIT is 2^22; this leaves room). */
const MAX_PID = 2 ** 31 - 1;

/**
 * Reads the value of an option, which errors name as it was typed. Of a list that is given twice, `before` is what was
 * read the first time: it is one list.
 *
 * @throws NsGraphError `USAGE` for a value that the option does not take.
 */
export function readValue(typed: string, option: OptionValue, value: string, before: unknown): unknown {
  switch (option.type) {
    case "types":
      return readTypes(typed, value, (before ?? []) as readonly NamespaceType[]);
    case "limits":
      return readLimits(typed, value, (before ?? {}) as Partial<ScanLimits>);
    case "seconds":
      return readSeconds(typed, value);
    case "choice":
      return readChoice(typed, option.choices, value);
    case "number":
      return readNumber(typed, option, value);
    case "subject":
      return readOperand(value, typed);
    case "mode":
      return readMode(typed, value);
    default:
      if (value === "") throw usageError(`${typed} needs a value`);
      return value;
  }
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

/** What a command line names: a process by its PID, or anything by a word that the graph has to tell the meaning of. */
export type Operand = number | string;

/**
 * Reads a PID, or takes a word for the name of something; a number that no PID can be is one of a namespace.
 *
 * @throws NsGraphError `USAGE` for a number that is no PID, and for nothing; `where` names the place it stands in.
 */
export function readOperand(word: string, where: string): Operand {
  if (word.trim() === "") throw usageError(`${where} needs a value`);
  const isInode = Number(word) > MAX_PID && Number.isSafeInteger(Number(word));
  return /^-?\d+$/.test(word) && !isInode ? parsePid(word, where) : word;
}

const wordsOf = (list: string): readonly string[] =>
  list
    .split(",")
    .map((part) => part.trim())
    .filter((word) => word !== "");

function readTypes(typed: string, list: string, before: readonly NamespaceType[]): readonly NamespaceType[] {
  const known = `The types are ${NAMESPACE_TYPES.join(", ")}.`;
  const types = new Set(before);
  for (const word of wordsOf(list)) {
    if (!isNamespaceType(word)) {
      const meant = suggest(word, NAMESPACE_TYPES, quote);
      throw usageError(`${typed}: no type of namespace is called ${quote(word)}.${meant}`, known);
    }
    types.add(word);
  }
  if (types.size === 0) throw usageError(`${typed} needs at least one type of namespace`, known);
  return NAMESPACE_TYPES.filter((type) => types.has(type));
}

const NO_LIMITS = Object.fromEntries(LIMITED.map((kind) => [kind, Number.POSITIVE_INFINITY])) as ScanLimits;

/** Reads `descriptors=100000,mounts=none`, or `none` for all. */
function readLimits(typed: string, list: string, before: Partial<ScanLimits>): Partial<ScanLimits> {
  const hint = `It takes a list such as ${LIMITED[0]}=100000,${LIMITED[3]}=none of ${LIMITED.join(", ")}, or none.`;
  const limits: Partial<Record<Limited, number>> = { ...before };
  const words = wordsOf(list);
  if (words.length === 0) throw usageError(`${typed} needs at least one limit`, hint);
  for (const word of words) {
    if (word === "none") {
      Object.assign(limits, NO_LIMITS);
      continue;
    }
    const [name = "", number = ""] = word.split("=", 2);
    const kind = LIMITED.find((one) => one === name);
    if (kind === undefined && /^\d+$/.test(word)) throw usageError(`${typed}: ${word} of what?`, hint);
    if (kind === undefined)
      throw usageError(`${typed}: there is no limit of ${quote(name)}.${suggest(name, LIMITED, quote)}`, hint);
    if (number !== "none" && !/^\d{1,15}$/.test(number))
      throw usageError(`${typed}: ${name} needs a whole number or none, not ${quote(number)}`, hint);
    limits[kind] = number === "none" ? Number.POSITIVE_INFINITY : Number(number);
  }
  return limits;
}

function readSeconds(typed: string, value: string): number {
  if (value === "none") return Number.POSITIVE_INFINITY;
  const seconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) : 0;
  if (seconds >= 1) return seconds;
  throw usageError(`${typed} needs a number of seconds from 1 on, or none, not ${quote(value)}`);
}

function readChoice(typed: string, choices: readonly string[], value: string): string {
  if (choices.includes(value)) return value;
  const meant = suggest(value, choices, quote);
  throw usageError(`${typed}: there is no ${quote(value)}.${meant}`, `It may be ${choices.map(printable).join(", ")}.`);
}

function readMode(typed: string, value: string): number {
  if (/^0*[0-7]{1,3}$/.test(value)) return Number.parseInt(value, 8);
  throw usageError(`${typed}: ${quote(value)} is no mode from 0 up to 0777, in octal`, "For example: 0640");
}

function readNumber(typed: string, range: OptionValue & { readonly type: "number" }, value: string): number {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = range;
  const number = /^-?(\d+\.?\d*|\.\d+)$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  const from = range.min === undefined ? "" : ` from ${min}`;
  const to = range.max === undefined ? "" : ` up to ${max}`;
  throw usageError(`${typed}: ${quote(value)} is not a number${from}${to}`);
}
