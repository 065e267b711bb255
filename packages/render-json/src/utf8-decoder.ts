/** Node and browsers have it; the type libraries of either would bring all else of theirs. */
declare class TextDecoder {
  constructor(label: "utf-8", options: { readonly fatal: true; readonly ignoreBOM: true });
  decode(bytes: Uint8Array): string;
}

const LINE_FEED = 0x0a;

/** Bytes that are not UTF-8. `before` is the text of all lines before the one they are in. */
export class BadUtf8 extends Error {
  readonly before: string;

  constructor(before: string) {
    super("not UTF-8");
    this.before = before;
  }
}

/** Decodes UTF-8 that comes in pieces, cut anywhere, and refuses what is not UTF-8. */
export class Utf8Decoder {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  /** The beginning of a character whose end is still to come. */
  #rest: Uint8Array = new Uint8Array();

  /**
   * The text of a piece, but for a character that is not whole yet.
   *
   * @throws BadUtf8
   */
  decode(piece: Uint8Array): string {
    const bytes = this.#rest.length === 0 ? piece : concatenate(this.#rest, piece);
    const whole = bytes.length - unfinished(bytes);
    this.#rest = bytes.slice(whole);
    const text = this.#try(bytes.subarray(0, whole));
    if (text !== undefined) return text;
    throw new BadUtf8(this.#linesBefore(bytes));
  }

  /**
   * Says that no more comes.
   *
   * @throws BadUtf8
   */
  end(): void {
    if (this.#rest.length > 0) throw new BadUtf8("");
  }

  #try(bytes: Uint8Array): string | undefined {
    try {
      return this.#decoder.decode(bytes);
    } catch {
      return undefined;
    }
  }

  #linesBefore(bytes: Uint8Array): string {
    let before = "";
    for (let start = 0; ; ) {
      const end = bytes.indexOf(LINE_FEED, start) + 1;
      const line = end === 0 ? undefined : this.#try(bytes.subarray(start, end));
      if (line === undefined) return before;
      before += line;
      start = end;
    }
  }
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** How many bytes at the end begin a character and do not end it. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}
