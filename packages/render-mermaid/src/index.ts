/**
 * Diagrams inside Markdown: {@linkcode mermaidRenderer}, whose options are {@linkcode MermaidOptions}.
 *
 * @packageDocumentation
 */
import { mermaidRenderer } from "./renderer.js";

export type { MermaidOptions } from "./renderer.js";
export { mermaidRenderer };
export default mermaidRenderer;
