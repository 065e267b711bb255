import { dotRenderer } from "./renderer.js";

export type { DotOptions } from "./options.js";
export { dotRenderer };
// biome-ignore lint/style/noDefaultExport: `--format` takes what a module exports by default
export default dotRenderer;
