import { printable } from "@ns-graph/graph";

/** A place in a text, counted from 1; columns in UTF-16 code units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A key of an object, or a place in a list. */
export type Step = string | number;

/**
 * What is wrong with a document.
 *
 * - `foreign`: it is no document of ns-graph
 * - `version`: it is one of another version
 * - `size`: it is more than is read
 * - `encoding`: it is not UTF-8
 * - `syntax`: it is not JSON
 * - `end`: it ends too early
 * - `shape`: it is JSON, but not what the format says
 * - `contradiction`: it says two things of which only one can be
 */
export type FaultKind = "foreign" | "version" | "size" | "encoding" | "syntax" | "end" | "shape" | "contradiction";

/** Thrown where a document is found to be bad; `readDocument` makes the error of it that people see. */
export class DocumentFault extends Error {
  readonly kind: FaultKind;
  /** The value that is wrong, from the root of the document. */
  readonly path: Step[];
  /** Where in the text it is; absent where the path has to say it. */
  readonly place: Place | undefined;

  constructor(kind: FaultKind, message: string, { path = [], place }: { path?: readonly Step[]; place?: Place } = {}) {
    super(message);
    this.kind = kind;
    this.path = [...path];
    this.place = place;
  }
}

/** A fault of the value that is just being read. Whoever reads what is around it adds the way there with `inside`. */
export function shapeFault(message: string): DocumentFault {
  return new DocumentFault("shape", message);
}

/** What was thrown while a member or an item was read, with the step that leads to it if it is a fault. */
export function inside(step: Step, error: unknown): unknown {
  if (error instanceof DocumentFault) error.path.unshift(step);
  return error;
}

/** The fault of a value of the wrong kind; `form` begins with "must be". */
export function unexpected(form: string, value: unknown): DocumentFault {
  return shapeFault(`${form}, not ${nameOf(value)}`);
}

function nameOf(value: unknown): string {
  if (typeof value === "string") return "a text";
  if (typeof value === "number") return "a number";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** A JSON Pointer of so many characters is not made longer. */
const MAX_POINTER = 200;

/** A JSON Pointer (RFC 6901), fit to be shown. */
export function pointerTo(path: readonly Step[]): string {
  let pointer = "";
  for (const step of path) {
    if (pointer.length > MAX_POINTER) return `${pointer}/…`;
    pointer += `/${shorten(String(step).replaceAll("~", "~0").replaceAll("/", "~1"))}`;
  }
  return pointer;
}

/** A text from a document between quotes, short and with nothing in it that could steer a terminal. */
export function quote(text: string): string {
  return `"${shorten(text)}"`;
}

function shorten(text: string): string {
  return text.length > 40 ? `${printable(text.slice(0, 39))}…` : printable(text);
}
