import type { Codec } from "./codec.js";
import { Known } from "./known.js";

/**
 * Makes equal objects one object when they are read, and writes each object once. Only for objects of texts, which nobody
 * changes.
 */
export function shared<T extends object>(codec: Codec<T>): Codec<T> {
  const texts = new WeakMap<T, string>();
  return {
    schema: codec.schema,
    read(value, reading) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return codec.read(value, reading);
      let known = reading.shared.get(codec) as Known<T> | undefined;
      if (known === undefined) {
        known = new Known();
        reading.shared.set(codec, known);
      }
      const object = value as Readonly<Record<string, unknown>>;
      const sum = sumOf(object);
      const sample = known.find(object, sum);
      if (sample === undefined) {
        const read = codec.read(object, reading);
        return known.keep(read, codec.write(read), object, sum);
      }
      reading.members += sample.names.length;
      return sample.value;
    },
    write(value) {
      let text = texts.get(value);
      if (text === undefined) {
        text = codec.write(value);
        texts.set(value, text);
      }
      return text;
    },
  };
}

/** A number that is mostly different for different objects: from the ends of texts, where ids differ. */
function sumOf(object: Readonly<Record<string, unknown>>): number {
  let sum = 0;
  for (const name in object) {
    const value = object[name];
    if (typeof value !== "string") continue;
    const { length } = value;
    for (let at = length > 3 ? length - 3 : 0; at < length; at++) sum = (Math.imul(sum, 31) + value.charCodeAt(at)) | 0;
  }
  return sum;
}
