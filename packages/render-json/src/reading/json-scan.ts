import { DocumentFault, type Place, quote, type Step } from "../codec/document-fault.js";
import { MAX_DEPTH } from "./guard.js";

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** What may stand between the digits of a number, or its sign, and the end of a text that was cut off. */
const UNFINISHED_NUMBER = /(?:\.|[eE][+-]?)?$/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const UNFINISHED_ESCAPE = /\\(?:u[0-9a-fA-F]{0,3})?$/y;
const WHITE_SPACE = /[ \n\r\t]*/y;
const LITERALS = ["true", "false", "null"];

/** The first place where a text is not JSON (RFC 8259), is nested too deep, or has an object with the same key twice. */
export function findFault(text: string): DocumentFault | undefined {
  try {
    new JsonScan(text, []).document();
    return undefined;
  } catch (error) {
    if (error instanceof DocumentFault) return error;
    throw error;
  }
}

/** Where the value that a path leads to begins in JSON, or the innermost of those around it that is there. */
export function findPlace(text: string, path: readonly Step[]): Place {
  const scan = new JsonScan(text, path);
  scan.document();
  return placeAt(text, scan.sought);
}

function placeAt(text: string, offset: number): Place {
  let line = 1;
  let start = 0;
  for (let found = text.indexOf("\n"); found !== -1 && found < offset; found = text.indexOf("\n", start)) {
    line++;
    start = found + 1;
  }
  return { line, column: offset - start + 1 };
}

/**
 * Goes through JSON to say what is wrong with it and where, which `JSON.parse` says differently in each version of V8, or
 * not at all. It keeps nothing, and is slower: it is for documents that are bad already.
 */
class JsonScan {
  /** Where the value that is sought begins, as far as the way there was found. */
  sought = 0;
  readonly #text: string;
  readonly #wanted: readonly Step[];
  readonly #path: Step[] = [];
  /** How many steps of the path are as wanted. */
  #matched = 0;
  #at = 0;

  constructor(text: string, wanted: readonly Step[]) {
    this.#text = text;
    this.#wanted = wanted;
  }

  /** @throws DocumentFault */
  document(): void {
    this.#value();
    this.#skip(WHITE_SPACE);
    if (this.#at < this.#text.length) throw this.#unexpected("the end of the document");
  }

  #value(): void {
    const next = this.#peek();
    if (this.#matched === this.#path.length) this.sought = this.#at;
    if (next === "{" || next === "[") {
      if (this.#path.length === MAX_DEPTH) {
        throw this.#fault("shape", `is nested more than ${MAX_DEPTH} deep`, this.#path.slice(0, 1));
      }
      this.#at++;
      if (next === "{") this.#members();
      else this.#items();
    } else if (next === '"') this.#string();
    else if (next === "-" || (next >= "0" && next <= "9")) this.#number();
    else this.#literal();
  }

  #members(): void {
    const keys = new Set<string>();
    for (;;) {
      const next = this.#peek();
      if (next === "}" && keys.size === 0) break;
      if (next !== '"') throw this.#unexpected(keys.size === 0 ? 'a key or "}"' : "a key");
      const key = this.#string();
      if (keys.has(key)) throw this.#fault("shape", `has ${quote(key)} twice`, this.#path);
      keys.add(key);
      this.#pass(":", '":"');
      this.#inside(key);
      if (this.#peek() === "}") break;
      this.#pass(",", '"," or "}"');
    }
    this.#at++;
  }

  #items(): void {
    for (let place = 0; ; place++) {
      if (place === 0 && this.#peek() === "]") break;
      this.#inside(place);
      const next = this.#peek();
      if (next === "]") break;
      if (next === "") this.#path.push(place + 1);
      this.#pass(",", '"," or "]"');
    }
    this.#at++;
  }

  #inside(step: Step): void {
    const depth = this.#path.length;
    const isWanted = this.#matched === depth && this.#wanted[depth] === step;
    this.#path.push(step);
    if (isWanted) this.#matched++;
    this.#value();
    this.#path.pop();
    if (isWanted) this.#matched--;
  }

  #string(): string {
    const start = this.#at++;
    for (;;) {
      this.#skip(PLAIN);
      const next = this.#text[this.#at];
      if (next === '"') break;
      if (next === undefined) throw this.#unexpected("a closing quote");
      if (next !== "\\") throw this.#unexpected("a closing quote or an escaped character");
      if (!this.#skip(ESCAPE) && !this.#skip(UNFINISHED_ESCAPE)) throw this.#unexpected("an escape that JSON knows");
    }
    this.#at++;
    return JSON.parse(this.#text.slice(start, this.#at)) as string;
  }

  #number(): void {
    if (!this.#skip(NUMBER)) {
      this.#at++;
      throw this.#unexpected("a digit");
    }
    this.#skip(UNFINISHED_NUMBER);
  }

  #literal(): void {
    const word = LITERALS.find((literal) => this.#text.startsWith(literal, this.#at));
    if (word !== undefined) {
      this.#at += word.length;
      return;
    }
    const rest = this.#text.slice(this.#at, this.#at + 5);
    if (LITERALS.some((literal) => literal.startsWith(rest))) this.#at += rest.length;
    throw this.#unexpected("a value");
  }

  /** The next character that is no white space, which stays where it is; nothing at the end. */
  #peek(): string {
    this.#skip(WHITE_SPACE);
    return this.#text[this.#at] ?? "";
  }

  #pass(character: string, what: string): void {
    if (this.#peek() !== character) throw this.#unexpected(what);
    this.#at++;
  }

  /** Skips what comes next if it is of some form. Whether there was any of it. */
  #skip(form: RegExp): boolean {
    form.lastIndex = this.#at;
    if (!form.test(this.#text)) return false;
    const isAny = form.lastIndex > this.#at;
    this.#at = form.lastIndex;
    return isAny;
  }

  #unexpected(what: string): DocumentFault {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) return this.#fault("end", "", this.#path);
    return this.#fault("syntax", `${what} was expected, ${quote(String.fromCodePoint(code))} found`, []);
  }

  #fault(kind: "end" | "syntax" | "shape", message: string, path: readonly Step[]): DocumentFault {
    return new DocumentFault(kind, message, { path, place: placeAt(this.#text, this.#at) });
  }
}
