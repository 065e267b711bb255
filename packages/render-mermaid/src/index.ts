import { mermaidRenderer } from "./renderer.js";

export type { MermaidOptions } from "./renderer.js";
export { mermaidRenderer };
// biome-ignore lint/style/noDefaultExport: `--format` takes what a module exports by default
export default mermaidRenderer;
