import { inChunks, type NamespaceGraph } from "@ns-graph/graph";
import { jsonText } from "../codec/json-text.js";
import type { Lines } from "../codec/lists.js";
import { extraMembers } from "../codec/record.js";
import { documentRecord } from "../records/document.js";
import { documentOfGraph } from "./document-of-graph.js";

/** Lines are joined to chunks of at least so many characters. */
const CHUNK = 65_536;

/**
 * The document of a graph, in chunks of whole lines: each item of a list is a line, and so is each other part. Equal graphs
 * give equal texts.
 */
export function writeDocument(graph: NamespaceGraph): Generator<string, void, undefined> {
  return inChunks(lines(graph), CHUNK);
}

function* lines(graph: NamespaceGraph): Generator<string, void, undefined> {
  const document: Readonly<Record<string, unknown>> = { ...documentOfGraph(graph) };
  const present = documentRecord.members.filter(({ key }) => document[key] !== undefined);
  const extra = extraMembers(document.extra ?? {});
  yield "{\n";
  for (const [place, { key, codec }] of present.entries()) {
    const end = place === present.length - 1 && extra.length === 0 ? "\n" : ",\n";
    const value = document[key];
    if ("item" in codec) yield* list(key, value as readonly unknown[], codec as Lines<unknown>, end);
    else yield `  "${key}": ${codec.write(value)}${end}`;
  }
  for (const [place, [key, json]] of extra.entries()) {
    yield `  ${jsonText(key)}: ${json}${place === extra.length - 1 ? "\n" : ",\n"}`;
  }
  yield "}\n";
}

function* list(
  key: string,
  items: readonly unknown[],
  { item }: Lines<unknown>,
  end: string,
): Generator<string, void, undefined> {
  if (items.length === 0) {
    yield `  "${key}": []${end}`;
    return;
  }
  yield `  "${key}": [\n`;
  const last = items.length - 1;
  for (let place = 0; place < last; place++) yield `    ${item.write(items[place])},\n`;
  yield `    ${item.write(items[last])}\n  ]${end}`;
}
