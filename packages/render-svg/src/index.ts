import { svgRenderer } from "./renderer.js";

export type { SvgOptions } from "./renderer.js";
export { svgRenderer };
export default svgRenderer;
