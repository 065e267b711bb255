import { dotRenderer } from "./renderer.js";

export { drawDot, factsInDot } from "./draw-dot.js";
export { type DotOptions, type DotSetting, flags as dotFlags } from "./options.js";
export { FONTS } from "./theme.js";
export { dotRenderer };
export default dotRenderer;
