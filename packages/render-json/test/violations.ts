/** A JSON Schema, or a part of one. */
export type Schema = Readonly<Record<string, unknown>>;

type Path = readonly (string | number)[];

/** A document that is wrong in one way. */
export interface Violation {
  /** The keyword of the schema that it breaks, and where in the document: `minimum of /processes/0/pid`. */
  readonly title: string;
  /** Where in the document it is wrong. */
  readonly pointer: string;
  readonly document: unknown;
}

/** Keywords that state nothing about a document. */
const ANNOTATIONS = new Set(["$schema", "$id", "$defs", "title", "description", "examples", "then", "else"]);

/** Keywords that state nothing themselves, and apply other parts of the schema. */
const APPLICATORS = new Set(["$ref", "allOf", "if", "properties", "prefixItems"]);

const VALUES: readonly (readonly [type: string, value: unknown])[] = [
  ["null", null],
  ["boolean", false],
  ["number", 0.5],
  ["string", "0"],
  ["array", []],
  ["object", {}],
];

const STRANGERS: readonly Replacement[] = ["nonsense", false, 2].map((value) => [[], value]);

/** Longer lists than that are not made. */
const MAX_LIST = 1024;

/** Breaks a document in every way that a schema's statements forbid, one at a time. */
export class Violations {
  /** The properties of the schema that the document has, each as the part of the schema that describes it. */
  readonly met = new Set<unknown>();
  readonly #root: Schema;
  readonly #document: unknown;

  constructor(root: Schema, document: unknown) {
    this.#root = root;
    this.#document = document;
  }

  all(): Generator<Violation> {
    return this.#violate(this.#root, this.#document, []);
  }

  *#violate(schema: Schema, value: unknown, path: Path): Generator<Violation> {
    this.met.add(schema);
    for (const keyword of Object.keys(schema)) {
      if (ANNOTATIONS.has(keyword)) continue;
      yield* this.#break(keyword, schema, value, path);
      for (const part of this.#parts(keyword, schema, value, path)) yield* this.#violate(...part);
    }
  }

  *#break(keyword: string, schema: Schema, value: unknown, path: Path): Generator<Violation> {
    for (const [below, replacement] of replacements(keyword, schema[keyword], value)) {
      const at = [...path, ...below];
      yield {
        title: `${keyword} of ${pointerTo(at)}`,
        pointer: pointerTo(path),
        document: replace(this.#document, at, replacement),
      };
    }
  }

  /** The parts of a schema that a keyword applies to the value, or to what is in it. */
  *#parts(keyword: string, schema: Schema, value: unknown, path: Path): Generator<readonly [Schema, unknown, Path]> {
    const statement = schema[keyword];
    const inner = (part: Schema, key: string | number) =>
      [part, (value as Record<string | number, unknown>)[key], [...path, key]] as const;
    switch (keyword) {
      case "$ref":
        yield [this.#resolve(statement as string), value, path];
        break;
      case "allOf":
        for (const part of statement as Schema[]) yield [part, value, path];
        break;
      case "if": {
        const branch = matches(statement as Schema, value) ? schema.then : schema.else;
        if (branch !== undefined) yield [branch as Schema, value, path];
        break;
      }
      case "properties":
        for (const [key, part] of Object.entries(statement as Record<string, Schema | true>)) {
          if (part !== true && Object.hasOwn(value as object, key)) yield inner(part, key);
        }
        break;
      case "prefixItems":
        for (const [place, part] of (statement as Schema[]).entries()) yield inner(part, place);
        break;
      case "items":
      case "additionalProperties":
        if (statement !== false) for (const key of Object.keys(value as object)) yield inner(statement as Schema, key);
        break;
    }
  }

  #resolve(reference: string): Schema {
    let part: unknown = this.#root;
    for (const step of reference.split("/").slice(1)) part = (part as Record<string, unknown>)[step];
    return part as Schema;
  }
}

/** A value that breaks a statement, and where to put it: in place of what was described, or below. */
type Replacement = readonly [below: Path, value: unknown];

/** How to break the statement of each keyword about a value. */
const BREAKS: Readonly<Record<string, (statement: never, value: never) => readonly Replacement[]>> = {
  type: (statement: string) => VALUES.filter(([type]) => type !== statement).map(([, value]) => [[], value]),
  const: () => STRANGERS,
  enum: () => STRANGERS,
  minimum: (statement: number) => [[[], statement - 1]],
  maximum: (statement: number) => [[[], statement + 1]],
  pattern: (statement: string, value: string) =>
    ["", "x", `${value}\n`, `${value}0000000000000000000000`, ` ${value}`]
      .filter((text) => !new RegExp(statement).test(text))
      .map((text) => [[], text]),
  required: (statement: readonly string[]) => statement.map((key) => [[key], undefined]),
  dependentRequired: (statement: Readonly<Record<string, readonly string[]>>) =>
    [...new Set(Object.values(statement).flat())].map((key) => [[key], undefined]),
  additionalProperties: (statement: unknown) => (statement === false ? [[["other"], "4:1"]] : []),
  propertyNames: () => [[["other"], "text"]],
  items: (statement: unknown, value: readonly unknown[]) => (statement === false ? [[[value.length], 0]] : []),
  uniqueItems: (_statement: true, value: readonly unknown[]) => [[[], [...value, value[0]]]],
  not: (statement: { readonly required: readonly string[] }, value: object) =>
    statement.required.filter((key) => !Object.hasOwn(value, key)).map((key) => [[key], {}]),
  minItems: (_statement: number, value: readonly unknown[]) => [[[], value.slice(1)]],
  maxItems: (statement: number, value: readonly unknown[]) =>
    statement <= MAX_LIST ? [[[], new Array(statement + 1).fill(value[0])]] : [],
};

function replacements(keyword: string, statement: unknown, value: unknown): readonly Replacement[] {
  if (APPLICATORS.has(keyword)) return [];
  const breaks = BREAKS[keyword];
  if (breaks === undefined) throw new Error(`no way is known to break "${keyword}"`);
  return breaks(statement as never, value as never);
}

/** The path of every object in a value. */
export function* objectsIn(value: unknown, path: Path = []): Generator<Path> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield path;
  for (const [key, inner] of Object.entries(value)) yield* objectsIn(inner, [...path, key]);
}

/** A copy of a document with another value in one place, or without that place. */
export function replace(document: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const copy = (Array.isArray(document) ? [...document] : { ...(document as object) }) as Record<string, unknown>;
  const inner = replace(copy[step], rest, value);
  if (inner === undefined) delete copy[step];
  else copy[step] = inner;
  return copy;
}

/** A JSON Pointer. */
export function pointerTo(path: Path): string {
  return path.map((step) => `/${step}`).join("");
}

/** Whether a value has the constants that a condition asks for. */
function matches(condition: Schema, value: unknown): boolean {
  const object = value as Record<string, unknown>;
  const required = (condition.required ?? []) as string[];
  const properties = (condition.properties ?? {}) as Record<string, Schema>;
  return (
    required.every((key) => Object.hasOwn(object, key)) &&
    Object.entries(properties).every(([key, part]) =>
      Object.hasOwn(part, "const") ? object[key] === part.const : matches(part, object[key]),
    )
  );
}
