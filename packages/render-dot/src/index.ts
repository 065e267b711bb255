/**
 * Graphviz DOT: {@linkcode dotRenderer}, whose options are {@linkcode DotOptions}. A renderer that has Graphviz draw takes
 * {@linkcode drawDot}, {@linkcode factsInDot} and {@linkcode dotFlags} for its own.
 *
 * @packageDocumentation
 */
import { dotRenderer } from "./renderer.js";

export { drawDot, factsInDot } from "./draw-dot.js";
export { type DotOptions, type DotSetting, flags as dotFlags } from "./options.js";
export { FONTS } from "./theme.js";
export { dotRenderer };
export default dotRenderer;
