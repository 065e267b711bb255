import { textRenderer } from "./renderer.js";

export { textRenderer };
// biome-ignore lint/style/noDefaultExport: `--format` takes what a module exports by default
export default textRenderer;
