import fc from "fast-check";
import { HOSTILE_TEXTS } from "./hostile-text.js";

// Made once: fast-check prepares each of these at length, and graphs hold many texts.
const TEXT = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom("nginx", "sh", "web-1", "postgres", "a"),
);

/** Text that was chosen to do harm, random code units (lone surrogates among them), and harmless words. */
export function arbitraryText(): fc.Arbitrary<string> {
  return TEXT;
}
