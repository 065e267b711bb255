/**
 * Pictures, without Graphviz installed: {@linkcode svgRenderer}, whose options are {@linkcode SvgOptions}.
 *
 * @packageDocumentation
 */
import { svgRenderer } from "./renderer.js";

export type { SvgOptions } from "./renderer.js";
export { svgRenderer };
export default svgRenderer;
