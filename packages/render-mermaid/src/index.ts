import { mermaidRenderer } from "./renderer.js";

export type { MermaidOptions } from "./renderer.js";
export { mermaidRenderer };
export default mermaidRenderer;
