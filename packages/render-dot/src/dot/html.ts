import { escapeHtml, escapeShown } from "./quote.js";

/** Markup of an HTML-like label: nothing but the functions of this file makes it, so that text in it is always escaped. */
export interface Html {
  readonly markup: string;
}

/** Attributes of a table or cell, by their names; those that are undefined are left out. */
export type HtmlAttributes = Readonly<Record<string, string | number | undefined>>;

const SPACE: Html = { markup: " " };

/** Text, whatever it holds. An empty one becomes a space, because Graphviz takes an empty element for an error. */
export function text(content: string): Html {
  return content === "" ? SPACE : { markup: escapeHtml(content) };
}

/** Text that is fit to be shown and must not be changed: a command. */
export function shownText(content: string): Html {
  return { markup: escapeShown(content) };
}

export function bold(content: Html): Html {
  return { markup: `<B>${content.markup}</B>` };
}

export function font(attributes: HtmlAttributes, content: Html): Html {
  return element("FONT", attributes, [content]);
}

/** Lines below each other, each beginning at the left. */
export function lines(contents: readonly Html[]): Html {
  return { markup: contents.map(({ markup }) => `${markup}<BR ALIGN="LEFT"/>`).join("") };
}

export function join(contents: readonly Html[]): Html {
  return { markup: contents.map(({ markup }) => markup).join("") };
}

export function cell(attributes: HtmlAttributes, content: Html = { markup: "" }): Html {
  return element("TD", attributes, [content]);
}

export function row(cells: readonly Html[]): Html {
  return element("TR", {}, cells);
}

export function table(attributes: HtmlAttributes, rows: readonly Html[]): Html {
  return element("TABLE", attributes, rows);
}

function element(name: string, attributes: HtmlAttributes, contents: readonly Html[]): Html {
  const printed = Object.entries(attributes)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([key, value]) => ` ${key}="${escapeHtml(String(value))}"`)
    .join("");
  return { markup: `<${name}${printed}>${join(contents).markup}</${name}>` };
}
