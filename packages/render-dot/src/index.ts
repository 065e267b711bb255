import { dotRenderer } from "./renderer.js";

export { type DotSetting, drawDot, factsInDot } from "./draw-dot.js";
export { type DotOptions, flags as dotFlags } from "./options.js";
export { FONTS } from "./theme.js";
export { dotRenderer };
export default dotRenderer;
