import { type NamespaceGraph, NsGraphError } from "@ns-graph/graph";
import { Reading } from "../codec/codec.js";
import { DocumentFault, pointerTo, quote } from "../codec/document-fault.js";
import { FORMAT, FORMAT_VERSION } from "../format.js";
import { documentRecord } from "../records/document.js";
import { graphOfDocument } from "./graph-of-document.js";
import { Intake } from "./intake.js";
import { findFault, findPlace } from "./json-scan.js";

/** How a document is read. */
export interface ReadOptions {
  /** What errors call it: the name of the file, say. Fit to be shown. */
  readonly name?: string;
  /** The most bytes that are read, as UTF-8; 256 MiB if it is not given, and half a GiB at most. */
  readonly maxSize?: number;
}

const DEFAULT_MAX_SIZE = 2 ** 28;

type Pieces = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/**
 * Reads a document that `--format json` wrote, from its text, its bytes (UTF-8), or pieces of either. The graph that comes
 * out gives the same document when it is written again.
 *
 * Ids may lead nowhere or in circles: that is for the graph's queries to bear. Nothing else that deviates from the format is
 * let through. Memory is bounded: before the text is parsed as a whole, its bytes, the values in it and how deep they stand
 * in one another were counted, and pieces are no longer asked for once there is too much of one of them.
 *
 * @throws NsGraphError `BAD_DOCUMENT` with the place (line and column; JSON Pointer) where it is not a document of ns-graph, is
 * damaged, contradicts itself, is too large, or is neither text nor bytes; `UNSUPPORTED_VERSION` where another version of
 * ns-graph is needed; `USAGE` where `maxSize` is no number of bytes.
 */
export function readDocument(
  document: string | Uint8Array | Iterable<string | Uint8Array>,
  options?: ReadOptions,
): NamespaceGraph;
export function readDocument(
  document: AsyncIterable<string | Uint8Array>,
  options?: ReadOptions,
): Promise<NamespaceGraph>;
export function readDocument(
  document: string | Uint8Array | Pieces,
  options?: ReadOptions,
): NamespaceGraph | Promise<NamespaceGraph> {
  const { name = "the document", maxSize = DEFAULT_MAX_SIZE } = options ?? {};
  if (typeof maxSize !== "number" || !(maxSize > 0)) {
    throw new NsGraphError("USAGE", "maxSize is a number of bytes", { hint: "Leave it out to read up to 256 MiB." });
  }
  const intake = new Intake(maxSize);
  // Whoever reads pieces from a file may put the next one where this one was.
  const isLent = typeof document !== "string" && !(document instanceof Uint8Array);
  const take = (piece: unknown): void => explaining(name, () => intake.take(checkPiece(piece), isLent));
  const finish = (): NamespaceGraph => explaining(name, () => parse(intake));
  if (!isLent) {
    take(document);
    return finish();
  }
  if (isIterable(document, Symbol.asyncIterator)) {
    return (async () => {
      for await (const piece of document as AsyncIterable<unknown>) take(piece);
      return finish();
    })();
  }
  if (!isIterable(document, Symbol.iterator)) throw notReadable(document);
  for (const piece of document as Iterable<unknown>) take(piece);
  return finish();
}

function isIterable(value: unknown, symbol: symbol): boolean {
  return typeof value === "object" && value !== null && symbol in value;
}

function checkPiece(piece: unknown): string | Uint8Array {
  if (typeof piece === "string" || piece instanceof Uint8Array) return piece;
  throw notReadable(piece);
}

function notReadable(value: unknown): NsGraphError {
  const kind = value === null || value === undefined ? String(value) : `a value of type ${typeof value}`;
  const what = value instanceof Promise ? "a promise" : kind;
  return new NsGraphError("BAD_DOCUMENT", `a document is text, bytes, or pieces of either, not ${what}`, {
    hint: 'Give readDocument what is in the file: readDocument(readFileSync("host.json")).',
  });
}

/** The graph of a document that is there as a whole. */
function parse(intake: Intake): NamespaceGraph {
  const text = intake.text();
  if (text.trimStart() === "") throw foreign("it is empty");
  const parsed = parseJson(text, intake.guard.isBalanced);
  try {
    checkVersion(parsed);
    const reading = new Reading();
    const document = documentRecord.read(parsed, reading);
    // JSON.parse takes the last of equal keys.
    if (reading.members !== intake.guard.members) throw findFault(text) ?? new Error("members were counted wrongly");
    return graphOfDocument(document);
  } catch (error) {
    if (!(error instanceof DocumentFault) || error.kind !== "shape" || error.place !== undefined) throw error;
    throw new DocumentFault(error.kind, error.message, { path: error.path, place: findPlace(text, error.path) });
  }
}

function parseJson(text: string, isBalanced: boolean): unknown {
  let error: unknown;
  if (isBalanced) {
    try {
      return JSON.parse(text);
    } catch (thrown) {
      error = thrown;
    }
  }
  throw findFault(text) ?? error;
}

/** Before all else, so that what another version means otherwise is not taken for a fault. */
function checkVersion(parsed: unknown): void {
  const { format, version } = Object.assign(Object.create(null), parsed) as Readonly<Record<string, unknown>>;
  if (format === undefined) throw foreign(`it has no "format": "${FORMAT}"`);
  if (format !== FORMAT) throw foreign(`its format is ${typeof format === "string" ? quote(format) : "no text"}`);
  if (version === undefined || version === FORMAT_VERSION) return;
  if (!Number.isSafeInteger(version)) {
    throw new DocumentFault("shape", "must be a whole number", { path: ["version"] });
  }
  throw new DocumentFault("version", `a document of version ${version}; this ns-graph reads version ${FORMAT_VERSION}`);
}

function foreign(why: string): DocumentFault {
  return new DocumentFault("foreign", why);
}

/** Does something with the document of a name, and makes of its faults the errors that people need. */
function explaining<T>(name: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof DocumentFault ? explain(name, error) : error;
  }
}

function explain(name: string, { kind, message, path, place }: DocumentFault): NsGraphError {
  const at = place === undefined ? "" : `line ${place.line}, column ${place.column}`;
  const where = at === "" ? name : `${name}, ${at}`;
  const pointer = pointerTo(path);
  const bad = (what: string, hint?: string) =>
    new NsGraphError("BAD_DOCUMENT", what, hint === undefined ? {} : { hint });
  switch (kind) {
    case "foreign":
      return bad(`${name} is not a document of ns-graph: ${message}`, "ns-graph --format json makes one.");
    case "version":
      return new NsGraphError("UNSUPPORTED_VERSION", `${name} is ${message}`, {
        hint: "Update ns-graph, or save it anew.",
      });
    case "size":
      return bad(
        `${name} ${message}`,
        "A document that was made with --no-pids is small however many processes there are.",
      );
    case "encoding":
      return bad(
        `${name}, ${message}: has bytes that are not UTF-8`,
        "It was damaged, or saved in another encoding than ns-graph --format json --output writes.",
      );
    case "end":
      return bad(`${name} is cut off at ${at}${pointer === "" ? "" : `, inside ${pointer}`}`);
    case "contradiction":
    case "syntax":
      return bad(`${where}: ${message}`);
    case "shape":
      return bad(`${where}: ${pointer || "the document"} ${message}`);
  }
}
