import { printable } from "@ns-graph/graph";

/*
 * The three ways in which Graphviz reads text. What people named (processes, paths, hosts) goes through `escapeText` or
 * `escapeHtml` and never becomes the name of a node.
 */

// Neither may occur in XML, and so in no HTML-like label and no SVG.
const NOT_XML = /[\ufffe\uffff]/g;

/** Hostile text with everything made visible that is not fit to be shown, as one line. */
function visible(text: string): string {
  return printable(text).replace(NOT_XML, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}

/**
 * A quoted string whose content is taken as it stands. DOT knows one escape in it, `\"`, so that a backslash at the end
 * or before a quote would swallow the quote: a text with a backslash comes through `escapeText` first.
 */
export function quote(text: string): string {
  return `"${text.replaceAll('"', '\\"')}"`;
}

/**
 * Text for an attribute that Graphviz calls an escString (tooltip, plain label, id): backslashes are doubled, so that
 * none of `\N`, `\G`, `\n` is replaced, and `&` is written as an entity, so that no entity is.
 */
export function escapeText(text: string): string {
  return visible(text).replaceAll("\\", "\\\\").replaceAll("&", "&amp;");
}

/** Text for an HTML-like label, where Graphviz also replaces escapes after it has read the markup. */
export function escapeHtml(text: string): string {
  return visible(text)
    .replaceAll("\\", "\\\\")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
