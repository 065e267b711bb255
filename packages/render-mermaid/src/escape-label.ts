import { printable } from "@ns-graph/graph";

/*
 * Characters that mean something inside a quoted label of Mermaid: quotes end it, backticks begin a Markdown text, `#` and
 * `&` an entity, `<` a tag, `\` an escape, `$$` a formula, `%%` a comment, `{` a shape, `:` an icon (`fa:fa-ban`). Mermaid
 * takes each by its code, as `#34;`.
 */
const SPECIAL = /["#&;<>\\`$%{}|:@]/g;

/** The longest text of a line, in characters. */
export const WIDEST = 60;

/** A hostile text as part of a quoted label, cut where it is longer than a line. */
export function escapeLabel(text: string): string {
  const characters = [...printable(text)];
  return escapeShown(characters.length > WIDEST ? `${characters.slice(0, WIDEST - 1).join("")}…` : characters.join(""));
}

/** A text that is fit to be shown, as it is, as part of a quoted label. */
export function escapeShown(text: string): string {
  return text.replace(SPECIAL, (character) => `#${character.charCodeAt(0)};`);
}
