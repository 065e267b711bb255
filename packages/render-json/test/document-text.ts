import { readFileSync } from "node:fs";
import type { NamespaceGraph } from "@ns-graph/graph";
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import { jsonRenderer } from "../src/index.js";

/** The published schema. */
export const schema = JSON.parse(
  readFileSync(new URL("../schema/ns-graph-1.schema.json", import.meta.url), "utf8"),
) as object;

const validate = new Ajv2020({ strict: true, allErrors: false }).compile(schema);

/** What the schema has against a value; nothing if it is a document. */
export function schemaErrors(value: unknown): readonly ErrorObject[] {
  return validate(value) ? [] : (validate.errors ?? []);
}

/** The chunks of a graph's document. */
export function chunksOf(graph: NamespaceGraph): string[] {
  const surface = { color: false, columns: undefined, unicode: true };
  return [...(jsonRenderer.render(graph, {}, surface) as Iterable<string>)];
}

/** The document of a graph. */
export function documentOf(graph: NamespaceGraph): string {
  return chunksOf(graph).join("");
}
