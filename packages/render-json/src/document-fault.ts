/** A place in a text, counted from 1; columns in UTF-16 code units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * What is wrong with a document.
 *
 * - `foreign`: it is no document of ns-graph
 * - `version`: it is one of another version
 * - `syntax`: it is not JSON
 * - `end`: it ends too early
 * - `shape`: it is JSON, but not what the format says
 */
export type FaultKind = "foreign" | "version" | "syntax" | "end" | "shape";

/** Thrown by what parses a document; `readDocument` makes the error of it that people see. */
export class DocumentFault extends Error {
  readonly kind: FaultKind;
  readonly place: Place | undefined;

  constructor(kind: FaultKind, message: string, place?: Place) {
    super(message);
    this.kind = kind;
    this.place = place;
  }
}
