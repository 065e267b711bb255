import { type NamespaceGraph, NsGraphError } from "@ns-graph/graph";
import { DocumentFault } from "./document-fault.js";
import { DocumentParser } from "./document-parser.js";
import { BadUtf8, Utf8Decoder } from "./utf8-decoder.js";

/** How a document is read. */
export interface ReadOptions {
  /** What errors call it: the name of the file, say. Fit to be shown. */
  readonly name?: string;
  /** The most bytes (or characters, where it comes as text) that are read; 1 GiB if it is not given. */
  readonly maxSize?: number;
}

const DEFAULT_MAX_SIZE = 2 ** 30;
/** How much is parsed at once. */
const PIECE = 2 ** 20;

/**
 * Reads a document that `--format json` wrote, from its text, its bytes (UTF-8), or pieces of either. The graph that comes
 * out gives the same document when it is written again.
 *
 * Ids may lead nowhere or in circles: that is for the graph's queries to bear. Nothing else that deviates from the format is
 * let through. Time and memory are bounded by the size of the document, which is bounded by `maxSize`; pieces are no longer
 * asked for once the document is known to be bad.
 *
 * @throws NsGraphError `BAD_DOCUMENT` with the place (line and column; JSON Pointer) where it is not a document of ns-graph, is
 * damaged, contradicts itself or is too large; `UNSUPPORTED_VERSION` where another version of ns-graph is needed.
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
  document: string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  options: ReadOptions = {},
): NamespaceGraph | Promise<NamespaceGraph> {
  const reader = new DocumentReader(options);
  if (typeof document === "string" || document instanceof Uint8Array) {
    reader.read(document);
    return reader.finish();
  }
  if (Symbol.asyncIterator in document) return readAsync(reader, document);
  for (const piece of document) reader.read(piece);
  return reader.finish();
}

async function readAsync(
  reader: DocumentReader,
  document: AsyncIterable<string | Uint8Array>,
): Promise<NamespaceGraph> {
  for await (const piece of document) reader.read(piece);
  return reader.finish();
}

/** Takes a document in pieces of any size, and gives errors the name and the place that people need. */
class DocumentReader {
  readonly #name: string;
  readonly #maxSize: number;
  readonly #decoder = new Utf8Decoder();
  readonly #parser = new DocumentParser();
  #size = 0;

  constructor(options: ReadOptions) {
    this.#name = options.name ?? "the document";
    this.#maxSize = options.maxSize ?? DEFAULT_MAX_SIZE;
  }

  read(document: string | Uint8Array): void {
    for (let start = 0; start < document.length; start += PIECE) {
      const end = Math.min(start + PIECE, document.length);
      this.#size += end - start;
      if (this.#size > this.#maxSize) throw this.#tooLarge();
      this.#attempt(() => this.#parser.read(this.#text(document, start, end)));
    }
  }

  finish(): NamespaceGraph {
    return this.#attempt(() => {
      this.#decoder.end();
      return this.#parser.finish();
    });
  }

  #text(document: string | Uint8Array, start: number, end: number): string {
    return typeof document === "string"
      ? document.slice(start, end)
      : this.#decoder.decode(document.subarray(start, end));
  }

  #attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (error instanceof BadUtf8) throw this.#badUtf8(error);
      throw error instanceof DocumentFault ? this.#explain(error) : error;
    }
  }

  #badUtf8(error: BadUtf8): NsGraphError {
    // What comes before may be wrong in a way that says more, such as being no document at all.
    this.#attempt(() => {
      this.#parser.read(error.before);
      this.#parser.flush();
    });
    return new NsGraphError("BAD_DOCUMENT", `${this.#name}, line ${this.#parser.lines}: has bytes that are not UTF-8`, {
      hint: "It was damaged, or saved in another encoding than ns-graph --format json --output writes.",
    });
  }

  #tooLarge(): NsGraphError {
    const mebibytes = Math.floor(this.#maxSize / 2 ** 20);
    const size = mebibytes > 0 ? `${mebibytes} MiB` : `${this.#maxSize} bytes`;
    return new NsGraphError("BAD_DOCUMENT", `${this.#name} is larger than ${size}`, {
      hint: "A document that was made with --no-pids is small however many processes there are.",
    });
  }

  #explain(fault: DocumentFault): NsGraphError {
    const { kind, message, place } = fault;
    const at = place === undefined ? "" : `line ${place.line}, column ${place.column}`;
    switch (kind) {
      case "foreign":
        return new NsGraphError("BAD_DOCUMENT", `${this.#name} is not a document of ns-graph: ${message}`, {
          hint: "ns-graph --format json makes one.",
        });
      case "version":
        return new NsGraphError("UNSUPPORTED_VERSION", `${this.#name} is ${message}`, {
          hint: "Update ns-graph, or save it anew.",
        });
      case "end":
        return new NsGraphError(
          "BAD_DOCUMENT",
          `${this.#name} is cut off at ${at}${message === "" ? "" : `, inside ${message}`}`,
        );
      case "syntax":
      case "shape":
        return new NsGraphError("BAD_DOCUMENT", `${this.#name}${at === "" ? "" : `, ${at}`}: ${message}`);
    }
  }
}
