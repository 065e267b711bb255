export * from "./fake/index.js";
export * from "./hosts/index.js";
export { findExcess, type Measured, measure } from "./measure.js";
export * from "./real/index.js";
