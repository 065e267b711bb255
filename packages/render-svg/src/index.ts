import { svgRenderer } from "./renderer.js";

export type { SvgOptions } from "./renderer.js";
export { svgRenderer };
// biome-ignore lint/style/noDefaultExport: `--format` takes what a module exports by default
export default svgRenderer;
