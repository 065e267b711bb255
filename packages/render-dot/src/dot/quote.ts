import { printable } from "@ns-graph/graph";

/*
 * The three ways in which Graphviz reads text. What people named (processes, paths, hosts) goes through `escapeText` or
 * `escapeHtml` and never becomes the name of a node.
 */

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
  return printable(text).replaceAll("\\", "\\\\").replaceAll("&", "&amp;");
}

/** Hostile text for an HTML-like label. */
export function escapeHtml(text: string): string {
  return escapeShown(printable(text));
}

/** Text that is fit to be shown, as it is, for an HTML-like label, where Graphviz also replaces escapes after it has read the markup. */
export function escapeShown(text: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
