/**
 * Trees for a terminal: {@linkcode textRenderer}.
 *
 * @packageDocumentation
 */
import { textRenderer } from "./renderer.js";

export { textRenderer };
export default textRenderer;
