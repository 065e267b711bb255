import { type Codec, described, type Schema } from "./codec.js";
import { type DocumentFault, inside, quote, shapeFault, unexpected } from "./document-fault.js";
import { jsonText, jsonValue } from "./json-text.js";
import { unknown } from "./scalars.js";

/** A member that an object always has. */
export interface Required<T> {
  readonly codec: Codec<T>;
  readonly isRequired: true;
}

/** A member that an object may lack. */
export interface Optional<T> {
  readonly codec: Codec<T>;
  readonly isRequired: false;
}

/** What an object has, by its keys, in the order in which that is written. */
export type Fields<T> = {
  readonly [Key in Exclude<keyof T, "extra">]-?: Record<never, never> extends Pick<T, Key>
    ? Optional<Exclude<T[Key], undefined>>
    : Required<T[Key]>;
};

/** The type of an object that has these members. */
type Declared<Members> = {
  readonly [Key in keyof Members as Members[Key] extends Required<unknown> ? Key : never]: ValueOf<Members[Key]>;
} & {
  readonly [Key in keyof Members as Members[Key] extends Optional<unknown> ? Key : never]?: ValueOf<Members[Key]>;
};
type ValueOf<Member> = Member extends Required<infer T> | Optional<infer T> ? T : never;

/** A member that is always there, and what it means. */
export function required<T>(codec: Codec<T>, description?: string): Required<T> {
  return { codec: described(codec, description), isRequired: true };
}

/** A member that may be absent, and what it means. */
export function optional<T>(codec: Codec<T>, description?: string): Optional<T> {
  return { codec: described(codec, description), isRequired: false };
}

/** One member of a record. */
export interface Member {
  readonly key: string;
  readonly codec: Codec<unknown>;
  readonly read: Codec<unknown>["read"];
  readonly isRequired: boolean;
  /** Which of the members it is. */
  readonly place: number;
}

/** An object with the same members each time. */
export interface RecordCodec<T> extends Codec<T> {
  readonly members: readonly Member[];
}

/**
 * What becomes of members that this version does not know, whatever their values are: they are kept as `extra`, dropped, or
 * not allowed.
 */
export type Others = "kept" | "dropped" | "refused";

/** An object with these members. It is fastest if they come in the order in which they are declared. */
export function recordOf<T extends object>(fields: Fields<T>, others: Others = "dropped"): RecordCodec<T> {
  const members = Object.entries<Required<unknown> | Optional<unknown>>(fields).map(
    ([key, { codec, isRequired }], place): Member => ({ key, codec, read: codec.read, isRequired, place }),
  );
  const byKey: ReadonlyMap<string, Member> = new Map(members.map((member) => [member.key, member]));
  const prefixes = members.map(({ key }) => `,${JSON.stringify(key)}:`);
  const requiredKeys = members.filter(({ isRequired }) => isRequired).map(({ key }) => key);

  /** What becomes of an object with others than the known members. */
  const sortOut = (object: Readonly<Record<string, unknown>>): Record<string, unknown> => {
    const known: Record<string, unknown> = {};
    const extra: [string, unknown][] = [];
    for (const [key, value] of Object.entries(object)) {
      if (byKey.has(key)) known[key] = value;
      else if (others !== "refused") extra.push([key, value]);
      else throw shapeFault(`has ${quote(key)}, which is not one of ${[...byKey.keys()].join(", ")}`);
    }
    if (others === "kept") known.extra = Object.fromEntries(extra);
    return known;
  };

  return {
    members,
    schema: (definitions) => recordSchema(members, others, definitions),
    read(value, reading) {
      const object = asObject(value);
      let isStrange = false;
      let requiredLeft = requiredKeys.length;
      let next = 0;
      let count = 0;
      let key = "";
      try {
        for (key in object) {
          count++;
          let member = members[next];
          if (member?.key !== key) member = byKey.get(key);
          const before = object[key];
          if (member === undefined) {
            isStrange = true;
            unknown.read(before, reading);
            continue;
          }
          next = member.place + 1;
          if (member.isRequired) requiredLeft--;
          const after = member.read(before, reading);
          if (after !== before) object[key] = after;
        }
      } catch (error) {
        throw inside(key, error);
      }
      reading.members += count;
      if (requiredLeft > 0) throw lacking(object, requiredKeys);
      return (isStrange ? sortOut(object) : object) as T;
    },
    write(record) {
      const values = record as Readonly<Record<string, unknown>>;
      let written = "";
      // Without an iterator, as in lists.
      for (let place = 0; place < members.length; place++) {
        const { key, codec } = members[place] as Member;
        const value = values[key];
        if (value !== undefined) written += prefixes[place] + codec.write(value);
      }
      if (others === "kept" && values.extra !== undefined) {
        for (const [key, json] of extraMembers(values.extra)) written += `,${jsonText(key)}:${json}`;
      }
      return `{${written.slice(1)}}`;
    },
  };
}

/** An object of which these members are all there is to say: the model has no type for it. */
export function objectOf<Members extends Readonly<Record<string, Required<unknown> | Optional<unknown>>>>(
  members: Members,
): RecordCodec<Declared<Members>> {
  return recordOf(members as unknown as Fields<Declared<Members>>);
}

/** What is written of what was kept. */
export function extraMembers(extra: unknown): (readonly [key: string, json: string])[] {
  return Object.entries(extra as object).flatMap(([key, value]) => {
    const json = jsonValue(value);
    return json === undefined ? [] : [[key, json] as const];
  });
}

function lacking(object: object, keys: readonly string[]): DocumentFault {
  return shapeFault(`lacks ${quote(keys.find((key) => !Object.hasOwn(object, key)) ?? "")}`);
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw unexpected("must be an object", value);
}

function recordSchema(members: readonly Member[], others: Others, definitions: Map<string, Schema>): Schema {
  const always = members.filter(({ isRequired }) => isRequired).map(({ key }) => key);
  return {
    type: "object",
    properties: Object.fromEntries(members.map(({ key, codec }) => [key, codec.schema(definitions)])),
    ...(always.length > 0 && { required: always }),
    ...(others === "refused" && { additionalProperties: false }),
  };
}

/**
 * An object whose members depend on the word in one of them. Where there are `rest`, the word may also be one that this
 * version does not know.
 */
export function taggedBy<T extends object>(
  tag: string,
  kinds: Readonly<Record<string, RecordCodec<object>>>,
  rest?: RecordCodec<object>,
): Codec<T> {
  const records = new Map(Object.entries(kinds));
  const all = rest === undefined ? [...records.values()] : [...records.values(), rest];
  const [first] = all as [RecordCodec<object>];
  const isCommon = ({ key, codec }: Member): boolean =>
    all.every(({ members }) => members.some((member) => member.key === key && member.codec === codec));
  const own = ({ members }: RecordCodec<object>) => members.filter((member) => !isCommon(member));
  // What has no word, or one that may not be, is refused by any of them.
  const of = (value: object): RecordCodec<object> =>
    records.get((value as Readonly<Record<string, string>>)[tag] as string) ?? rest ?? first;
  return {
    schema(definitions) {
      const branches = [...records].filter(([, record]) => own(record).length > 0);
      return {
        ...recordSchema(first.members.filter(isCommon), "dropped", definitions),
        allOf: branches.map(([word, record]) => ({
          if: { type: "object", properties: { [tag]: { const: word } }, required: [tag] },
          // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema
          then: recordSchema(own(record), "dropped", definitions),
        })),
      };
    },
    read(value, reading) {
      const object = asObject(value);
      return of(object).read(object, reading) as T;
    },
    write: (value) => of(value).write(value),
  };
}
