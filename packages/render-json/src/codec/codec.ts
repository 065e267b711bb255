import type { Known } from "./known.js";

/** A JSON Schema (draft 2020-12), or a part of one. */
export type Schema = Readonly<Record<string, unknown>>;

/** What is kept while one document is read. */
export class Reading {
  /** How many members all objects had together that were read so far. */
  members = 0;
  /** For each codec of `shared`, what was read already. */
  readonly shared = new Map<object, Known<object>>();
}

/** How values of one kind are described, checked and written. */
export interface Codec<T> {
  /** The JSON Schema; what has a name of its own is put into the definitions, and referred to. */
  schema(definitions: Map<string, Schema>): Schema;
  /**
   * The value of the model for a value that `JSON.parse` gave. That one may be changed, and become part of what comes out.
   *
   * @throws DocumentFault where it is something else.
   */
  read(value: unknown, reading: Reading): T;
  /** The JSON text. */
  write(value: T): string;
}

/** What a codec reads and writes. */
export type Read<C> = C extends Codec<infer T> ? T : never;

/** The same with a description of what it means in one place. */
export function described<T>(codec: Codec<T>, description: string | undefined): Codec<T> {
  if (description === undefined) return codec;
  return { ...codec, schema: (definitions) => ({ description, ...codec.schema(definitions) }) };
}

/** A codec whose schema stands among the definitions under a name of its own, with what it means. */
export function named<T>(name: string, codec: Codec<T>, description: string, ...examples: unknown[]): Codec<T> {
  return {
    ...codec,
    schema(definitions) {
      if (!definitions.has(name)) {
        // Set before it is made: what is inside may refer to it.
        definitions.set(name, {});
        const schema = { description, ...codec.schema(definitions), ...(examples.length > 0 && { examples }) };
        definitions.set(name, schema);
      }
      return { $ref: `#/$defs/${name}` };
    },
  };
}

/** A codec that is declared further down, or inside of itself. */
export function later<T>(get: () => Codec<T>): Codec<T> {
  return {
    schema: (definitions) => get().schema(definitions),
    read: (value, reading) => get().read(value, reading),
    write: (value) => get().write(value),
  };
}

/** A codec of values that stand otherwise in the model than in the document. */
export function mapped<Stored, T>(
  codec: Codec<Stored>,
  toModel: (stored: Stored) => T,
  toStored: (value: T) => Stored,
): Codec<T> {
  return {
    schema: codec.schema,
    read: (value, reading) => toModel(codec.read(value, reading)),
    write: (value) => codec.write(toStored(value)),
  };
}
