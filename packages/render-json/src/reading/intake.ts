import { DocumentFault, quote } from "../codec/document-fault.js";
import { Guard, MAX_DEPTH, MAX_VALUES } from "./guard.js";
import { findFault } from "./json-scan.js";

/** Node and browsers have them; the type libraries of either would bring all else of theirs. */
declare class TextDecoder {
  constructor(label: "utf-8", options: { readonly fatal: true; readonly ignoreBOM: true });
  decode(bytes: Uint8Array, options?: { readonly stream: boolean }): string;
}
declare class TextEncoder {
  encode(text: string): Uint8Array;
}

const encoder = new TextEncoder();

/** The longest text that V8 has. */
const MAX_TEXT = 2 ** 29 - 24;
/** How much is looked at at once. */
const PIECE = 2 ** 16;
/** How much is copied to one place: so much that the system has it back once it is of no more use (M_MMAP_THRESHOLD, mallopt(3)). */
const ROOM = 2 ** 20;

const LINE_FEED = 0x0a;
/** Bytes of a character of UTF-8. */
const LONGEST_CHARACTER = 4;
const OPEN_OBJECT = 0x7b;
/** What may stand before the document: white space, and the bytes of a byte order mark. */
const BLANK: ReadonlySet<number> = new Set([0x09, LINE_FEED, 0x0d, 0x20, 0xef, 0xbb, 0xbf]);

/** Gathers a document that comes in pieces, and takes no more of it once it is too much, or can't be one. */
export class Intake {
  readonly guard = new Guard();
  readonly #maxSize: number;
  readonly #pieces: (string | Uint8Array)[] = [];
  #size = 0;
  #isBegun = false;
  /** Where bytes that were lent are put, and how much of it is used. */
  #room: Uint8Array | undefined;
  #used = 0;

  constructor(maxSize: number) {
    this.#maxSize = Math.min(maxSize, MAX_TEXT);
  }

  /**
   * Takes a text or bytes; bytes that were lent may be changed afterwards.
   *
   * @throws DocumentFault
   */
  take(piece: string | Uint8Array, isLent: boolean): void {
    if (piece.length === 0) return;
    if (typeof piece === "string") this.#keepText(piece);
    else if (isLent) this.#keepCopy(piece);
    else this.#pieces.push(piece);
    if (this.#size + piece.length > this.#maxSize) throw this.#tooLarge();
    for (let at = 0; at < piece.length; at += PIECE) {
      const end = at + PIECE;
      this.#look(typeof piece === "string" ? encoder.encode(piece.slice(at, end)) : piece.subarray(at, end));
    }
  }

  /** Small pieces are put together, because each by itself takes some hundred bytes more. */
  #keepText(piece: string): void {
    this.#closeRoom();
    const last = this.#pieces.at(-1);
    if (typeof last === "string" && last.length + piece.length <= PIECE) this.#pieces[this.#pieces.length - 1] += piece;
    else this.#pieces.push(piece);
  }

  /** Copied once, so that nothing is left for the garbage collector, which does not hurry with memory outside of V8's. */
  #keepCopy(piece: Uint8Array): void {
    for (let at = 0; at < piece.length; ) {
      this.#room ??= new Uint8Array(ROOM);
      const part = piece.subarray(at, at + ROOM - this.#used);
      this.#room.set(part, this.#used);
      this.#used += part.length;
      at += part.length;
      if (this.#used === ROOM) this.#closeRoom();
    }
  }

  #closeRoom(): void {
    if (this.#room !== undefined) this.#pieces.push(this.#room.subarray(0, this.#used));
    this.#room = undefined;
    this.#used = 0;
  }

  /**
   * All that was taken, as one text. It is kept no longer.
   *
   * @throws DocumentFault where it is not UTF-8
   */
  text(isCutOff = false): string {
    this.#closeRoom();
    let text = "";
    let run: Uint8Array[] = [];
    for (const piece of this.#pieces.splice(0)) {
      if (typeof piece !== "string") run.push(piece);
      else {
        text += decode(run, text, false) + piece;
        run = [];
      }
    }
    text += decode(run, text, isCutOff);
    return text.startsWith("\ufeff") ? text.slice(1) : text;
  }

  #look(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (this.#size > this.#maxSize) throw this.#tooLarge();
    if (!this.#isBegun) this.#begin(bytes);
    this.guard.pass(bytes);
    if (this.guard.values > MAX_VALUES) throw new DocumentFault("size", `has more than ${MAX_VALUES} values`);
    if (this.guard.deepest > MAX_DEPTH) throw findFault(this.text(true)) ?? new Error("the depth was counted wrongly");
  }

  #tooLarge(): DocumentFault {
    const mebibytes = Math.floor(this.#maxSize / 2 ** 20);
    return new DocumentFault("size", `is larger than ${mebibytes > 0 ? `${mebibytes} MiB` : `${this.#maxSize} bytes`}`);
  }

  #begin(bytes: Uint8Array): void {
    const first = bytes.find((byte) => !BLANK.has(byte));
    if (first === undefined) return;
    this.#isBegun = true;
    if (first === OPEN_OBJECT) return;
    // A few bytes are enough, and what is wrong further on is of no interest.
    const at = bytes.indexOf(first);
    const [character = ""] = tryToDecode(bytes.subarray(at, at + LONGEST_CHARACTER), true) ?? this.text(true);
    throw new DocumentFault("foreign", `it begins with ${quote(character)}, not with "{"`);
  }
}

/** The text of some bytes that follow another text; the last character may be cut off. */
function decode(pieces: readonly Uint8Array[], before: string, isCutOff: boolean): string {
  const bytes = pieces.length === 1 ? (pieces[0] as Uint8Array) : join(pieces);
  const text = tryToDecode(bytes, isCutOff);
  if (text !== undefined) return text;
  let line = before.split("\n").length;
  for (let start = 0; ; line++) {
    const end = bytes.indexOf(LINE_FEED, start) + 1;
    if (end === 0 || tryToDecode(bytes.subarray(start, end)) === undefined) break;
    start = end;
  }
  throw new DocumentFault("encoding", `line ${line}`);
}

function tryToDecode(bytes: Uint8Array, isCutOff = false): string | undefined {
  try {
    // A decoder that expects more is several times slower.
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return isCutOff ? decoder.decode(bytes, { stream: true }) : decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
