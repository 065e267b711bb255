import { text } from "./text.js";

export { text };
// biome-ignore lint/style/noDefaultExport: `--format` takes what a module exports by default
export default text;
