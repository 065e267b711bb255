import type { Attributes } from "./dot/attributes.js";

/** A node ready to be printed. */
export interface Drawn {
  readonly attributes: Attributes;
  /** Roughly how many lines of text high it will be. */
  readonly lines: number;
}
