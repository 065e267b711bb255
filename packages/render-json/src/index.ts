export { FORMAT, FORMAT_VERSION } from "./format.js";
export { type ReadOptions, readDocument } from "./reading/read-document.js";
export { jsonRenderer } from "./renderer.js";
