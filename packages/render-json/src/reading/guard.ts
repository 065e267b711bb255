/** How deep objects and lists may stand in one another: far deeper than the format has them. */
export const MAX_DEPTH = 128;

/** How many values a document may have, be they texts, numbers, lists or objects. */
export const MAX_VALUES = 2 ** 23;

/**
 * Passes once over JSON, as it comes, and counts what `JSON.parse` will need memory and stack for, so that it need not be
 * asked where that is too much. It takes any bytes: what is no JSON is counted as far as it looks like JSON.
 */
export class Guard {
  /** The values that began so far, or were announced by a comma. */
  values = 0;
  /** How many members all objects have together. */
  members = 0;
  /** How many objects and lists were open at once. */
  deepest = 0;
  #depth = 0;
  #isInText = false;
  #isEscaped = false;

  /** Whether all that was opened was closed again. */
  get isBalanced(): boolean {
    return this.#depth === 0 && !this.#isInText;
  }

  /** Looks at the next bytes. */
  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: with its loops apart it takes twice as long
  pass(bytes: Uint8Array): void {
    // Inside, for here V8 takes them for what they are.
    const QUOTE = 0x22;
    const COMMA = 0x2c;
    const COLON = 0x3a;
    const BACKSLASH = 0x5c;
    // `[` and `{`, and `]` and `}`, with the one bit in which they differ.
    const OPEN = 0x7b;
    const CLOSE = 0x7d;
    const EITHER = 0x20;
    const { length } = bytes;
    let { values, members, deepest } = this;
    let depth = this.#depth;
    let isInText = this.#isInText;
    let at = this.#isEscaped ? 1 : 0;
    while (at < length) {
      let byte = 0;
      if (isInText) {
        while (at < length) {
          byte = bytes[at++] as number;
          if (byte === QUOTE) break;
          if (byte === BACKSLASH) at++;
        }
        isInText = byte !== QUOTE;
      } else {
        while (at < length) {
          byte = bytes[at++] as number;
          if (byte === QUOTE) break;
          if (byte === COMMA) values++;
          else if (byte === COLON) members++;
          else if ((byte | EITHER) === OPEN) {
            values++;
            if (++depth > deepest) deepest = depth;
          } else if ((byte | EITHER) === CLOSE) depth--;
        }
        isInText = byte === QUOTE;
      }
    }
    this.#isEscaped = at > length;
    this.#isInText = isInText;
    this.#depth = depth;
    Object.assign(this, { values, members, deepest });
  }
}
