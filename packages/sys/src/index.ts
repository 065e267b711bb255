export { PLACES, type Place } from "./places/table.js";
export { createProbe } from "./probe.js";
