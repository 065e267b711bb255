import { printable } from "@ns-graph/graph";
import { DocumentFault, type Place } from "./document-fault.js";
import { MAX_UNKNOWN, readValue } from "./json-value.js";

/** Thrown where the text ends and more of it is to come: the reader goes back to where it began and waits. */
export const INCOMPLETE = new Error("more of the document is to come");

/** How many different texts, of up to which length, are remembered so that equal ones are one string. */
const MAX_REMEMBERED = 65_536;
const MAX_REMEMBERED_LENGTH = 256;
/** Slices of fewer characters are copied by V8; longer ones would keep the text they were cut from alive. */
const COPIED_SLICE = 13;

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** What may stand between a number so far, or its minus sign, and the end of what has come. */
const UNFINISHED = /(?:\.|[eE][+-]?)?$/y;
const BAD_ESCAPE = /\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})/;

/** What a value without others inside is, in words. */
export type Scalar = "a text" | "a number" | "true" | "false" | "null";
/** What a value is, in words. */
type Kind = "an object" | "a list" | Scalar;

/**
 * Reads JSON (RFC 8259) value by value, from a text that may still grow at its end. Whatever the text says, it takes
 * time and memory in proportion to it, and little of the stack.
 */
export class JsonCursor {
  /** Where in the document it is: keys and list indexes from the root. Kept by those who read. */
  readonly path: (string | number)[] = [];
  #text = "";
  #at = 0;
  #ended = false;
  /** Line and column of the first character of the text. */
  #line = 1;
  #column = 1;
  /** How many characters of unknown values may still be kept. */
  #unknownLeft = MAX_UNKNOWN;
  readonly #mark = { at: 0, unknownLeft: MAX_UNKNOWN };
  readonly #remembered = new Map<string, string>();

  /** Puts more text behind what is still to be read, and forgets what was read. */
  append(pieces: readonly string[]): void {
    const { line, column } = this.place(this.#at);
    this.#line = line;
    this.#column = column;
    // Joined rather than added up: V8 keeps a sum as a tree, which makes every look at a character slower.
    this.#text = [this.#text.slice(this.#at), ...pieces].join("");
    this.#at = 0;
    this.#mark.at = 0;
  }

  /** Says that no more text comes. */
  end(): void {
    this.#ended = true;
  }

  /** How many characters are still to be read. */
  get pending(): number {
    return this.#text.length - this.#at;
  }

  /** Where the next character is, for `rewind` and faults. */
  get at(): number {
    return this.#at;
  }

  /** Goes back to a place that `at` told since the last `append`, to read it again in another way. */
  rewind(at: number): void {
    this.#at = at;
  }

  /** Remembers that all up to here was read. */
  mark(): void {
    this.#mark.at = this.#at;
    this.#mark.unknownLeft = this.#unknownLeft;
  }

  /** Forgets what was read since the last `mark`. */
  reset(): void {
    this.#at = this.#mark.at;
    this.#unknownLeft = this.#mark.unknownLeft;
  }

  /** Line and column of a character of the present text. */
  place(offset: number): Place {
    let line = this.#line;
    let column = this.#column + offset;
    for (
      let found = this.#text.indexOf("\n");
      found !== -1 && found < offset;
      found = this.#text.indexOf("\n", found + 1)
    ) {
      line++;
      column = offset - found;
    }
    return { line, column };
  }

  /** The number of the last line of the present text. */
  get lastLine(): number {
    return this.place(this.#text.length).line;
  }

  /** The code of the next character that is no white space, which stays unread; NaN at the end of the document. */
  peek(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code > 0x20) return code;
      if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) this.#at++;
      else if (this.#at >= this.#text.length) return this.#atEnd();
      else return code;
    }
  }

  /** Reads the beginning of an object; its members follow, each behind a `nextMember` that is true, or by `nextKey`. */
  openObject(): void {
    if (this.peek() !== OPEN_OBJECT) throw this.unexpected("must be an object");
    this.#at++;
  }

  /** Whether another member follows, whose key is next; false behind the last one. */
  nextMember(first: boolean): boolean {
    const code = this.peek();
    if (code === CLOSE_OBJECT) {
      this.#at++;
      return false;
    }
    if (!first) {
      if (code !== COMMA) throw this.#syntax('"," or "}"');
      this.#at++;
    }
    if (this.peek() !== QUOTE) throw this.#syntax(first ? 'a key or "}"' : "a key");
    return true;
  }

  /** The key of a member; its value follows. */
  key(): string {
    const key = this.#string();
    if (this.peek() !== COLON) throw this.#syntax('":"');
    this.#at++;
    return key;
  }

  /** Skips one of some texts, if it comes next: the place of that one, or -1. Those before `from` are not tried. */
  skipOneOf(texts: readonly string[], from: number): number {
    for (let place = from; place < texts.length; place++) {
      const text = texts[place] as string;
      if (!this.#text.startsWith(text, this.#at)) continue;
      this.#at += text.length;
      return place;
    }
    return -1;
  }

  /** The key of the next member, whose value follows; undefined behind the last one. */
  nextKey(first: boolean): string | undefined {
    return this.nextMember(first) ? this.key() : undefined;
  }

  /** Reads the beginning of a list; its values follow, each behind a `nextItem` that is true. */
  openList(): void {
    if (this.peek() !== OPEN_LIST) throw this.unexpected("must be a list");
    this.#at++;
  }

  /** Whether another value follows; false behind the last one. */
  nextItem(first: boolean): boolean {
    const code = this.peek();
    if (code === CLOSE_LIST) {
      this.#at++;
      return false;
    }
    if (first) return true;
    if (code !== COMMA) throw this.#syntax('"," or "]"');
    this.#at++;
    if (this.peek() === CLOSE_LIST) throw this.#syntax("a value");
    return true;
  }

  /** A text; `what` completes the sentence of the fault where there is something else. */
  string(what = "must be a text"): string {
    if (this.peek() !== QUOTE) throw this.unexpected(what);
    return this.#string();
  }

  /** A whole number within bounds. `1.0` and `1e3` are whole numbers too. */
  integer(min: number, max: number): number {
    const code = this.peek();
    if (code !== MINUS && !(code >= ZERO && code <= NINE)) throw this.unexpected(wholeNumber(min, max));
    const start = this.#at;
    let value = 0;
    let at = start;
    let digit = code - ZERO;
    // Leading zeros, signs, fractions and exponents are left to the slow way.
    if (code !== ZERO) {
      while (digit >= 0 && digit <= 9 && at - start < 15) {
        value = value * 10 + digit;
        digit = this.#text.charCodeAt(++at) - ZERO;
      }
    }
    const next = this.#text.charCodeAt(at);
    if (at > start && (next === COMMA || next === CLOSE_OBJECT || next === CLOSE_LIST)) this.#at = at;
    else value = this.#number();
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw this.#shape(`${wholeNumber(min, max)}, not ${this.#excerpt(start, this.#at)}`, start);
  }

  /** `true` or `false`. */
  boolean(): boolean {
    const code = this.peek();
    if (code === 0x74) return this.#literal("true", true);
    if (code === 0x66) return this.#literal("false", false);
    throw this.unexpected("must be true or false");
  }

  /** The text between here and the next `}`, if it is there already: where no object is inside, the whole of this one. */
  glance(): string | undefined {
    if (this.peek() !== OPEN_OBJECT) return undefined;
    const end = this.#text.indexOf("}", this.#at);
    return end === -1 ? undefined : this.#text.slice(this.#at, end + 1);
  }

  /** Skips a text that `glance` gave. */
  skip(text: string): void {
    this.#at += text.length;
  }

  /** A value that this version knows nothing of, as `JSON.parse` would give it. All of them together are limited in size. */
  unknown(): unknown {
    this.peek();
    const start = this.#at;
    const value = readValue(this, start + this.#unknownLeft);
    this.#unknownLeft -= this.#at - start;
    return value;
  }

  /** The next value's kind, told by its first character; undefined where no value begins. */
  kind(): Kind | undefined {
    const code = this.peek();
    if (code === OPEN_OBJECT) return "an object";
    if (code === OPEN_LIST) return "a list";
    if (code === QUOTE) return "a text";
    if (code === MINUS || (code >= ZERO && code <= NINE)) return "a number";
    for (const word of ["true", "false", "null"] as const) if (this.#follows(word)) return word;
    return undefined;
  }

  /** A value of some kind, which `kind` told, without others inside. */
  scalar(kind: Scalar | undefined): string | number | boolean | null {
    switch (kind) {
      case "a text":
        return this.#string();
      case "a number":
        return this.#finite();
      case "true":
        return this.#literal(kind, true);
      case "false":
        return this.#literal(kind, false);
      case "null":
        return this.#literal(kind, null);
      case undefined:
        throw this.#syntax("a value");
    }
  }

  /** A fault of shape here: of the value that comes next, or of the object that is being read. */
  fault(message: string, at = this.#at): DocumentFault {
    return this.#shape(message, at);
  }

  /** The fault of a value of the wrong kind, or of a text that is not JSON here. */
  unexpected(what: string): DocumentFault {
    const kind = this.kind();
    return kind === undefined ? this.#syntax("a value") : this.#shape(`${what}, not ${kind}`, this.#at);
  }

  /** The fault of an object that has a key again. */
  twice(key: string): DocumentFault {
    return this.#shape(`has ${quote(key)} twice`, this.#at);
  }

  /** The fault of a document that goes on behind its end. */
  trailing(): DocumentFault {
    return this.#syntax("the end of the document");
  }

  /** The JSON Pointer (RFC 6901) of where it is, fit to be shown. */
  #pointer(): string {
    return this.path.map((step) => `/${shorten(String(step).replaceAll("~", "~0").replaceAll("/", "~1"))}`).join("");
  }

  #atEnd(): number {
    if (!this.#ended) throw INCOMPLETE;
    return Number.NaN;
  }

  /** Whether a word comes next. */
  #follows(word: string): boolean {
    if (this.#text.startsWith(word, this.#at)) return true;
    if (this.pending >= word.length || !word.startsWith(this.#text.slice(this.#at))) return false;
    this.#atEnd();
    throw this.#syntax(`"${word}"`, this.#text.length);
  }

  #literal<T>(word: string, value: T): T {
    if (!this.#follows(word)) throw this.#syntax("a value");
    this.#at += word.length;
    return value;
  }

  #number(): number {
    NUMBER.lastIndex = this.#at;
    const raw = NUMBER.exec(this.#text)?.[0];
    // A number may go on with what comes next: after its last digit, after the point or the sign of an exponent.
    UNFINISHED.lastIndex = this.#at + (raw?.length ?? 1);
    if (UNFINISHED.test(this.#text)) this.#atEnd();
    if (raw === undefined) throw this.#syntax("a digit", this.#at + 1);
    this.#at += raw.length;
    // Adding 0 makes of -0 what every consumer takes it for.
    return Number(raw) + 0;
  }

  #string(): string {
    const text = this.#text;
    const start = this.#at;
    let end = start + 1;
    let escaped = false;
    for (let code = text.charCodeAt(end); code !== QUOTE; code = text.charCodeAt(end)) {
      if (code === BACKSLASH) {
        escaped = true;
        end += 2;
      } else if (code >= 0x20) end++;
      else if (end >= text.length) break;
      else throw this.#syntax("a closing quote or an escaped character", end);
    }
    if (end >= text.length) {
      this.#atEnd();
      throw this.#syntax("a closing quote", text.length);
    }
    this.#at = end + 1;
    if (escaped) return this.#unescape(start);
    const plain = text.slice(start + 1, end);
    return plain.length < COPIED_SLICE ? plain : this.#remember(plain);
  }

  #unescape(start: number): string {
    const raw = this.#text.slice(start, this.#at);
    const bad = BAD_ESCAPE.exec(raw.replaceAll("\\\\", "  "));
    if (bad !== null) throw this.#syntax("an escape that JSON knows", start + bad.index);
    return JSON.parse(raw) as string;
  }

  /** A text of its own that is equal to a slice; the same one again for an equal slice. */
  #remember(slice: string): string {
    const remembered = this.#remembered.get(slice);
    if (remembered !== undefined) return remembered;
    const own = detach(slice);
    if (own.length <= MAX_REMEMBERED_LENGTH && this.#remembered.size < MAX_REMEMBERED) this.#remembered.set(own, own);
    return own;
  }

  #finite(): number {
    const start = this.#at;
    const value = this.#number();
    if (Number.isFinite(value)) return value;
    throw this.#shape(`must be a number that fits, not ${this.#excerpt(start, this.#at)}`, start);
  }

  #shape(message: string, at: number): DocumentFault {
    return new DocumentFault("shape", `${this.#pointer() || "the document"} ${message}`, this.place(at));
  }

  #syntax(expected: string, at = this.#at): DocumentFault {
    const code = this.#text.codePointAt(at);
    const place = this.place(at);
    if (code === undefined) return new DocumentFault("end", this.#pointer(), place);
    return new DocumentFault("syntax", `${expected} was expected, ${quote(String.fromCodePoint(code))} found`, place);
  }

  #excerpt(start: number, end: number): string {
    return shorten(this.#text.slice(start, end));
  }
}

function wholeNumber(min: number, max: number): string {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return `must be a whole number ${range}`;
}

/** A text from a document between quotes, short and with nothing in it that could steer a terminal. */
export function quote(text: string): string {
  return `"${shorten(text)}"`;
}

function shorten(text: string): string {
  return text.length > 40 ? `${printable(text.slice(0, 39))}…` : printable(text);
}

/** An equal text that does not keep alive what it was cut from. Only for texts without quotes and backslashes. */
function detach(slice: string): string {
  return JSON.parse(`"${slice}"`) as string;
}
