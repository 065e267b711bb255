export * from "./fake/index.js";
export * from "./hosts/index.js";
export * from "./real/index.js";
