import { printable } from "@ns-graph/graph";

/** Texts that stand in JSON as they are. */
const PLAIN = /^[ !#-[\]-~]*$/;
/** What else than printable ASCII a JSON text may hold. */
const SPECIAL = /[^ -~]/gu;

/**
 * A text as JSON. What `printable` makes visible (terminal controls, bidirectional marks, invisible characters) is escaped
 * as `\uXXXX`, so that a document can be shown on a terminal and still gives the text back.
 */
export function jsonText(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : visible(JSON.stringify(text));
}

/** A value of any kind as JSON, with its texts as `jsonText` writes them; undefined for what JSON has no form for. */
export function jsonValue(value: unknown): string | undefined {
  const json: string | undefined = JSON.stringify(value);
  return json === undefined ? undefined : visible(json);
}

function visible(json: string): string {
  return json.replace(SPECIAL, (character) => (printable(character) === character ? character : escaped(character)));
}

function escaped(character: string): string {
  let text = "";
  for (let unit = 0; unit < character.length; unit++) {
    text += `\\u${character.charCodeAt(unit).toString(16).padStart(4, "0")}`;
  }
  return text;
}
