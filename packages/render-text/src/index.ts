import { textRenderer } from "./renderer.js";

export { textRenderer };
export default textRenderer;
